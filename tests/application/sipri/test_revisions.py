"""What each release of a register changed, cell by cell: every row is written here by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.sipri.entries import ReleaseEntries
from armsledger.domain.errors import UsageError
from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.row import RegisterRow
from armsledger.projections.read_models.revisions import RevisedCell
from tests.exchange.sipri.register_text import DEALS, RELEASES, ROW, register, row, rows

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KESTREL = "sipri-ind-rus-2018-kestrel-4"
GARZA = "sipri-tur-esp-2010-garza"
HERON = "sipri-ken-gbr-2019-heron"
SEAGULL = "sipri-wsm-aus-1986-seagull"
ELCH = "sipri-fin-deu-2022-elch"
TIGER = "sipri-est-kor-2023-tiger-8"


def heron(**changes: str) -> str:
    """An order that is delivered over years."""
    ordered = {"ordered": "12", "delivered": "5", "delivered_flag": "", "years": "2020; 2021"}
    texts = {"designation": "Heron", "description": "patrol boat", "comment": "Delivery planned by 2025"}
    volumes = {"unit": "4", "order": "48", "total": "20"}
    parties = {"recipient": "Kenya", "supplier": "United Kingdom", "year": "2019", "year_flag": ""}
    return row(**{**parties, **ordered, **texts, **volumes, **changes})


def garza(**changes: str) -> str:
    """A deal long done."""
    parties = {"recipient": "Turkey", "supplier": "Spain", "year": "2010", "year_flag": "", "designation": "Garza"}
    ordered = {"ordered": "4", "delivered": "4", "delivered_flag": "", "years": "2011", "comment": ""}
    return row(**{**parties, **ordered, "description": "corvette", **changes})


def seagull(**changes: str) -> str:
    """A row that goes and comes back."""
    parties = {"recipient": "Samoa", "supplier": "Australia", "year": "1986", "year_flag": "", "designation": "Seagull"}
    ordered = {"ordered": "1", "delivered": "1", "delivered_flag": "", "years": "1988", "comment": ""}
    return row(**{**parties, **ordered, "description": "patrol boat", **changes})


def planned(supplier: str, recipient: str, year: str, designation: str, comment: str) -> str:
    """An order of which nothing is delivered."""
    parties = {"recipient": recipient, "supplier": supplier, "year": year, "year_flag": "", "designation": designation}
    nothing = {"ordered": "2", "delivered": "0", "delivered_flag": "", "years": "", "total": ""}
    return row(**{**parties, **nothing, "description": "missile boat", "comment": comment})


FIRST = (
    row(comment="By ship; delivery planned 2021-2024"),
    garza(),
    heron(),
    seagull(),
    planned("Germany", "Finland", "2022", "Elch", "Delivery planned 2024"),
)
SECOND = (
    row(
        year_flag="", delivered="4", delivered_flag="", years="2021", total="260",
        comment="By ship; delivery planned 2021-2026",
    ),
    garza(recipient="Turkiye", description="frigate"),
    heron(ordered="", delivered="8", delivered_flag="?", years="2019; 2023", comment="Delivery planned from 2027",
          order="", total="32"),
    planned("Germany", "Finland", "2022", "Elch", ""),
    planned("South Korea", "Estonia", "2023", "Tiger-8", "Delivery planned 2027-2028"),
    planned("South Korea", "Estonia", "2023", "Tiger-8", "Delivery planned 2027-2028"),
)  # fmt: skip
THIRD = (
    row(year_flag="", delivered="10", delivered_flag="", years="2021; 2024", total="650", comment="By ship"),
    garza(recipient="Turkiye", description="frigate"),
    heron(ordered="", delivered="8", delivered_flag="?", years="2019; 2023", comment="Delivery planned from 2027",
          order="", total="32"),
    seagull(description="frigate", status="Second hand"),
    planned("Germany", "Finland", "2022", "Elch", "Delivery planned 2029"),
    planned("South Korea", "Estonia", "2023", "Tiger-8", "Delivery planned 2026-2028"),
)  # fmt: skip

SECOND_BY_HAND = [
    (TIGER, None, ("new",), None, None, "", None),
    (ELCH, "comment", ("comment",), "Delivery planned 2024", None, "", None),
    (ELCH, "plan", ("plan",), "2024", None, "", None),
    (KESTREL, "order_year", ("flag",), "2018?", "2018", "", None),
    (KESTREL, "delivered", ("value", "flag"), "6?", "4", "-2", "down"),
    (KESTREL, "years", ("value",), "2021; 2022", "2021", "+0 -1", "earlier"),
    (
        KESTREL, "comment", ("comment",),
        "By ship; delivery planned 2021-2024", "By ship; delivery planned 2021-2026", "", None,
    ),
    (KESTREL, "volume_delivered", ("value",), "390", "260", "-130", "down"),
    (KESTREL, "plan", ("plan",), "2021/2024", "2021/2026", "+0 +2", "later"),
    (HERON, "ordered", ("value",), "12", None, "", None),
    (HERON, "delivered", ("value", "flag"), "5", "8?", "+3", "up"),
    (HERON, "years", ("value",), "2020; 2021", "2019; 2023", "-1 +2", None),
    (HERON, "comment", ("comment",), "Delivery planned by 2025", "Delivery planned from 2027", "", None),
    (HERON, "volume_ordered", ("value",), "48", None, "", None),
    (HERON, "volume_delivered", ("value",), "20", "32", "+12", "up"),
    (HERON, "plan", ("plan",), "../2025", "2027/..", "", None),
    (GARZA, "recipient", ("vocabulary",), "Turkey", "Turkiye", "", None),
    (GARZA, "description", ("vocabulary",), "corvette", "frigate", "", None),
    (SEAGULL, None, ("vanished",), None, None, "", None),
]  # fmt: skip
THIRD_BY_HAND = [
    (TIGER, "comment", ("comment",), "Delivery planned 2027-2028", "Delivery planned 2026-2028", "", None),
    (TIGER, "rows", ("duplicate",), "2", "1", "-1", "down"),
    (TIGER, "plan", ("plan",), "2027/2028", "2026/2028", "-1 +0", "earlier"),
    (ELCH, "comment", ("comment",), None, "Delivery planned 2029", "", None),
    (ELCH, "plan", ("plan",), None, "2029", "", None),
    (KESTREL, "delivered", ("value",), "4", "10", "+6", "up"),
    (KESTREL, "years", ("value",), "2021", "2021; 2024", "+0 +3", "later"),
    (KESTREL, "comment", ("comment",), "By ship; delivery planned 2021-2026", "By ship", "", None),
    (KESTREL, "volume_delivered", ("value",), "260", "650", "+390", "up"),
    (SEAGULL, None, ("reappeared",), None, None, "", None),
    (SEAGULL, "description", ("value",), "patrol boat", "frigate", "", None),
    (SEAGULL, "condition", ("value",), "New", "Second hand", "", None),
]
"""A plan that goes because all was delivered was met: it is no revision, though the comment is. Both releases know
patrol boats and frigates: the description of the row that is back was chosen anew."""
BY_HAND = sorted([*SECOND_BY_HAND, *THIRD_BY_HAND], key=lambda line: line[0])
"""By deal, and then by release."""


def a_ledger() -> Ledger:
    """An empty ledger in November 2026."""
    return Ledger.in_memory(recorded_by="tester", clock=lambda: NOW)


def take(ledger: Ledger, *lines: str, released: str, **options: Any) -> None:
    """Take a register of these rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_text(register(*lines, released=released), encoding="utf-8")
        ledger.import_sipri(path, **options)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger that has taken the three releases."""
    with a_ledger() as taken:
        for released, lines in zip(RELEASES, (FIRST, SECOND, THIRD), strict=True):
            take(taken, *lines, released=released)
        yield taken


def told(rows: Any) -> list[tuple[Any, ...]]:
    """What is written by hand of each row."""
    return [(row.deal, row.column, row.classes, row.old, row.new, row.by, row.direction) for row in rows]


def test_every_cell_that_a_release_changed_has_its_row(ledger: Ledger) -> None:
    view = ledger.at()
    assert not view.revisions(release="sipri-2024-03-18"), "what the first release lists is no revision"
    assert told(view.revisions(release="sipri-2025-03-13")) == SECOND_BY_HAND
    assert told(view.revisions(release="2026-03-10")) == THIRD_BY_HAND, "a release can be named by its day"
    assert len(view.revisions()) == len(SECOND_BY_HAND) + len(THIRD_BY_HAND)


def test_numbers_marks_years_and_volumes_are_typed(ledger: Ledger) -> None:
    kestrel = {row.column: row for row in ledger.at().revisions(deal=KESTREL, release="2025-03-13")}
    assert kestrel["delivered"] == RevisedCell(
        deal=KESTREL, supplier="RUS", buyer="IND", designation="Kestrel-4", order_year=2018,
        release="sipri-2025-03-13", released=date(2025, 3, 13), column="delivered", classes=("value", "flag"),
        old="6?", new="4", direction="down", old_count=6, new_count=4, change=-2, old_flag=True, new_flag=False,
        old_first=None, old_last=None, new_first=None, new_last=None, slip_first_years=None, slip_last_years=None,
        old_volume=None, new_volume=None, volume_change=None, entries=(f"deal/{KESTREL}@10",),
    )  # fmt: skip
    volume = kestrel["volume_delivered"]
    assert (volume.old_volume, volume.new_volume, volume.volume_change) == (Decimal(390), Decimal(260), Decimal(-130))
    years, plan, year = kestrel["years"], kestrel["plan"], kestrel["order_year"]
    assert (years.old_first, years.old_last, years.new_first, years.new_last) == (2021, 2022, 2021, 2021)
    assert (plan.old_first, plan.old_last, plan.new_first, plan.new_last) == (2021, 2024, 2021, 2026)
    assert (plan.slip_first_years, plan.slip_last_years) == (0, 2)
    assert (year.old_flag, year.new_flag, year.slip_first_years, year.slip_last_years) == (True, False, 0, 0)
    (heron,) = ledger.at().revisions(deal=HERON, column="plan")
    assert (heron.old_first, heron.old_last, heron.new_first, heron.new_last) == (None, 2025, 2027, None)
    (ordered,) = ledger.at().revisions(deal=HERON, column="ordered")
    assert (ordered.old_count, ordered.new_count, ordered.change) == (12, None, None)


def test_filters_answer_which_numbers_were_revised_downward(ledger: Ledger) -> None:
    view = ledger.at()
    assert [row.deal for row in view.revisions(column="delivered", direction="down")] == [KESTREL]
    later = view.revisions(column="plan", direction="later")
    assert [(row.deal, row.slip_last_years) for row in later] == [(KESTREL, 2)]
    assert {row.deal for row in view.revisions(classes="flag", buyer="Kenya")} == {HERON}
    assert {row.column for row in view.revisions(supplier="Russia", classes="value")} == {
        "delivered", "years", "volume_delivered",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "message", "remedy"),
    [
        ({"column": "deliverd"}, "no column", "delivered"),
        ({"classes": "flags"}, "no class", "flag"),
        ({"direction": "downward"}, "no direction", "down"),
        ({"direction": "sideways"}, "no direction", "up, down, later, earlier"),
    ],
)
def test_a_word_that_no_row_has_is_refused_with_what_is_near(
    filters: dict[str, Any], message: str, remedy: str
) -> None:
    with a_ledger() as ledger, pytest.raises(UsageError, match=message) as refused:
        ledger.at().revisions(**filters)
    assert remedy in str(refused.value.remedy)


def test_a_revision_is_there_from_the_day_of_its_release_in_the_beliefs_that_know_it(ledger: Ledger) -> None:
    assert told(ledger.at("2025-12-31").revisions()) == SECOND_BY_HAND
    assert not ledger.at("2025-03-12").revisions()
    assert told(ledger.at(known="2025-12-31", known_by="asserted").revisions()) == SECOND_BY_HAND
    position = max(row.position for row in ledger.log() if row.source == "sipri-2025-03-13")
    assert told(ledger.at(known=position).revisions()) == SECOND_BY_HAND
    assert not ledger.at(known=1).revisions()


def test_a_revision_is_of_one_release_and_what_came_between_two_beliefs_of_all(ledger: Ledger) -> None:
    net = {(row.deal, row.column): row for row in ledger.revisions(known=("2024-03-18", "2026-03-10"), by="column")}
    assert (net[KESTREL, "delivered"].old, net[KESTREL, "delivered"].new) == ("6?", "10")
    assert net[KESTREL, "delivered"].release == "sipri-2026-03-10"
    assert (net[ELCH, "plan"].old, net[ELCH, "plan"].new, net[ELCH, "plan"].slip_last_years) == ("2024", "2029", 5)
    assert (SEAGULL, None) not in net, "it is back"
    assert net[SEAGULL, "condition"].new == "Second hand"
    assert [row.column for row in net.values() if row.deal == TIGER] == [None], "it is new, whatever it was at first"
    for earlier, later, by_hand in ((0, 1, SECOND_BY_HAND), (1, 2, THIRD_BY_HAND)):
        between = ledger.revisions(known=(RELEASES[earlier], RELEASES[later]), by="column")
        assert told(between) == by_hand


def test_a_comparison_tells_by_how_much_each_deal_moved(ledger: Ledger) -> None:
    found = {row.deal: row for row in ledger.revisions(known=RELEASES[:2])}
    kestrel, heron, garza = found[KESTREL], found[HERON], found[GARZA]
    assert (kestrel.delivered_change, kestrel.ordered_change) == (-2, None)
    assert (kestrel.volume_delivered_change, kestrel.volume_ordered_change) == (Decimal(-130), None)
    assert (kestrel.slip_first_years, kestrel.slip_last_years) == (0, 2)
    assert (heron.delivered_change, heron.ordered_change, heron.slip_last_years) == (3, None, None)
    assert garza.revisions == ("vocabulary",)
    assert found[ELCH].revisions == ("comment",), "the plan is told by the comment"


def test_a_comparison_leaves_out_a_column_or_its_marks(ledger: Ledger) -> None:
    def revised(**left_out: Any) -> dict[str, Any]:
        return {row.deal: row for row in ledger.revisions(known=RELEASES[:2], **left_out)}

    whole, no_marks = revised(), revised(without_flags_of="delivered")
    assert no_marks.keys() == whole.keys()
    assert "delivered: 6? -> 4" in no_marks[KESTREL].changes, "its number was revised"
    assert whole[HERON].revisions == ("value", "flag", "comment")
    assert no_marks[HERON].revisions == ("value", "comment")
    assert no_marks[KESTREL].revisions == ("value", "flag", "comment"), "the mark of the year is another column's"
    assert GARZA not in revised(without=["recipient", "description"])
    assert revised(without="delivered")[KESTREL].delivered_change is None
    assert revised(without="plan")[KESTREL].slip_last_years is None
    columns = ledger.revisions(
        known=RELEASES[:2], by="column", without=["years", "plan"], without_flags_of=["delivered"]
    )
    assert {row.column for row in columns} >= {"delivered"}
    assert not {"years", "plan"} & {row.column for row in columns}
    assert {row.classes for row in columns if row.column == "delivered"} == {("value",)}


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ({"without": "deliverd"}, "no column 'deliverd'"),
        ({"without_flags_of": "comment"}, "no column 'comment' with marks of uncertain data"),
    ],
)
def test_a_column_that_cannot_be_left_out_is_refused(left_out: dict[str, Any], message: str) -> None:
    with a_ledger() as ledger, pytest.raises(UsageError, match=message):
        ledger.revisions(known=RELEASES[:2], **left_out)


def test_what_others_correct_is_no_revision(ledger: Ledger) -> None:
    before = told(ledger.at().revisions())
    ledger.record("source/press", "registered", publisher="Press", published="2026-05-01", reliability="A")
    for stream in (KESTREL, SEAGULL):
        listed = next(row.entry for row in ledger.log(f"deal/{stream}") if row.event == "listed")
        ledger.correct(listed, set={"delivered": "5", "comment": "Mine"}, reason="new-information", source="press")
    assert told(ledger.at().revisions()) == before
    between = ledger.revisions(known=("2026-03-10", "2026-12-31"))
    assert not between, "the register has not been revised"


def test_what_was_recorded_by_mistake_was_no_revision(ledger: Ledger) -> None:
    position = ledger.position()
    (row,) = ledger.at().revisions(deal=KESTREL, release="2025-03-13", column="delivered")
    ledger.retract(row.entries[0], reason="entry-error")
    assert not ledger.at().revisions(deal=KESTREL, release="2025-03-13", classes="value")
    (delivered,) = ledger.at().revisions(deal=KESTREL, column="delivered")
    assert (delivered.old, delivered.new, delivered.change) == ("6?", "10", 4), "what the next release changed stays"
    assert told(ledger.at(known=position).revisions()) == sorted(
        [*SECOND_BY_HAND, *THIRD_BY_HAND], key=lambda line: line[0]
    )
    ledger.retract(next(r.entry for r in ledger.log(f"deal/{GARZA}") if r.event == "listed"), reason="entry-error")
    assert not ledger.at().revisions(deal=GARZA)


def test_slips_stay_when_a_deal_vanishes() -> None:
    with a_ledger() as ledger:
        for released, lines in zip(RELEASES, (FIRST, SECOND, ()), strict=True):
            take(ledger, *lines, garza(year="1999"), released=released)
        slips = ledger.at().revisions(deal=KESTREL, column="plan")
        assert [row.slip_last_years for row in slips] == [2]
        assert [row.classes for row in ledger.at().revisions(deal=KESTREL, release="2026-03-10")] == [("vanished",)]


def test_rows_that_are_added_to_the_first_release_are_no_revisions() -> None:
    with a_ledger() as ledger:
        take(ledger, ROW, released="2024-03-18")
        take(ledger, garza(), released="2024-03-18")
        assert not ledger.at().revisions()
        take(ledger, ROW, garza(), heron(), released="2025-03-13")
        assert [(row.deal, row.classes) for row in ledger.at().revisions()] == [(HERON, ("new",))]


def test_deliveries_by_year_are_summed_up() -> None:
    text = DEALS.read_text(encoding="latin-1")
    later = text.replace("13 Mar 2025", "13 Mar 2026").replace("No,2,Yes,2022", "No,3,No,2022")
    with a_ledger() as ledger, TemporaryDirectory() as folder:
        for number, content in enumerate((text, later)):
            path = Path(folder) / f"{number}.csv"
            path.write_text(content, encoding="utf-8")
            ledger.import_sipri(path)
        (row,) = ledger.at().revisions()
        assert (row.column, row.classes, row.old_count, row.new_count, row.direction) == (
            "deliveries", ("value",), 6, 7, "up",
        )  # fmt: skip
        assert (row.old_first, row.new_last, row.old_flag, row.new_flag) == (2021, 2023, True, True)


def test_a_term_that_was_chosen_anew_is_a_value_beside_one_that_was_renamed() -> None:
    """Both ``corvette`` and ``frigate`` are in both releases; ``patrol boat`` becomes ``patrol craft`` everywhere."""
    other = {"designation": "Tern", "description": "frigate"}
    with a_ledger() as ledger:
        take(ledger, garza(), garza(**other), heron(), released="2024-03-18")
        take(
            ledger,
            garza(description="frigate", recipient="Turkiye"),
            garza(designation="Tern", description="corvette", recipient="Turkiye"),
            heron(description="patrol craft"),
            released="2025-03-13",
        )
        found = {(row.deal, row.column): row.classes for row in ledger.at().revisions()}
        assert found[GARZA, "description"] == ("value",)
        assert found[GARZA, "recipient"] == ("vocabulary",)
        assert found[HERON, "description"] == ("vocabulary",)


def test_a_ledger_of_before_classes_were_kept_by_column_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ReleaseEntries.revise

    def without_names(
        entries: ReleaseEntries, held: HeldRow, row: RegisterRow, classes: Any, renamed: list[str] | None = None
    ) -> None:
        real(entries, held, row, classes)

    monkeypatch.setattr(ReleaseEntries, "revise", without_names)
    with a_ledger() as ledger:
        for released, lines in zip(RELEASES, (FIRST, SECOND, THIRD), strict=True):
            take(ledger, *lines, released=released)
        assert told(ledger.at().revisions(release="2025-03-13")) == SECOND_BY_HAND
        assert told(ledger.at().revisions(release="2026-03-10")) == THIRD_BY_HAND


def test_revisions_are_answered_in_sql_files_and_frames(ledger: Ledger, tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    table = ledger.at().table("revisions")
    down = sqlalchemy.select(table.c.deal, table.c.change).where(
        table.c.column == "delivered", table.c.direction == "down"
    )
    assert [tuple(one) for one in ledger.execute(down)] == [(KESTREL, -2)]
    volumes = sqlalchemy.select(sqlalchemy.func.sum(table.c.volume_change)).where(table.c.column == "volume_delivered")
    assert [tuple(one) for one in ledger.execute(volumes)] == [(272.0,)], "-130, +12 and +390"
    ledger.at().export(tmp_path / "revisions.csv", of="revisions")
    assert len((tmp_path / "revisions.csv").read_text(encoding="utf-8").splitlines()) == 1 + 31
    frame = ledger.at().revisions().to_polars()
    assert frame.schema["change"].is_integer()
    assert frame.schema["volume_change"].is_float()
    assert frame.filter(column="delivered")["change"].sum() == -2 + 3 + 6


@given(st.lists(st.lists(rows(), min_size=1, max_size=7), min_size=2, max_size=4))
def test_any_releases_give_the_same_rows_kept_folded_and_built_anew(releases: list[list[str]]) -> None:
    """And what each of them revised is what two beliefs differ in."""
    days = [date(2023 + number, 3, 18).isoformat() for number in range(len(releases))]
    with a_ledger() as ledger:
        for released, lines in zip(days, releases, strict=True):
            take(ledger, *lines, released=released, force=True)
        kept = ledger.at().revisions()
        assert kept == ledger.at(known="2026-12-31", known_by="asserted").revisions()
        ledger.rebuild("revisions")
        assert kept == ledger.at().revisions()
        for earlier, later in pairwise(days):
            of_release = [row for row in kept if row.released.isoformat() == later]
            between = ledger.revisions(known=(earlier, later), by="column")
            assert told(_not_new(between)) == told(_not_new(of_release))
            new, known = ({row.deal for row in some if row.classes == ("new",)} for some in (of_release, between))
            assert new <= known, "what no earlier release had a place for is new to the belief, and no revision"
            by_deal = {row.deal: set(row.revisions) for row in ledger.revisions(known=(earlier, later))}
            assert by_deal == _classes_by_deal(between)


def _not_new(cells: Iterable[RevisedCell]) -> list[RevisedCell]:
    return [cell for cell in cells if cell.classes != ("new",)]


def _classes_by_deal(cells: Iterable[RevisedCell]) -> dict[str, set[str]]:
    classes: dict[str, set[str]] = {}
    for cell in cells:
        if cell.column != "plan":
            classes.setdefault(cell.deal, set()).update(cell.classes)
    return classes


def test_revisions_are_found_by_how_much_a_number_moved_and_by_release(ledger: Ledger) -> None:
    view = ledger.at()
    rows = view.revisions()
    grown = [row for row in rows if (row.change or 0) >= 1 or (row.volume_change or 0) >= 1]
    fallen = [row for row in rows if (row.change or 0) <= -1 or (row.volume_change or 0) <= -1]
    assert list(view.revisions(change_from=1)) == grown
    assert list(view.revisions(change_to=-1)) == fallen
    later = [row for row in rows if (row.slip_first_years or 0) >= 1 or (row.slip_last_years or 0) >= 1]
    assert list(view.revisions(slip_from=1)) == later
    assert grown
    assert fallen
    assert later
    with pytest.raises(UsageError, match="no release of revisions is 'sipri-2031-01-01'") as refusal:
        view.revisions(release="sipri-2031-01-01")
    assert "did you mean sipri-" in refusal.value.remedy
