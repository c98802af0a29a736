"""Releases of SIPRI's register: the first as it is, each later one as a change of belief."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger, LedgerError
from armsledger.application.sipri import intake as registers
from armsledger.application.sipri.entries import ReleaseEntries
from armsledger.application.sipri.export import NothingListed
from armsledger.application.sipri.intake import (
    LayoutDiffers,
    ReleaseHalfTaken,
    ReleaseOutOfOrder,
    ScopeDiffers,
    TooManyVanished,
)
from armsledger.application.sipri.report import Import, ReleaseReport
from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.events.register import Listed
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.exchange.sipri.release import DamagedRegister
from tests.exchange.sipri.register_text import (
    DEALS,
    DEALS_HEAD,
    REGISTERS,
    RELEASES,
    ROW,
    data_lines,
    register,
    row,
    rows,
)

KESTREL = "sipri-ind-rus-2018-kestrel-4"
SEAGULL = "sipri-wsm-aus-1986-seagull"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def a_ledger() -> Ledger:
    """An empty ledger in November 2026."""
    return Ledger.in_memory(recorded_by="tester", clock=lambda: NOW)


def take(ledger: Ledger, text: str, **options: Any) -> ReleaseReport:
    """What comes of a register of this text."""
    (report,) = take_all(ledger, text, **options).reports
    return report


def take_all(ledger: Ledger, text: str, **options: Any) -> Import:
    """The same with what was set aside."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_text(text, encoding="utf-8")
        return ledger.import_sipri(path, **options)


def exported(ledger: Ledger, released: str | None = None) -> list[str]:
    """The rows of a release, as the ledger writes them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "again.csv"
        ledger.at(known=released, known_by="asserted").export_sipri(path)
        return list(data_lines(path))


def counts(report: ReleaseReport) -> tuple[int, int, int, int, int]:
    """New, changed, unchanged, vanished and reappeared deals."""
    return report.new, report.changed, report.unchanged, report.vanished, report.reappeared


@pytest.fixture
def ledger(database: str) -> Any:
    """A ledger that has taken all three invented releases."""
    with a_ledger() as taken:
        taken.import_sipri(*REGISTERS.values())
        yield taken


def test_a_first_release_is_taken_as_it_is(database: str) -> None:
    with a_ledger() as ledger:
        (report,) = ledger.import_sipri(REGISTERS["2024-03-18"]).reports
        assert counts(report) == (17, 0, 0, 0, 0)
        assert (report.rows, report.taken, report.repaired, report.set_aside, report.duplicates) == (18, 17, 1, 0, 1)
        assert report.recorded == ledger.position() == 68
        state = ledger.at("2024-12-31").deal(KESTREL).to_dict()["certain"]
        assert (state["stage"], state["supplier"], state["buyer"]) == ("delivering", "RUS", "IND")
        assert state["items"] == [{"designation": "Kestrel-4", "description": "SAM system", "condition": "new"}]
        assert state["ordered"] == [{"count": 10, "unit": "SAM system", "approximate": False}]
        assert state["delivered"] == [{"count": 6, "unit": "SAM system", "approximate": True}]
        assert state["value"] is None, "a volume is no money, and the comment's sum is kept where it stands"
        assert [(one["due"], one["outcome"]) for one in state["expectations"]] == [("2021/2024", "pending")]
        assert state["listings"][0]["volume_ordered"] == "650"
        source = ledger.at().source("sipri-2024-03-18").certain
        assert source is not None
        assert source.reliability == "B"


def test_a_count_over_several_years_is_one_statement_of_which_the_split_is_unknown() -> None:
    with a_ledger() as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"])
        amid = ledger.at("2022-06-30").deal(KESTREL).to_dict()
        assert amid["certain"]["delivered"] == []
        assert amid["possible"]["delivered"] == [{"count": 6, "unit": "SAM system", "approximate": True}]


@pytest.mark.parametrize("released", RELEASES)
def test_each_release_is_written_again_row_for_row(ledger: Ledger, released: str) -> None:
    assert sorted(exported(ledger, released)) == sorted(data_lines(REGISTERS[released], "latin-1"))


def test_the_only_release_is_written_again_in_its_order_with_its_preamble(tmp_path: Path) -> None:
    with a_ledger() as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"])
        ledger.at().export_sipri(tmp_path / "again.csv", encoding="latin-1")
    again = (tmp_path / "again.csv").read_text(encoding="latin-1")
    assert again == REGISTERS["2024-03-18"].read_text(encoding="latin-1").replace("delivered\n,0.25", "delivered,0.25")


def test_a_later_release_records_only_what_changed(database: str) -> None:
    with a_ledger() as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"])
        (report,) = ledger.import_sipri(REGISTERS["2025-03-13"]).reports
        assert counts(report) == (3, 10, 3, 4, 0)
        assert report.revisions == Counter(vocabulary=5, value=4, flag=4, vanished=4, comment=3, new=3, duplicate=1)
        untouched = ledger.log("deal/sipri-omn-fra-1990-lynx-b").to_dicts()
        assert {entry["source"] for entry in untouched[:4]} == {"sipri-2024-03-18"}
        assert not ledger.at().deal("sipri-nato-usa-2012-skylark").findings
        (skylark,) = {entry.source for entry in ledger.log("deal/sipri-nato-usa-2012-skylark")}
        assert skylark == "sipri-2024-03-18", "the same row adds nothing"


def test_each_change_is_asserted_at_its_release_and_tells_its_class(ledger: Ledger) -> None:
    entries = ledger.log(f"deal/{KESTREL}").to_dicts()
    told = [
        (entry["event"], entry["asserted"], entry["data"]["set"].get("revisions"))
        for entry in entries
        if entry["event"] == "corrected"
    ]
    assert [one for one in told if one[2]] == [
        ("corrected", "2025-03-13", ["value", "flag", "comment", "vocabulary"]),
        ("corrected", "2026-03-10", ["value", "comment"]),
    ]
    assert {one[1] for one in told} == {"2025-03-13", "2026-03-10"}


def test_the_belief_of_each_release_can_be_asked_for(ledger: Ledger) -> None:
    found = []
    for released in RELEASES:
        state = ledger.at("2026-11-25", known=released, known_by="asserted").deal(KESTREL).to_dict()["certain"]
        (quantity,) = state["delivered"]
        windows = [(one["due"], one["outcome"]) for one in state["expectations"]]
        found.append((quantity["count"], quantity["unit"], quantity["approximate"], windows))
    assert found == [
        (6, "SAM system", True, [("2021/2024", "partially-met")]),
        (8, "air-defence system", False, [("2021/2024", "revised"), ("2021/2026", "pending")]),
        (10, "air-defence system", False, [("2021/2024", "revised"), ("2021/2026", "met")]),
    ]


def test_what_vanished_is_gone_and_comes_back(ledger: Ledger) -> None:
    stages = [
        ledger.at(known=released, known_by="asserted").deal(SEAGULL).to_dict()["certain"] for released in RELEASES
    ]
    assert [stage and stage["stage"] for stage in stages] == ["delivered", None, "delivered"], "one of one"
    rows = ledger.revisions(known=("2025-03-13", "2026-03-10"), deal=SEAGULL)
    assert [one.revisions for one in rows] == [("reappeared", "vocabulary")]
    assert [row.deal for row in ledger.at(known="2025-03-13", known_by="asserted").deals(deal=SEAGULL)] == []


def test_revisions_between_any_two_beliefs_are_told_deal_by_deal(ledger: Ledger) -> None:
    found = {row.deal: row for row in ledger.revisions(known=("2024-03-18", "2025-03-13"))}
    assert len(found) == 17
    assert found[KESTREL].revisions == ("value", "flag", "comment", "vocabulary")
    assert "delivered: 6? -> 8" in found[KESTREL].changes
    assert found["sipri-tur-esp-2010-garza"].changes == ("recipient: Turkey -> Turkiye",)
    assert found["sipri-per-bra-1983-tb-6"].changes == ("rows: 2 times -> 1 times",)
    assert found[SEAGULL].revisions == ("vanished",)
    est = found["sipri-est-kor-2023-tiger-8"]
    assert (est.buyer, est.supplier, est.decade, est.revisions) == ("EST", "KOR", "2020s", ("new",))
    assert not ledger.revisions(known=("2024-03-18", "2024-12-31"))
    assert len(ledger.revisions(known=(None, None), known_by="recorded")) == 0


def test_a_comparison_can_leave_out_what_only_releases_say(ledger: Ledger) -> None:
    whole = ledger.compare(known=RELEASES[:2], known_by="asserted")
    assert f"deal/{KESTREL}" in {change.stream for change in whole.changes}
    rest = ledger.compare(known=RELEASES[:2], known_by="asserted", releases=False)
    assert {change.stream for change in rest.changes} == {"source/sipri-2025-03-13"}


def test_ambiguous_rows_are_told_and_both_deals_end() -> None:
    with a_ledger() as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"])
        (report,) = ledger.import_sipri(REGISTERS["2025-03-13"]).reports
        (ambiguity,) = report.ambiguous
        deals = ("deal/sipri-omn-fra-1995-lynx-c", "deal/sipri-omn-fra-1995-lynx-c-2")
        assert ambiguity.deals == deals
        assert [ledger.at().state(deal).certain for deal in deals] == [None, None]
        new = ledger.log("deal/sipri-omn-fra-1995-lynx-c-3").to_dicts()[-1]
        assert (new["event"], new["data"]["perhaps"]) == ("listed", list(deals))
        found = {(finding.code, finding.stream) for finding in ledger.check()}
        assert ("perhaps-listed-before", "deal/sipri-omn-fra-1995-lynx-c-3") in found
        assert ("listed-more-than-once", "deal/sipri-est-kor-2023-tiger-8") in found


@pytest.mark.parametrize("released", RELEASES)
def test_a_release_that_was_taken_adds_nothing_however_often_it_comes(ledger: Ledger, released: str) -> None:
    before = ledger.position()
    (report,) = ledger.import_sipri(REGISTERS[released]).reports
    assert (report.recorded, ledger.position()) == (0, before)
    assert report.unchanged == {"2024-03-18": 17, "2025-03-13": 16, "2026-03-10": 17}[released]


def test_releases_are_taken_in_order_even_if_given_otherwise() -> None:
    with a_ledger() as ledger, a_ledger() as other:
        reports = ledger.import_sipri(*reversed(REGISTERS.values())).reports
        assert [report.released.isoformat() for report in reports] == list(RELEASES)
        other.import_sipri(REGISTERS["2025-03-13"])
        with pytest.raises(ReleaseOutOfOrder, match="of its rows are new"):
            other.import_sipri(REGISTERS["2024-03-18"])


def test_several_releases_are_taken_all_or_not_at_all(database: str, tmp_path: Path) -> None:
    (tmp_path / "later.csv").write_text(
        register(*[row(year=str(year)) for year in range(1950, 1980)], released="2025-01-01").replace(
            "from All countries", "from Russia"
        )
    )
    with a_ledger() as ledger:
        with pytest.raises(ScopeDiffers):
            ledger.import_sipri(REGISTERS["2024-03-18"], tmp_path / "later.csv")
        assert ledger.position() == 0


def test_a_dry_run_records_nothing_and_tells_the_same() -> None:
    with a_ledger() as ledger:
        dry = ledger.import_sipri(*REGISTERS.values(), dry_run=True)
        assert ledger.position() == 0
        real = ledger.import_sipri(*REGISTERS.values())
        assert [counts(one) for one in dry.reports] == [counts(one) for one in real.reports]
        assert [one.recorded for one in dry.reports] == [one.recorded for one in real.reports]


def test_deals_by_year_are_stated_year_by_year_and_written_again(database: str) -> None:
    with a_ledger() as ledger:
        ledger.import_sipri(DEALS)
        state = ledger.at("2022-12-31").deal(KESTREL).to_dict()
        assert state["certain"]["delivered"] == [{"count": 4, "unit": "SAM system", "approximate": True}]
        assert ledger.at().deal(KESTREL).to_dict()["certain"]["listings"][0]["reference"] == "101"
        assert exported(ledger) == list(data_lines(DEALS, "latin-1"))
        with pytest.raises(LayoutDiffers):
            ledger.import_sipri(REGISTERS["2026-03-10"])


def test_a_change_of_one_year_corrects_that_year_alone() -> None:
    later = (
        DEALS.read_text(encoding="latin-1")
        .replace("13 Mar 2025", "13 Mar 2026")
        .replace(
            "Russia,India,Kestrel-4,SAM system,Air-defence systems,2018,No,2,Yes,2022",
            "Russia,India,Kestrel-4,SAM system,Air-defence systems,2018,No,3,No,2022",
        )
    )
    later += "101,Russia,India,Kestrel-4,SAM system,Air-defence systems,2018,No,2,No,2024,No,New,65,65,130,No\n"
    with a_ledger() as ledger:
        ledger.import_sipri(DEALS)
        report = take(ledger, later)
        assert counts(report) == (0, 1, 2, 0, 0)
        assert report.revisions == Counter(value=1)
        state = ledger.at("2025-12-31").deal(KESTREL).to_dict()["certain"]
        assert state["delivered"] == [{"count": 9, "unit": "SAM system", "approximate": True}]
        assert sorted(exported(ledger)) == sorted(
            line for line in later.splitlines() if line[:3] in ("101", "102", "103")
        )
        assert exported(ledger, "2025-03-13") == list(data_lines(DEALS, "latin-1"))


OPEN_ORDER = row(year="2017", delivered="0", years="")


@pytest.mark.parametrize("which", ["deliveries", "deliveries or orders"])
def test_orders_that_an_export_of_deliveries_leaves_out_stay_whatever_its_preamble_says(which: str) -> None:
    every = register(ROW, OPEN_ORDER)
    only = register(ROW, row(year="2016"), released="2025-03-13", which=which)
    with a_ledger() as ledger:
        take(ledger, every)
        report = take(ledger, only)
        assert counts(report) == (1, 0, 1, 0, 0)
        assert (report.scope, report.left_out) == ("deliveries only", 1)
        assert sorted(exported(ledger)) == sorted([ROW, row(year="2016")]), "its own rows only"
        assert exported(ledger, "2024-03-18") == [ROW, OPEN_ORDER]
        assert len(ledger.at("2025-12-31").deals(open=True, buyer="IND")) == 3
        assert counts(take(ledger, register(ROW, row(year="2016"), OPEN_ORDER, released="2026-03-10"))) == (
            0,
            0,
            3,
            0,
            0,
        )


def test_an_order_is_not_taken_for_another_delivery_of_its_key_by_an_export_that_leaves_orders_out() -> None:
    """An engine of one ship is on order; the export of deliveries has the two engines that another ship got."""
    order = row(designation="ship engine", ordered="4", delivered="0", years="", comment="DS-71; for 2 frigates")
    other = row(designation="ship engine", ordered="2", delivered="2", years="2023", comment="DT-59; for 1 frigate")
    same = row(designation="ship engine", ordered="4", delivered="1", years="2023", comment="DS-71 turbine")
    with a_ledger() as ledger:
        take(ledger, register(ROW, order))
        report = take(ledger, register(ROW, other, released="2025-03-13"))
        assert (report.new, report.changed, report.left_out) == (1, 0, 1)
        report = take(ledger, register(ROW, order, other, released="2026-03-10"))
        assert counts(report) == (0, 0, 3, 0, 0)
    with a_ledger() as ledger:
        take(ledger, register(ROW, order))
        assert counts(take(ledger, register(ROW, same, released="2025-03-13"))) == (0, 1, 1, 0, 0)


def test_an_order_that_earlier_exports_had_no_place_for_is_no_news() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW))
        report = take(ledger, register(ROW, OPEN_ORDER, row(year="2016"), released="2025-03-13"))
        assert (report.new, report.first_asked, report.revisions) == (2, 1, Counter(new=1))
        report = take(
            ledger, register(ROW, OPEN_ORDER, row(year="2016"), row(year="2019", years=""), released="2026-03-10")
        )
        assert (report.new, report.first_asked, report.revisions) == (1, 0, Counter(new=1))


def test_an_order_that_goes_from_an_export_of_all_deals_has_vanished_and_is_counted() -> None:
    other = row(year="2015", years="")
    with a_ledger() as ledger:
        take(ledger, register(ROW, OPEN_ORDER, other))
        report = take(ledger, register(ROW, other, released="2025-03-13"))
        assert (report.vanished, report.vanished_orders, report.left_out) == (1, 1, 0)


def test_an_export_of_one_supplier_is_not_compared_with_one_of_all() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW, row(supplier="France")))
        one = register(ROW, released="2025-03-13").replace("from All countries", "from Russia")
        with pytest.raises(
            ScopeDiffers,
            match=r"0 rows would vanish, 1 that it leaves out would stay, 0 would change, and 0 would be new",
        ):
            take(ledger, one)
        report = take(ledger, one, force=True)
        assert (report.vanished, report.left_alone, report.unchanged) == (0, 1, 1)


def test_a_file_that_lacks_many_rows_is_refused_unless_that_is_accepted() -> None:
    every = [row(year=str(year)) for year in range(1970, 2000)]
    orders = [row(year=str(year), delivered="0", years="") for year in range(2000, 2010)]
    with a_ledger() as ledger:
        take(ledger, register(*every, *orders))
        part = register(*every[:5], orders[0], released="2025-03-13")
        for force in (False, True):
            with pytest.raises(
                TooManyVanished,
                match=r"lacks 34 of the 40 .*34 rows would vanish \(9 of them orders without deliveries",
            ):
                take(ledger, part, force=force)
        assert len(ledger.at().deals()) == 40
        assert take(ledger, part, accept_vanished=True).vanished == 34


def test_a_column_that_changes_in_a_fifth_of_the_rows_is_pointed_out() -> None:
    rows = [row(year=str(year)) for year in range(1970, 2000)]
    later = [row(year=str(year), delivered_flag="" if year < 1978 else "?") for year in range(1970, 2000)]
    later[20] = row(year="1990", delivered="9", comment="By air")
    with a_ledger() as ledger:
        take(ledger, register(*rows))
        report = take(ledger, register(*later, released="2025-03-13"))
        assert report.sweeping == (("delivered", "unmarked", 8, 30),)
        assert report.to_dict()["sweeping"] == [{"column": "delivered", "how": "unmarked", "rows": 8, "of": 30}]
        report = take(ledger, register(*later[:-1], later[-1].replace("By ship", "By air"), released="2026-03-10"))
        assert report.sweeping == ()


def test_rows_set_aside_are_corrected_and_taken_later(database: str) -> None:
    good, bad = ROW, row(designation="KM-6", years="2021; 20222")
    with a_ledger() as ledger:
        take(ledger, register(ROW, row(designation="KM-6")))
        imported = take_all(ledger, register(good, bad, released="2025-03-13"))
        (report,), (aside,) = imported.reports, imported.set_aside
        assert (report.set_aside, report.vanished, report.left_alone) == (1, 0, 1)
        assert aside.rows == 1
        corrected = take(ledger, aside.text.replace("20222", "2023"))
        assert counts(corrected) == (0, 1, 0, 0, 0)
        assert sorted(exported(ledger)) == sorted([good, row(designation="KM-6", years="2021; 2023")])
        assert len(exported(ledger, "2024-03-18")) == 2


def test_a_row_that_comes_later_is_never_taken_for_one_that_is_there() -> None:
    first, second = row(ordered="8", comment="First"), row(ordered="x4", comment="Second")
    with a_ledger() as ledger:
        (aside,) = take_all(ledger, register(first, second)).set_aside
        assert counts(take(ledger, aside.text.replace("x4", "4"))) == (1, 0, 0, 0, 0)
        assert sorted(exported(ledger)) == sorted([first, row(ordered="4", comment="Second")])
        assert take(ledger, register(first, second)).recorded == 0, "the damaged file again takes nothing back"
        assert take(ledger, aside.text.replace("x4", "4"), resume=True).recorded == 0


def test_a_deal_of_which_one_year_is_damaged_is_set_aside_and_taken_whole() -> None:
    text = DEALS.read_text(encoding="latin-1")
    damaged = text.replace("13 Mar 2025", "13 Mar 2026").replace("2,Yes,2022", "2,Yes,20222")
    with a_ledger() as ledger:
        take(ledger, text)
        imported = take_all(ledger, damaged)
        (report,), (aside,) = imported.reports, imported.set_aside
        assert (report.set_aside, report.left_alone, report.vanished, aside.rows) == (3, 1, 0, 3)
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "~6 SAM systems"  # type: ignore[union-attr]  # it has begun
        report = take(ledger, aside.text.replace("2,Yes,20222", "4,No,2022"))
        assert counts(report) == (0, 1, 0, 0, 0)
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "~8 SAM systems"  # type: ignore[union-attr]  # it has begun


def test_parts_of_a_release_add_up_and_take_nothing_from_each_other() -> None:
    one, other = register(ROW), register(row(supplier="France"))
    with a_ledger() as ledger:
        recorded = [take(ledger, part).recorded for part in (one, other, one, other)]
        assert [bool(count) for count in recorded] == [True, True, False, False]
        assert len(exported(ledger)) == 2


def test_sources_of_sipri_that_people_have_are_no_releases() -> None:
    with a_ledger() as ledger:
        ledger.record("source/sipri-2024-03-18", "registered", publisher="SIPRI", published="2024-03-18")
        report = take(ledger, register(ROW))
        assert report.source == "sipri-2024-03-18-register"
        ledger.record(f"deal/{KESTREL}", "delivered", on="2023", quantity="2 SAM systems", source="sipri-2024-03-18")
        take(ledger, register(row(delivered="8", delivered_flag=""), released="2025-03-13"))
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "10 SAM systems"  # type: ignore[union-attr]  # it has begun
        assert exported(ledger, "2024-03-18") == [ROW]
        assert take(ledger, register(ROW)).recorded == 0


def test_a_listing_that_somebody_has_written_is_not_the_registers() -> None:
    with a_ledger() as ledger:
        ledger.record("source/press", "registered", publisher="Press", published="2024-01-01")
        ledger.record("deal/mine", "opened", on="2018", supplier="RUS", buyer="IND", source="press")
        words = {"recipient": "India", "supplier": "Russia", "designation": "Kestrel-4", "order_year": "2018"}
        listed = {"listed_in": "SIPRI Arms Transfers Database", "on": "2024-01-01", **words}
        ledger.record("deal/mine", "listed", source="press", **listed)
        assert take(ledger, register(ROW)).new == 1
        assert exported(ledger) == [ROW]


def test_a_correction_of_a_listing_stands_and_disturbs_nothing() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW))
        listed = ledger.log(f"deal/{KESTREL}")[-1].entry
        for name, value in (
            ("comment", "Mine"),
            ("recipient", "Indai"),
            ("years", "2021, maybe"),
            ("delivered", "about 6"),
        ):
            ledger.correct(listed, set={name: value}, reason="entry-error")
        assert take(ledger, register(ROW)).recorded == 0
        ledger.revisions(known=(None, "2020-01-01"))
        assert take(ledger, register(ROW, released="2025-03-13")).recorded == 1, "the release as a source, and no more"
        changed = take(ledger, register(row(delivered="8"), released="2026-03-10"))
        assert counts(changed) == (0, 1, 0, 0, 0)


def test_a_new_number_counts_even_where_the_old_one_was_taken_back() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW))
        delivered = next(one for one in ledger.log(f"deal/{KESTREL}") if one.event == "delivered")
        ledger.retract(delivered.entry, reason="entry-error")
        take(ledger, register(row(delivered="8", delivered_flag=""), released="2025-03-13"))
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "8 SAM systems"  # type: ignore[union-attr]  # it has begun


def test_what_an_export_leaves_out_by_choice_is_left_alone_if_forced() -> None:
    old = row(year="1990", years="1991; 1992")
    with a_ledger() as ledger:
        take(ledger, register(ROW, old, row(recipient="Niger"), row(recipient="Nigeria")))
        years = register(ROW, row(recipient="Niger"), row(recipient="Nigeria"), released="2025-03-13")
        years = years.replace("'Not specified' to 'Not specified'", "2000 to 2024")
        assert take(ledger, years, force=True).left_alone == 1
        one = register(row(recipient="Nigeria"), released="2026-03-10").replace("to All countries", "to Nigeria")
        assert take(ledger, one, force=True).vanished == 0


def test_releases_of_several_files_follow_each_other(tmp_path: Path) -> None:
    with a_ledger() as ledger:
        for released in ("2024-03-18", "2025-03-13"):
            files = []
            for supplier in ("Russia", "France"):
                text = register(row(supplier=supplier), released=released)
                files.append(tmp_path / f"{supplier}-{released}.csv")
                files[-1].write_text(text.replace("from All countries", f"from {supplier}"))
            ledger.import_sipri(*files)
        assert len(exported(ledger)) == 2
        assert not ledger.revisions(known=("2024-03-18", "2025-03-13"))


def test_two_numbers_of_one_year_are_added() -> None:
    line = "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,No,2,No,2021,No,New,65,65,130,No"
    with a_ledger() as ledger:
        take(ledger, register(line, line, header=DEALS_HEAD))
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "4 SAM systems"  # type: ignore[union-attr]  # it has begun
        assert exported(ledger) == [line, line]


def test_rows_of_two_files_that_repeat_are_written_again() -> None:
    with a_ledger() as ledger:
        bad = row(year="20188")
        (aside,) = take_all(ledger, register(ROW, ROW, bad, bad)).set_aside
        take(ledger, aside.text.replace("20188", "2017"))
        assert sorted(exported(ledger)) == sorted([ROW, ROW, row(year="2017"), row(year="2017")])


def test_a_strict_import_takes_nothing_of_a_damaged_file() -> None:
    with a_ledger() as ledger:
        with pytest.raises(DamagedRegister, match="years"):
            take(ledger, register(ROW, row(years="2021; 20222")), strict=True)
        assert ledger.position() == 0
        assert take(ledger, register(ROW), strict=True).new == 1


def test_what_others_say_of_a_deal_stays_when_the_register_drops_it() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW, row(year="2017")))
        ledger.record("source/press", "registered", publisher="Press", published="2024-06-01", reliability="A")
        ledger.record(f"deal/{KESTREL}", "tranche-paid", on="2019", tranche=1, amount="USD 1bn", source="press")
        take(ledger, register(row(year="2017"), released="2025-03-13"))
        state = ledger.at().deal(KESTREL).to_dict()["certain"]
        assert (state["supplier"], state["paid"][0]["amount"]) == ("RUS", "1000000000")
        assert state["ordered"] == state["delivered"] == state["listings"] == []


def test_a_deal_of_somebody_else_that_has_such_a_key_is_left_alone() -> None:
    with a_ledger() as ledger:
        ledger.record("source/press", "registered", publisher="Press", published="2024-01-01")
        ledger.record(f"deal/{KESTREL}", "opened", on="2018", supplier="RUS", buyer="IND", source="press")
        take(ledger, register(ROW))
        assert ledger.log(f"deal/{KESTREL}")[-1].event == "opened"
        assert ledger.log(f"deal/{KESTREL}-2")[-1].event == "listed"


def test_a_correction_of_somebody_else_is_left_alone_unless_the_register_says_so_too() -> None:
    with a_ledger() as ledger:
        take(ledger, register(ROW))
        delivered = next(one for one in ledger.log(f"deal/{KESTREL}") if one.event == "delivered")
        ledger.correct(delivered.entry, set={"quantity": "8 SAM systems"}, reason="entry-error")
        take(ledger, register(row(comment="By air"), released="2025-03-13"))
        assert str(ledger.at().deal(KESTREL).certain.delivered[0]) == "8 SAM systems"  # type: ignore[union-attr]  # it has begun
        report = take(ledger, register(row(comment="By air", delivered="8", delivered_flag=""), released="2026-03-10"))
        assert report.revisions == Counter(value=1, flag=1)
        assert exported(ledger) == [row(comment="By air", delivered="8", delivered_flag="")]


def test_a_plan_that_was_fulfilled_was_met_and_one_that_was_dropped_is_withdrawn() -> None:
    def planned(**changes: str) -> str:
        return row(**{"comment": "delivery planned 2021-2024", **changes})

    outcomes = []
    for later in (row(comment="", delivered="10", delivered_flag="", years="2021; 2022; 2024"), row(comment="")):
        with a_ledger() as ledger:
            take(ledger, register(planned()))
            take(ledger, register(later, released="2025-03-13"))
            (expectation,) = ledger.at().deal(KESTREL).to_dict()["certain"]["expectations"]
            outcomes.append(expectation["outcome"])
    assert outcomes == ["met", "withdrawn"]


def test_a_plan_of_more_than_is_ordered_now_was_not_met() -> None:
    plan = "delivery planned 2021-2024"
    fewer, none = {"ordered": "6", "delivered_flag": ""}, {"comment": ""}
    outcomes = []
    for releases in (
        (row(comment=plan), row(**fewer, **none)),
        (row(comment=plan), row(**fewer, comment=plan), row(**fewer, **none)),
    ):
        with a_ledger() as ledger:
            for released, line in zip(RELEASES, releases, strict=False):
                take(ledger, register(line, released=released))
            (expectation,) = ledger.at().deal(KESTREL).to_dict()["certain"]["expectations"]
            outcomes.append(expectation["outcome"])
    assert outcomes == ["withdrawn", "met"], "where the plan was lowered with the order, it was met"


def test_a_plan_counts_in_the_unit_of_its_row_whatever_the_register_calls_it_now() -> None:
    none = {"delivered": "0", "delivered_flag": "", "years": ""}
    with a_ledger() as ledger:
        take(ledger, register(row(**none, comment="delivery planned 2024")))
        later = row(description="air-defence battery", delivered="10", delivered_flag="", years="2024", comment="")
        take(ledger, register(later, released="2025-03-13"))
        (plan,) = ledger.at().deal(KESTREL).to_dict()["certain"]["expectations"]
        assert (plan["outcome"], plan["quantity"]["unit"]) == ("met", "air-defence battery")
        before = ledger.at("2024-12-31", known="2024-12-31", known_by="asserted").deal(KESTREL).to_dict()["certain"]
        assert [(one["outcome"], one["quantity"]["unit"]) for one in before["expectations"]] == [
            ("pending", "SAM system")
        ]
        assert not [one for one in ledger.check() if one.code == "not-comparable"]


def test_a_row_of_which_nothing_is_ordered_is_not_delivered_in_full() -> None:
    with a_ledger() as ledger:
        take(ledger, register(row(ordered="0")))
        state = ledger.at().deal(KESTREL).to_dict()["certain"]
        assert (state["stage"], state["ordered"]) == ("delivering", [])
        assert not list(ledger.check())


def test_a_contract_that_an_older_version_took_from_what_is_only_selected_is_taken_back() -> None:
    selected = "possibly selected but not yet ordered"
    none = {"delivered": "0", "delivered_flag": "", "years": ""}
    for later, stage in ((f"{selected}; aid", "prospective"), ("Aid", "signed")):
        with a_ledger() as ledger:
            take(ledger, register(row(**none, comment=selected)))
            quantity = "10 SAM systems"
            ledger.record(
                f"deal/{KESTREL}", "contract-signed", on="2018?", quantity=quantity, source="sipri-2024-03-18"
            )
            take(ledger, register(row(**none, comment=later), released="2025-03-13"))
            assert ledger.at().deal(KESTREL).to_dict()["certain"]["stage"] == stage
            events = [entry.event for entry in ledger.log(f"deal/{KESTREL}")]
            assert events.count("contract-signed") == 1


def test_what_could_not_be_understood_is_kept_as_a_note(ledger: Ledger) -> None:
    notes = []
    for known in RELEASES[:2]:
        belief = ledger.at(known=known, known_by="asserted").belief("deal/sipri-fin-deu-2022-elch")
        (listed,) = [belief.current(one).event for one in belief.entries if isinstance(one.event, Listed)]
        assert isinstance(listed, Listed)
        notes.append((listed.comment, listed.note))
    assert notes == [
        ("EUR90 m deal; delivery planned 2028-20233", "not understood: delivery planned 2028-20233"),
        ("EUR90 m deal; delivery planned 2028-2033", None),
    ]


def test_an_import_by_chunks_goes_on_where_it_was_interrupted(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "CHUNK_DEALS", 4)
    real, calls = registers._Intake._apply, Counter[str]()

    def interrupted(*arguments: Any) -> None:
        calls["apply"] += 1
        if calls["apply"] == 10:
            raise KeyboardInterrupt
        real(*arguments)

    with a_ledger() as ledger, a_ledger() as other:
        monkeypatch.setattr(registers._Intake, "_apply", interrupted)
        for released in RELEASES[:2]:
            calls.clear()
            with pytest.raises(KeyboardInterrupt):
                ledger.import_sipri(REGISTERS[released], resume=True)
            held = ledger.position()
            assert held > 0
            calls["apply"] = 10
            ledger.import_sipri(REGISTERS[released], resume=True)
            assert ledger.position() > held
        other.import_sipri(*list(REGISTERS.values())[:2])
        for stream in other.streams("deal"):
            assert told(ledger, stream) == told(other, stream)
        for released in RELEASES[:2]:
            assert sorted(exported(ledger, released)) == sorted(exported(other, released))


def told(ledger: Ledger, stream: str) -> list[tuple[str, Any]]:
    """What the entries of a stream say."""
    return [(one["event"], one["data"]) for one in ledger.log(stream).to_dicts()]


def test_a_release_that_is_half_taken_is_finished_with_its_own_file(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "CHUNK_DEALS", 1)
    real = registers._Intake._apply
    calls = Counter[str]()

    def interrupted(*arguments: Any) -> None:
        calls["apply"] += 1
        if calls["apply"] == 2:
            raise KeyboardInterrupt
        real(*arguments)

    with a_ledger() as ledger:
        monkeypatch.setattr(registers._Intake, "_apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            take(ledger, register(ROW, row(year="2017")), resume=True)
        monkeypatch.setattr(registers._Intake, "_apply", real)
        with pytest.raises(ReleaseHalfTaken):
            take(ledger, register(ROW))
        assert take(ledger, register(ROW, row(year="2017"))).new == 2
        assert len(exported(ledger)) == 2
        assert take(ledger, register(ROW, row(year="2017")), resume=True).recorded == 0


def test_an_import_that_is_interrupted_leaves_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ReleaseEntries, "take_back", interrupted)
    with a_ledger() as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"])
        before = ledger.position()
        with pytest.raises(KeyboardInterrupt):
            ledger.import_sipri(REGISTERS["2025-03-13"])
        assert ledger.position() == before


def test_a_release_of_the_future_is_refused() -> None:
    with a_ledger() as ledger, pytest.raises(LedgerError, match="after today"):
        take(ledger, register(ROW, released=(NOW.date() + timedelta(days=1)).isoformat()))


def test_progress_is_told_in_stages() -> None:
    stages: set[str] = set()
    many = [row(year=str(year), designation=f"K-{number}") for year in range(1950, 2000) for number in range(25)]
    with a_ledger() as ledger:
        take(ledger, register(*many), stages=lambda stage, *_: stages.add(stage))
    assert stages == {"reading", "release of 2024-03-18", "read models"}


def test_nothing_is_written_where_no_release_is_known(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NothingListed, match="by 2020-01-01"):
        ledger.at(known="2020-01-01", known_by="asserted").export_sipri(tmp_path / "none.csv")
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(FileExists):
        ledger.at().export_sipri(tmp_path / "there.csv")
    assert (tmp_path / "there.csv").read_text() == "mine"


def test_a_character_that_an_encoding_lacks_is_refused(tmp_path: Path) -> None:
    with a_ledger() as ledger:
        take(ledger, register(row(comment="Göksu \u2014 2")))
        with pytest.raises(NotWritable, match="latin-1 lacks"):
            ledger.at().export_sipri(tmp_path / "x.csv", encoding="latin-1")
    assert not list(tmp_path.iterdir())


def test_a_report_is_json(ledger: Ledger) -> None:
    (report,) = ledger.import_sipri(REGISTERS["2026-03-10"]).reports
    told = json.loads(json.dumps(report.to_dict()))
    assert told["released"] == "2026-03-10"
    assert told["rows"] == {"read": 17, "taken": 16, "repaired": 1, "set_aside": 0, "duplicates": 0}


def test_a_file_that_is_missing_leaves_no_ledger(tmp_path: Path) -> None:
    with Ledger(tmp_path / "new.db") as ledger, pytest.raises(UnreadableDossier):
        ledger.import_sipri(tmp_path / "missing.csv", resume=True)
    assert not list(tmp_path.iterdir())


def test_a_ledger_of_registers_verifies_and_its_export_gives_the_same(ledger: Ledger, tmp_path: Path) -> None:
    assert not ledger.verify().findings
    ledger.export_jsonl(tmp_path / "all.jsonl")
    with a_ledger() as other:
        other.import_jsonl(tmp_path / "all.jsonl")
        for released in RELEASES:
            assert exported(other, released) == exported(ledger, released)


@given(st.lists(st.lists(rows(), min_size=1, max_size=9), min_size=1, max_size=4))
def test_any_releases_are_written_again_row_for_row(releases: list[list[str]]) -> None:
    """Whatever comes, goes, comes back, changes and repeats."""
    days = [date(2023 + number, 3, 18).isoformat() for number in range(len(releases))]
    with a_ledger() as ledger:
        for released, lines in zip(days, releases, strict=True):
            take(ledger, register(*lines, released=released), force=True)
        for released, lines in zip(days, releases, strict=True):
            assert sorted(exported(ledger, released)) == sorted(lines)
        position = ledger.position()
        assert take(ledger, register(*releases[-1], released=days[-1])).recorded == 0
        assert ledger.position() == position
        for earlier, later in pairwise(days):
            assert _revised(ledger, earlier, later) == _differing(ledger, earlier, later)


def _revised(ledger: Ledger, earlier: str, later: str) -> set[str]:
    return {row.deal for row in ledger.revisions(known=(earlier, later))}


def _differing(ledger: Ledger, earlier: str, later: str) -> set[str]:
    """The deals of which the state of the listing differs between two beliefs."""
    differing = set()
    for stream in ledger.streams("deal"):
        said = []
        for known in (earlier, later):
            belief = ledger.at(known=known, known_by="asserted").belief(stream)
            entries = belief.entries
            listed = [belief.current(e).event for e in entries if e.id not in belief.repairs.retracted_by]
            said.append([one.model_dump(exclude={"revisions"}) for one in listed if isinstance(one, Listed)])
        if [_without_places(one) for one in said[0]] != [_without_places(one) for one in said[1]]:
            differing.add(stream.partition("/")[2])
    return differing


def _without_places(words: dict[str, Any]) -> dict[str, Any]:
    return words | {"rows": max(1, len(words["rows"]))}
