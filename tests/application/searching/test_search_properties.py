"""What the index finds is what a plain scan of all that is believed finds, at any date and belief date.

The scan knows nothing of the index and of how words are cut there: it looks at letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger, LedgerError
from armsledger.application.searching.search import search
from armsledger.application.view import View
from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.repair import Retracted
from armsledger.domain.events.statement import Role
from armsledger.projections.search.texts import SEARCHED
from armsledger.projections.search.verification import holdings_by_journal, holdings_of_index
from tests.application.book import ALL_TOLD, Clock, Object
from tests.application.read_models import asked_days, empty_ledger, moments, record_all, recordings
from tests.domain.histories import Story
from tests.exchange.sipri.register_text import RELEASES, register, row

FEW = settings(max_examples=max(settings().max_examples // 4, 5))
FEWER = settings(max_examples=5)
"""On a server, where each example also makes a ledger's tables."""
Recorded = tuple[Story, Sequence[tuple[float, list[Object]]]]

SEARCHES = (
    "S-400 s400 48N6 48n S-40 400 regiment CAATSA Congress Punjab missile missiles radar ICC advance CCS BIS archive"
    " Delhi summit RUS IND x first India TUR D-1 D1 21-1 COVID-19 offset BEL Moscow Kestrel-4 kestrel osprey ship sam"
)
queries = st.lists(st.sampled_from(SEARCHES.split()), min_size=1, max_size=3).map("; ".join)
CODES = {"india": "ind"}
SIGN = r"[-/.]?"
"""What may stand between the letters of a designation."""


def scan(view: View, text: str) -> dict[str, int]:
    """By stream that holds all words of a text, how many entries do; any of them where no entry holds all."""
    found = {}
    for stream, belief in view.beliefs():
        entries = [entry for entry in standing(belief) if entry.event.on.possible_by(view.at)]
        opener = next((entry for entry in entries if entry.event.role is not Role.REPAIR), None)
        texts = [[*texts_in(without_set(entry)), *([key_of(stream)] if entry is opener else [])] for entry in entries]
        held = [[any(holds(word, one) for one in own) for word in text.split("; ")] for own in texts]
        whole = sum(map(all, held))
        if whole or (held and all(map(any, zip(*held, strict=True)))):
            found[stream] = whole or sum(map(any, held))
    return found


def standing(belief: Belief) -> Iterator[Entry]:
    """The entries that are not retracted and speak of none that is, as they read now."""
    gone: set[str] = set()
    for entry in belief.entries:
        event: Any = belief.current(entry).event
        about = getattr(event, "target", getattr(event, "preferred", None))
        if entry.id in belief.repairs.retracted_by or about in gone or isinstance(event, Retracted):
            gone.add(entry.id)
        else:
            yield belief.current(entry)


def without_set(entry: Entry) -> dict[str, Any]:
    """The fields of an entry, but for what it gives to another one."""
    return {name: value for name, value in fields_of(entry.event).items() if name != "set"}


def texts_in(value: Any, name: str = "") -> Iterator[str]:
    """The texts of fields that are searched."""
    if isinstance(value, dict):
        for inner, part in value.items():
            yield from texts_in(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part, name)
    elif isinstance(value, str) and name in SEARCHED and "/" not in value[:12]:
        yield value


def key_of(stream: str) -> str:
    """The key of a stream, as a text of several words."""
    return stream.partition("/")[2].replace("-", " ")


def holds(word: str, text: str) -> bool:
    """Whether a text has the letters of a word from the beginning of a word or number to the end of one, or longer."""
    plain = re.sub(r"[^a-z0-9]", "", word.lower())
    if matches(plain, text.lower(), is_whole=len(plain) < 3 or plain[-1].isdigit()):
        return True
    singular = plain[:-1] if len(plain) > 4 and plain.endswith("s") and not plain.endswith("ss") else None
    others = [other for other in (singular, CODES.get(plain)) if other is not None]
    return any(matches(other, text.lower(), is_whole=True) for other in others)


def matches(letters: str, text: str, *, is_whole: bool) -> bool:
    """Whether letters stand in a text, with signs between them at most, and their word or number ends there."""
    alike = {True: "[0-9]", False: "[a-z]"}
    before = f"(?<!{alike[letters[0].isdigit()]})"
    after = f"(?!{alike[letters[-1].isdigit()]})" if is_whole else ""
    return re.search(f"{before}{SIGN.join(letters)}{after}", text) is not None


def found_by_index(view: View, text: str) -> dict[str, int]:
    """The same by search."""
    answer = search(view, text, limit=None)
    assert answer.is_indexed
    assert [row.rank for row in answer.rows] == sorted(row.rank for row in answer.rows)
    assert list(search(view, text, limit=2).rows) == list(answer.rows)[:2]
    return {row.stream: row.entries for row in answer.rows}


def _finds_what_a_scan_finds(ledger: Ledger, data: st.DataObject, belief_dates: st.SearchStrategy[Any]) -> None:
    reader = ledger.journal().reader
    with reader.snapshot():
        assert holdings_of_index(reader) == holdings_by_journal(reader)
    for _ in range(6):
        text, day = data.draw(queries), data.draw(asked_days())
        if data.draw(st.booleans()):
            view: View = ledger.at(day, data.draw(belief_dates))
        else:
            view = ledger.at(day, data.draw(asked_days()), "asserted")
        assert found_by_index(view, text) == scan(view, text)


@FEW
@given(st.data(), recordings())
def test_finds_what_a_scan_of_the_beliefs_finds(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        record_all(ledger, clock, *recorded)
        _finds_what_a_scan_finds(ledger, data, moments(ledger, clock))


@pytest.mark.usefixtures("on_server")
@FEWER
@given(st.data(), recordings())
def test_on_a_server_too_finds_what_a_scan_finds(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        record_all(ledger, clock, *recorded)
        _finds_what_a_scan_finds(ledger, data, moments(ledger, clock))


rows_of_registers = st.builds(
    row,
    designation=st.sampled_from(["Kestrel-4", "Osprey", "S-400", "48N6"]),
    recipient=st.sampled_from(["India", "Turkiye"]),
    description=st.sampled_from(["SAM system", "missile"]),
    comment=st.sampled_from(["By ship", "For S-400 systems", "Kestrel-4 version"]),
    year=st.sampled_from(["2018", "2019"]),
)
releases = st.lists(st.lists(rows_of_registers, min_size=1, max_size=5), min_size=1, max_size=3)


@FEW
@given(st.data(), releases)
def test_finds_what_a_scan_finds_in_registers_of_several_releases(
    data: st.DataObject, given_releases: Sequence[Sequence[str]]
) -> None:
    clock = Clock(ALL_TOLD)
    with TemporaryDirectory() as folder, Ledger.in_memory(recorded_by="tester", clock=clock) as ledger:
        for released, rows in zip(RELEASES, given_releases, strict=False):
            file = Path(folder, f"{released}.csv")
            file.write_text(register(*rows, released=released))
            try:
                ledger.import_sipri(file, force=True)
            except LedgerError:  # a release that nobody would take
                continue
            clock.pass_time(hours=1)
        if ledger.position():
            _finds_what_a_scan_finds(ledger, data, moments(ledger, clock))
