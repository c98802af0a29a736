"""The key of a new stream that could be taken for another one's is refused, and the look-alike is named."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.names.letters import looks_of, unseen
from armsledger.application.recording.look_alikes import LookAlikes, taken_key
from armsledger.domain.errors import LookAlike, NotOpened, UnknownSource
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.slug import short_key, slug
from armsledger.storage.reader import JournalReader
from tests.application.book import SOURCES, Clock, book, entry, jsonl, opened, paid, take
from tests.exchange.sipri.register_text import register, row

CYRILLIC_S = "\u0455"
COPE = "\u0441\u043e\u0440\u0435"
"""The Cyrillic letters es, o, er, ie."""


def refused(*known: str, new: str) -> LookAlike:
    """Why a new deal is refused beside those there are."""
    with book(*(opened(f"deal/{key}", id=f"{number}") for number, key in enumerate(known))) as ledger:
        before = ledger.position()
        with pytest.raises(LookAlike) as refusal:
            take(ledger, opened(f"deal/{new}", id="new"))
        assert ledger.position() == before
    return refusal.value


def is_taken(*known: str, new: str) -> bool:
    """Whether a new deal is taken beside those there are."""
    with book(*(opened(f"deal/{key}", id=f"{number}") for number, key in enumerate(known))) as ledger:
        return take(ledger, opened(f"deal/{new}", id="new")).recorded == 1


def test_a_letter_of_another_script_is_named_with_the_one_that_it_looks_like() -> None:
    refusal = refused("india-s400", new=f"india-{CYRILLIC_S}400")
    assert refusal.message == (
        f"the key 'india-{CYRILLIC_S}400' mixes scripts in which letters look alike:"
        f" {CYRILLIC_S} is CYRILLIC SMALL LETTER DZE, which looks like LATIN SMALL LETTER S"
    )
    assert refusal.remedy == "write all of it in one script: deal/india-s400"
    assert refusal.stream == f"deal/india-{CYRILLIC_S}400"


def test_a_mixed_key_is_refused_though_nothing_that_it_looks_like_is_there() -> None:
    assert "GREEK SMALL LETTER OMICRON" in refused(new="p\u03bfland-k2").message


def test_a_key_of_one_other_script_is_refused_if_it_looks_like_one_that_is_there() -> None:
    refusal = refused("cope", new=COPE)
    assert f"the key '{COPE}' looks like that of deal/cope, and is another" in refusal.message
    assert "CYRILLIC SMALL LETTER ES" in refusal.message
    assert refusal.remedy.startswith("write deal/cope if that is meant")


def test_a_plain_key_is_refused_if_it_looks_like_one_of_another_script() -> None:
    refusal = refused(COPE, new="cope")
    assert f"looks like that of deal/{COPE}, and is another" in refusal.message
    assert "CYRILLIC SMALL LETTER ES" in refusal.message


def test_two_new_keys_of_one_dossier_are_compared_in_either_order() -> None:
    for keys in ((COPE, "cope"), ("cope", COPE), ("other", COPE, "cope"), ("other", "cope", COPE)):
        with book() as ledger, pytest.raises(LookAlike):
            take(ledger, *(opened(f"deal/{key}", id=f"{number}") for number, key in enumerate(keys)))


@pytest.mark.parametrize(
    ("key", "told", "meant"),
    [
        ("cafe\u0301", "U+0301", "caf\u00e9"),
        ("\uff49ndia", "FULLWIDTH LATIN SMALL LETTER I", "india"),
        ("\U0001d422ndia", "MATHEMATICAL BOLD SMALL I", "india"),
        ("\ufb01ghter", "LATIN SMALL LIGATURE FI", "fighter"),
        ("india\u200b-s400", "ZERO WIDTH SPACE", "india-s400"),
        ("india\u00ad-s400", "SOFT HYPHEN", "india-s400"),
        ("india\u202e-s400", "RIGHT-TO-LEFT OVERRIDE", "india-s400"),
        ("india\ufeff", "ZERO WIDTH NO-BREAK SPACE", "india"),
        ("india\U000e0041", "TAG LATIN CAPITAL LETTER A", "india"),
        ("india\u3164", "HANGUL FILLER", "india"),
        ("india\u0378", "U+0378", "india"),
    ],
)
def test_another_spelling_of_a_key_is_refused_with_the_one_that_is_meant(key: str, told: str, meant: str) -> None:
    refusal = refused(new=key)
    assert told.replace("U+0301", "COMBINING ACUTE ACCENT") in refusal.message
    assert f"deal/{meant}" in refusal.remedy
    assert refusal.message.isascii()  # nobody sees the difference otherwise


@pytest.mark.parametrize(
    "key",
    [
        "caf\u00e9",
        "\u0438\u043d\u0434\u0438\u044f-400",
        "\u30ed\u30b7\u30a2-\u53e3\u5f84-s400",
        "\ud55c\uad6d-k2",
        "\u0627\u0644\u0645\u063a\u0631\u0628-f16",
        "\u092d\u093e\u0930\u0924-s400",
        "\u1eb9\u0301k\u1ecd\u0301",
        "\u5370\u5ea6",
    ],
)
def test_a_key_in_any_script_is_taken(key: str) -> None:
    assert is_taken("india-s400", "cope", new=key)


def test_keys_of_two_kinds_may_look_alike() -> None:
    with book(opened("deal/cope")) as ledger:
        assert take(ledger, entry(f"engagement/{COPE}", "held", on="2021")).recorded == 1


def test_the_key_of_a_source_is_looked_at_too() -> None:
    with book() as ledger, pytest.raises(LookAlike, match="CYRILLIC SMALL LETTER IE"):
        ledger.record("source/pap\u0435r", "registered", publisher="Paper")


def test_streams_that_are_there_stay_and_are_added_to(tmp_path: Path) -> None:
    """Earlier releases took such keys; their exports are imported to the letter, and their deals go on."""
    strange = f"deal/india-{CYRILLIC_S}400"
    told = [{**one, "stream": f"source/{one['key']}", "event": "registered"} for one in SOURCES]
    lines = [*told, opened(), opened(strange, id="strange")]
    stamped = [{**line, "recorded_at": "2026-11-01T00:00:00.000000Z", "recorded_by": "me"} for line in lines]
    export = tmp_path / "export.jsonl"
    export.write_bytes(jsonl(_without_keys(stamped)))
    with Ledger(tmp_path / "copy.db", clock=Clock()) as ledger:
        ledger.import_jsonl(export)
        assert take(ledger, paid("USD 1m", strange)).recorded == 1


def _without_keys(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in line.items() if name != "key"} for line in lines]


def test_who_names_what_is_not_there_is_told_which_letter_is_strange() -> None:
    told = "\u0455 is CYRILLIC SMALL LETTER DZE"
    with book(opened("deal/india-s400")) as ledger:
        with pytest.raises(NotOpened, match=f"nothing opened this stream, .*; in its key {told}"):
            ledger.record(f"deal/india-{CYRILLIC_S}400", "tranche-paid", on="2019", source="wire")
        with pytest.raises(UnknownSource, match=f"no source 'pre{CYRILLIC_S}s' is registered; in it {told}"):
            ledger.record("deal/india-s400", "tranche-paid", on="2019", source=f"pre{CYRILLIC_S}s")


def test_what_looks_alike_within_ascii_is_noticed() -> None:
    for new, known in (("india-s4OO", "india-s400"), ("1ndia-k2", "lndia-k2"), ("modem-f16", "modern-f16")):
        with book(opened(f"deal/{known}", id="known")) as ledger:
            report = take(ledger, opened(f"deal/{new}", id="new"))
            assert report.notices == ((f"new deal {new}; did you mean {known}?",) if new[:3] == known[:3] else ())


def test_a_dossier_tells_where_the_key_stands() -> None:
    with book() as ledger, pytest.raises(LookAlike) as refusal:
        take(ledger, opened(f"deal/india-{CYRILLIC_S}400"))
    assert refusal.value.place == "dossier.jsonl:1"


def test_plain_keys_load_no_list_of_look_alikes() -> None:
    script = """
import sys
from armsledger import Ledger
with Ledger.in_memory() as ledger:
    ledger.record("source/paper", "registered", publisher="Paper")
assert not [name for name in sys.modules if name.startswith("confusable")], "loaded"
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_looks_are_those_of_uts_39() -> None:
    assert looks_of("\u0440\u0430\u0443\u0440\u0430l") == looks_of("paypal")
    assert looks_of("\u0399\u0399") == looks_of("ll") == looks_of("1I")
    assert looks_of("na\u00efve") == "nai\u0308ve"


class _NoStreams:
    """A ledger that holds no stream yet."""

    def query(self, sql: str, *parameters: str | int) -> list[tuple[str]]:
        """Nothing is found."""
        return []


@given(
    st.lists(
        st.text(
            st.sampled_from("coparesx\u0441\u043e\u0440\u0430\u0435\u0455\u0445\u03bf\u03b1-0"), min_size=1, max_size=4
        ),
        max_size=12,
    )
)
def test_of_the_keys_that_are_taken_no_two_look_alike_but_for_plain_ones(keys: list[str]) -> None:
    look_alikes, taken = LookAlikes(cast("JournalReader", _NoStreams())), set[str]()
    for key in keys:
        with suppress(LookAlike):
            if key not in taken:
                look_alikes.check(StreamId("deal", key))
                taken.add(key)
    for key in taken:
        twins = {other for other in taken if looks_of(other) == looks_of(key)}
        assert twins == {key} or all(map(str.isascii, twins))


LETTERS = {
    "Latin": "abcdehikmnoprstuvxyz\u00e9\u00df\u0130\u0131",
    "Cyrillic": "\u0430\u0431\u0432\u0435\u0438\u0456\u043a\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0451\u0439",
    "Greek": "\u03b1\u03b2\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7\u03ad\u03a3",
    "Arabic": "\u0627\u0644\u0645\u063a\u0631\u0628\u0647\u06a9\u0660\u0665\u064e",
    "Hebrew": "\u05d0\u05d5\u05d9\u05e1\u05df",
    "Chinese": "\u5370\u5ea6\u4e00\u53e3\u30ed\u30fc\u30a8",
    "Devanagari": "\u092d\u093e\u0930\u0924\u0966",
    "signs": " -/.0159()\u200b\u3164\u00ad\ufe0f\uff49\ufb01\u0301\u2160",
}
WRITING = st.one_of(
    *(st.text(alphabet + " -15x", max_size=12) for alphabet in LETTERS.values()),
    st.text("".join(LETTERS.values()), max_size=12),
    st.text(max_size=8),
)


@given(st.lists(st.one_of(WRITING, st.sampled_from(["x", "1", "s-400", "iran", "deal"])), min_size=1, max_size=4))
def test_every_key_that_is_made_of_texts_is_taken(texts: list[str]) -> None:
    """Of titles in any script, with numbers and suffixes in another one; made twice it is the same."""
    made = short_key("-".join(part for text in texts if (part := slug(text))))
    if not set(made) - {"-", *unseen(made)}:
        return  # nobody sees a name in them
    key = taken_key(made)
    stream = StreamId.parse(f"deal/{key}")
    LookAlikes(cast("JournalReader", _NoStreams())).check(stream)
    assert taken_key(key) == key
    assert key == made or not made.isascii()


@pytest.mark.parametrize(
    ("made", "key"),
    [
        ("\u0438\u0440\u0430\u043d-1-x", "\u0438\u0440\u0430\u043d-1-\u0445"),
        ("sipri-ind-rus-2018-\u0441-400", "sipri-ind-rus-2018-c-400"),
        ("\u5370\u5ea6-s400", "\u5370\u5ea6-s400"),
        ("caf\u00e9", "caf\u00e9"),
    ],
)
def test_in_a_key_that_is_made_of_texts_letters_are_written_in_the_script_of_most(made: str, key: str) -> None:
    assert taken_key(made) == key


MAPPING = {
    "sources": [{"key": "desk", "publisher": "Desk", "published": "2023-01-01"}],
    "entries": [
        {
            "deal": "${Land}-${Nr}-x",
            "event": "opened",
            "on": "2020",
            "supplier": "RUS",
            "buyer": "IRN",
            "source": "desk",
        }
    ],
}
MADE, BEFORE = "\u0438\u0440\u0430\u043d-1-\u0445", "\u0438\u0440\u0430\u043d-1-x"


def sheet(folder: Path) -> Path:
    """A sheet with a country in Cyrillic letters, from which keys with a Latin ending are made."""
    (file := folder / "sheet.csv").write_text("Land,Nr\n\u0418\u0440\u0430\u043d,1\n", encoding="utf-8")
    return file


def test_a_sheet_makes_keys_that_are_taken_and_again_the_same(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        for recorded in (2, 0):
            assert ledger.import_csv(sheet(tmp_path), mapping=MAPPING).report.recorded == recorded
        assert [row.deal for row in ledger.at().deals()] == [MADE]
        with pytest.raises(LookAlike, match="mixes scripts"):
            ledger.record(f"deal/{BEFORE}", "opened", on="2020", supplier="RUS", buyer="IRN", source="desk")


def test_a_sheet_goes_on_with_the_key_that_an_earlier_release_made_of_it(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.db"
    with Ledger(earlier) as ledger:
        ledger.import_csv(sheet(tmp_path), mapping=MAPPING)
        ledger.export_jsonl(tmp_path / "all.jsonl")
    export = tmp_path / "before.jsonl"
    export.write_text((tmp_path / "all.jsonl").read_text(encoding="utf-8").replace(MADE, BEFORE), encoding="utf-8")
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.import_jsonl(export)
        ledger.import_csv(sheet(tmp_path), mapping=MAPPING)
        assert [row.deal for row in ledger.at().deals()] == [BEFORE]


def test_a_register_that_names_a_weapon_in_other_letters_is_taken(tmp_path: Path) -> None:
    (file := tmp_path / "register.csv").write_text(register(row(designation="\u0421-400")), encoding="utf-8")
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.import_sipri(file)
        (deal,) = ledger.at().deals()
    assert deal.deal.endswith("-c-400")
    assert deal.deal.isascii()
