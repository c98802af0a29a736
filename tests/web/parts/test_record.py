"""The record: what each entry says and how it stands in a belief, and the proof that it is in the ledger."""

from __future__ import annotations

from pathlib import Path

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.part import Slots
from armsledger.web.parts.record import Record
from armsledger.web.steps import one_standpoint
from tests.application.book import DEAL, Clock, book, entry, opened, paid, take
from tests.application.maintenance.trust import filled
from tests.storage.forger import forge
from tests.web.parts.shown import html_of, spaced, text_of


def rows(ledger: Ledger, stream: str, at: str, **known: str | None) -> dict[int, str]:
    """The entries that are shown, by their numbers."""
    told = text_of(Record, ledger, stream, at, **known)
    names = [slot for slot in told if slot.startswith("record/entry") and not slot.endswith("note")]
    return {int(slot.rpartition("/")[2]): told[slot] for slot in names}


def section(ledger: Ledger, stream: str = "deal/x") -> str:
    part = Record()
    slots: Slots = one_standpoint([part], Pictures(ledger.at("2022-06-01")).standpoint(stream))
    return spaced(part.section(slots))


def test_the_record_of_the_s400_holds_what_was_known(story: Ledger) -> None:
    then = rows(story, DEAL, "2021-12-31", known="2021-11-23")
    assert list(then) == [*range(1, 13), *range(14, 19), *range(20, 28), 36, 40, 41, 42]
    assert then[12] == (
        "12 contract signed USD 5.43bn, 5 regiments 5 Oct 2018 5 Oct 2018 A1 NDTV joint statement, paragraph 45, and "
        "officials ≠ rival"
    )
    assert then[6].startswith(
        "6 expected delivered, batch 1, due by about 15 Dec 2021 forecast 12 Nov 2021 C3 ThePrint"
    )
    assert "≠ rival" not in then[36]  # nobody contradicts it yet
    now = rows(story, DEAL, "2026-11-30")
    assert list(now) == list(range(1, 46))
    assert "≠ rival" in now[36]
    assert "Retracted by 45" in now[44]
    assert now[45].startswith("45 retracted takes back 44")


def test_a_note_is_not_known_before_it_was_recorded(story: Ledger) -> None:
    """Who records in 2026 what was forecast in 2022 may add what became of it."""
    then, now = (text_of(Record, story, DEAL, "2022-12-31", known=known) for known in ("2022-12-31", None))
    assert "record/entry/00028" in then
    assert "record/entry/00028/note" not in then
    assert now["record/entry/00028/note"] == "All five by late 2023. MISSED."


def test_corrected_disputed_overruled_and_retracted_entries_say_by_which() -> None:
    ledger = book(
        opened(),
        paid("USD 800m", tranche=1, id="a"),
        paid("USD 850m", tranche=1, source="paper", id="b"),
        entry(
            "deal/x", "corrected", target="a", set={"amount": "USD 810m"}, reason="entry-error", asserted="2022-01-01"
        ),
        entry("deal/x", "disputed", target="a", reason="hearsay", asserted="2022-01-02"),
        entry("deal/x", "resolved", preferred="b", over=["a"], asserted="2022-01-03"),
        paid("USD 9m", tranche=2, id="c"),
        entry("deal/x", "retracted", target="c", reason="source-error", asserted="2022-01-04"),
    )
    told = {row.event: row for row in ledger.log("deal/x")}
    numbers = {event: int(row.entry.rpartition("@")[2]) for event, row in told.items()}
    shown = rows(ledger, "deal/x", "2022-06-01")
    first = next(text for text in shown.values() if "USD 800m" in text)
    assert f"Corrected by {numbers['corrected']}" in first
    assert f"Disputed by {numbers['disputed']}" in first
    assert f"Another is preferred, by {numbers['resolved']}" in first
    assert "corrected repairs 2 ; amount USD 810m; reason entry-error" in shown[numbers["corrected"]]
    html = html_of(Record, ledger, "deal/x", "2022-06-01")
    struck = [slot for slot, cells in html.items() if "struck" in cells]
    (retracted,) = (number for number, text in shown.items() if "USD 9m" in text)
    assert struck == [f"record/entry/{retracted:05}"]


def test_entries_that_fit_lead_to_the_root_and_one_that_was_changed_is_named(tmp_path: Path) -> None:
    path = Path(filled(tmp_path / "ledger.db"))
    with Ledger(path) as ledger:
        text = section(ledger)
        assert "3 entries, unaltered" in text
        assert ledger.root().root.hex() in text
        assert "No checkpoint" in text
        assert "armsledger proof make deal/x@1 entry.tlog-proof" in text
    forge(path, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 6")
    with Ledger(path) as ledger:
        assert "Not all entries fit" in section(ledger)
        assert "What 2 say is not what was hashed" in section(ledger)


def test_what_was_recorded_in_several_sittings_says_so(tmp_path: Path) -> None:
    clock = Clock()
    ledger = book(opened(), clock=clock)
    assert "One entry, unaltered Recorded on" in section(ledger)
    clock.pass_time(days=3)
    take(ledger, paid("USD 8m", tranche=1))
    assert "2 entries, unaltered Recorded from" in section(ledger)


def test_meetings_around_a_deal_stand_in_its_record_under_their_own_names(story: Ledger) -> None:
    fragments = html_of(Record, story, DEAL, "2026-11-30")
    near = [spaced(html) for slot, html in sorted(fragments.items()) if slot.startswith("record/near")]
    (first,) = (text for text in near if text.startswith("india-russia-annual-summit-21@1 "))
    assert first.startswith("india-russia-annual-summit-21@1 postponed reason COVID-19 pandemic 2020")
