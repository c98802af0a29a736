"""Exports of several periods of one day are one release, given together or one after the other."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.sipri.intake import ScopeDiffers
from armsledger.application.sipri.report import ReleaseReport
from armsledger.exchange.sipri.same_day import ExportsDiffer
from tests.application.sipri.test_registers import a_ledger, counts, exported
from tests.exchange.sipri.register_text import DEALS_HEAD, register, row

DEAL = "sipri-ind-rus-1985-kestrel-4"
EARLIER = row(year="1985", delivered="3", delivered_flag="?", years="1988; 1989", total="195")
LATER = row(year="1985", delivered="2", delivered_flag="", years="1990", total="130.5")
BOTH = row(year="1985", delivered="5", delivered_flag="?", years="1988; 1989; 1990", total="325.5")
NOT_YET = row(year="1985", delivered="0", delivered_flag="", years="", total="0")
YEARLY = "101,Russia,India,Kestrel-4,SAM system,Air defence,1985,No,{},No,{},No,New,65,65,130,No"


def period(first: int, last: int, *rows: str, released: str = "2024-03-18", header: str | None = None) -> str:
    """An export of the deliveries of some years."""
    text = register(*rows, released=released, **({} if header is None else {"header": header}))
    return text.replace("'Not specified' to 'Not specified'", f"'{first}' to '{last}'")


def take(ledger: Ledger, folder: Path, *texts: str, **options: Any) -> ReleaseReport:
    """What comes of the files of one day, given together."""
    files = []
    for text in texts:
        files.append(folder / f"{len(list(folder.iterdir()))}.csv")
        files[-1].write_text(text, encoding="utf-8")
    return ledger.import_sipri(*files, **options).reports[-1]


def listed(ledger: Ledger) -> list[dict[str, Any]]:
    """What the register says of each deal, and what the deal has come to."""
    found = []
    for deal in ledger.at().deals():
        state = ledger.at().deal(deal.deal).to_dict()["certain"]
        (words,) = state["listings"]
        own = {name: value for name, value in words.items() if name not in ("revisions", "perhaps", "rows")}
        found.append({"listing": own, **{name: state[name] for name in ("stage", "ordered", "delivered", "items")}})
    return sorted(found, key=str)


def outcomes(folder: Path, *texts: str) -> list[tuple[list[dict[str, Any]], list[str]]]:
    """What ledgers hold that have taken the files together, and one after the other in any order."""
    found = []
    for order in permutations(texts):
        for together in (True, False):
            with a_ledger() as ledger:
                for part in [order] if together else [(text,) for text in order]:
                    take(ledger, folder, *part)
                found.append((listed(ledger), sorted(exported(ledger))))
    return found


def assert_alike(folder: Path, *texts: str, rows: list[str]) -> None:
    """Assert that the files come to the same rows in any order, and that none of them adds anything again."""
    found = outcomes(folder, *texts)
    assert found[0][1] == sorted(rows)
    assert all(other == found[0] for other in found)
    with a_ledger() as ledger:
        take(ledger, folder, *texts)
        assert [take(ledger, folder, text).recorded for text in texts] == [0] * len(texts)
        assert take(ledger, folder, *texts).recorded == 0


def test_a_deal_of_two_periods_is_one_with_the_sum_of_its_deliveries(tmp_path: Path) -> None:
    one, other = period(1950, 1989, EARLIER), period(1990, 2023, LATER)
    assert_alike(tmp_path, one, other, rows=[BOTH])
    with a_ledger() as ledger:
        report = take(ledger, tmp_path, one)
        assert report.scope == "deliveries only, years 1950 to 1989"
        report = take(ledger, tmp_path, other)
        assert (report.completed, counts(report)) == (1, (0, 0, 0, 0, 0))
        state = ledger.at("2024-12-31").deal(DEAL).to_dict()["certain"]
        assert state["delivered"] == [{"count": 5, "unit": "SAM system", "approximate": True}]
        assert state["listings"][0]["volume_delivered"] == "325.5"
        assert [one.count for one in ledger.at("2024-12-31").deliveries() if one.status == "delivered"] == [5]
        assert not ledger.revisions(known=("2024-03-17", "2024-03-18"), deal=DEAL)[0].columns
        source = ledger.at().source("sipri-2024-03-18").certain
        assert source is not None
        assert source.scope in (None, "deliveries only")


def test_an_order_that_both_periods_list_is_one(tmp_path: Path) -> None:
    assert_alike(tmp_path, period(1950, 1989, NOT_YET), period(1990, 2023, NOT_YET), rows=[NOT_YET])


def test_an_order_of_one_period_that_is_delivered_in_the_next_is_one(tmp_path: Path) -> None:
    assert_alike(tmp_path, period(1950, 1989, NOT_YET), period(1990, 2023, LATER), rows=[LATER])


def test_three_periods_are_one_release(tmp_path: Path) -> None:
    last = row(year="1985", delivered="1", delivered_flag="", years="2001", total="65")
    all_of_it = row(year="1985", delivered="6", delivered_flag="?", years="1988; 1989; 1990; 2001", total="390.5")
    texts = period(1950, 1989, EARLIER), period(1990, 1999, LATER), period(2000, 2023, last)
    assert_alike(tmp_path, *texts, rows=[all_of_it])


def test_an_overlap_counts_no_delivery_twice(tmp_path: Path) -> None:
    texts = period(1950, 1990, BOTH), period(1990, 2023, LATER)
    assert_alike(tmp_path, *texts, rows=[BOTH])
    assert_alike(tmp_path, period(1950, 1989, EARLIER), register(BOTH), rows=[BOTH])


def test_the_same_file_by_another_name_adds_nothing(tmp_path: Path) -> None:
    assert_alike(
        tmp_path, period(1950, 1989, EARLIER, EARLIER), period(1950, 1989, EARLIER, EARLIER), rows=[EARLIER] * 2
    )


def test_overlapping_periods_of_which_the_overlap_cannot_be_told_are_refused(tmp_path: Path) -> None:
    one = period(1950, 1990, BOTH)
    other = period(1990, 2023, row(year="1985", delivered="4", years="1990; 1991", total="260"))
    for texts in ((one, other), (other, one)):
        with a_ledger() as ledger:
            with pytest.raises(ExportsDiffer, match=r"line 5 \(Kestrel-4 from Russia to India\), 1990"):
                take(ledger, tmp_path, *texts)
            take(ledger, tmp_path, texts[0])
            before = ledger.position()
            with pytest.raises(ExportsDiffer, match="do not overlap"):
                take(ledger, tmp_path, texts[1])
            assert ledger.position() == before


def test_exports_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    one, other = period(1950, 1990, LATER), period(1990, 2023, LATER.replace(",2,", ",3,", 1))
    with a_ledger() as ledger, pytest.raises(ExportsDiffer):
        take(ledger, tmp_path, one, other)
    years = [
        period(*span, YEARLY.format(number, 1990), header=DEALS_HEAD)
        for span, number in (((1950, 1990), 2), ((1990, 2023), 3))
    ]
    with a_ledger() as ledger, pytest.raises(ExportsDiffer, match="1990"):
        take(ledger, tmp_path, *years)


def test_rows_of_two_deals_that_cannot_be_told_apart_stay_apart_and_are_told(tmp_path: Path) -> None:
    second = row(year="1985", delivered="4", delivered_flag="", years="1987", total="260")
    one, other = period(1950, 1989, EARLIER, second), period(1990, 2023, LATER)
    assert_alike(tmp_path, one, other, rows=[EARLIER, second, LATER])
    with a_ledger() as ledger:
        report = take(ledger, tmp_path, one, other)
        assert [len(rows) for rows in report.apart] == [3]
        assert sum(delivery.count or 0 for delivery in ledger.at("2024-12-31").deliveries()) == 9


def test_what_a_third_period_makes_doubtful_is_taken_apart_again(tmp_path: Path) -> None:
    second = row(year="1985", delivered="4", delivered_flag="", years="1987", total="260")
    last = row(year="1985", delivered="1", delivered_flag="", years="2001", total="65")
    texts = period(1950, 1989, EARLIER, second), period(1990, 1999, LATER), period(2000, 2023, last)
    assert_alike(tmp_path, *texts, rows=[EARLIER, second, LATER, last])


def test_deals_that_differ_in_what_no_period_changes_are_several(tmp_path: Path) -> None:
    other = row(year="1985", delivered="2", delivered_flag="", years="1990", comment="By air")
    assert_alike(tmp_path, period(1950, 1989, EARLIER), period(1990, 2023, other), rows=[EARLIER, other])


def test_deals_by_year_are_joined_by_their_ids(tmp_path: Path) -> None:
    first, second = YEARLY.format(2, 1988), YEARLY.format(4, 1990)
    texts = period(1950, 1989, first, header=DEALS_HEAD), period(1990, 2023, second, header=DEALS_HEAD)
    assert_alike(tmp_path, *texts, rows=[first, second])
    with a_ledger() as ledger:
        take(ledger, tmp_path, *texts)
        assert [(str(one.on), one.count) for one in ledger.at("2024-12-31").deliveries()] == [
            ("1988", 2),
            ("1990", 4),
        ]


@pytest.mark.parametrize("whole", [True, False])
def test_the_next_release_is_compared_with_the_joined_one(tmp_path: Path, whole: bool) -> None:
    gone = row(year="1970", years="1971", designation="Garza")
    more = row(year="1985", delivered="4", delivered_flag="", years="1990; 2024", total="261")
    sum_of_both = row(year="1985", delivered="7", delivered_flag="?", years="1988; 1989; 1990; 2024", total="456")
    days = {"released": "2025-03-13"}
    later = (
        [register(sum_of_both, **days)]
        if whole
        else [period(1950, 1989, EARLIER, **days), period(1990, 2024, more, **days)]
    )
    with a_ledger() as ledger:
        take(ledger, tmp_path, period(1950, 1989, EARLIER, gone), period(1990, 2023, LATER))
        report = take(ledger, tmp_path, *later)
        assert counts(report) == (0, 1, 0, 1, 0)
        assert set(report.columns) == {"delivered", "years", "volume_delivered"}
        assert exported(ledger) == [sum_of_both]
        assert sorted(exported(ledger, "2024-03-18")) == sorted([gone, BOTH])
        assert take(ledger, tmp_path, period(1950, 1989, EARLIER, gone)).recorded == 0, "an earlier file again"


def test_one_period_of_a_later_release_halves_no_deal(tmp_path: Path) -> None:
    far = row(year="2000", years="2001", designation="Garza")
    with a_ledger() as ledger:
        take(ledger, tmp_path, period(1950, 1989, EARLIER), period(1990, 2023, LATER, far))
        before = ledger.position()
        with pytest.raises(ScopeDiffers, match="1 deals have deliveries in these and in others") as refused:
            take(ledger, tmp_path, period(1950, 1989, EARLIER, released="2025-03-13"), force=True)
        assert "together" in str(refused.value.remedy)
        assert ledger.position() == before


def test_periods_of_a_later_release_may_follow_each_other_where_no_deal_stands_in_both(tmp_path: Path) -> None:
    old, far = row(year="1985", years="1986"), row(year="2000", years="2001", designation="Garza")
    changed = row(year="2000", years="2001; 2002", designation="Garza", delivered="7")
    with a_ledger() as ledger:
        take(ledger, tmp_path, period(1950, 1989, old), period(1990, 2023, far))
        first, second = (
            period(1950, 1989, old, released="2025-03-13"),
            period(1990, 2024, changed, released="2025-03-13"),
        )
        with pytest.raises(ScopeDiffers, match="other parties or years"):
            take(ledger, tmp_path, first)
        report = take(ledger, tmp_path, first, force=True)
        assert (report.vanished, report.left_alone) == (0, 1)
        assert counts(take(ledger, tmp_path, second)) == (0, 1, 0, 0, 0)
        assert sorted(exported(ledger)) == sorted([old, changed])
        assert sorted(exported(ledger, "2024-03-18")) == sorted([old, far])


def test_rows_set_aside_of_one_period_join_the_other_once_corrected(tmp_path: Path) -> None:
    broken = EARLIER.replace("1988; 1989", "1988; 19899")
    with a_ledger() as ledger:
        (tmp_path / "one.csv").write_text(period(1950, 1989, broken, row(year="1970", years="1971")))
        (tmp_path / "two.csv").write_text(period(1990, 2023, LATER))
        imported = ledger.import_sipri(tmp_path / "one.csv", tmp_path / "two.csv")
        (aside,) = imported.set_aside
        assert sum(deal.deal == DEAL for deal in ledger.at().deals()) == 1
        take(ledger, tmp_path, aside.text.replace("19899", "1989"))
        assert sorted(exported(ledger)) == sorted([row(year="1970", years="1971"), BOTH])


def test_a_dry_run_tells_the_same_and_an_import_by_chunks_comes_to_it(tmp_path: Path) -> None:
    one, other = period(1950, 1989, EARLIER), period(1990, 2023, LATER)
    with a_ledger() as ledger:
        take(ledger, tmp_path, one)
        dry = take(ledger, tmp_path, other, dry_run=True)
        assert exported(ledger) == [EARLIER]
        real = take(ledger, tmp_path, other, resume=True)
        assert (dry.recorded, dry.completed) == (real.recorded, real.completed) != (0, 0)
        assert exported(ledger) == [BOTH]
        assert take(ledger, tmp_path, one, other, resume=True).recorded == 0


CUTS = (1989, 1999)


@st.composite
def deals_of_periods(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Deals with what each of three periods says of them: nothing, an order, or deliveries."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        fixed = {
            "year": draw(st.sampled_from(["1985", "1985", "1991"])),
            "designation": draw(st.sampled_from(["Kestrel-4", "Garza"])),
            "comment": f"Deal {number}",
        }
        parts = []
        for first, last in ((1986, 1989), (1992, 1999), (2001, 2020)):
            years = sorted(draw(st.sets(st.integers(first, last), max_size=2)))
            delivered = str(draw(st.integers(1, 5))) if years else "0"
            flag = draw(st.sampled_from(["", "?"])) if years else ""
            total = str(int(delivered) * 65)
            parts.append(
                row(**fixed, delivered=delivered, delivered_flag=flag, years="; ".join(map(str, years)), total=total)
            )
        found.append((f"Deal {number}", parts))
    return found


@given(deals_of_periods(), st.permutations([0, 1, 2]), st.sampled_from([(3,), (1, 2), (2, 1), (1, 1, 1)]))
def test_any_order_of_periods_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    deals: list[tuple[str, list[str]]],
    order: list[int],
    sizes: tuple[int, ...],
) -> None:
    folder = tmp_path_factory.mktemp("periods")
    spans = ((1950, CUTS[0]), (CUTS[0] + 1, CUTS[1]), (CUTS[1] + 1, 2023))
    texts = [period(*span, *(parts[index] for _, parts in deals)) for index, span in enumerate(spans)]
    with a_ledger() as ledger, a_ledger() as other:
        take(ledger, folder, *texts)
        rest = [texts[index] for index in order]
        for size in sizes:
            take(other, folder, *rest[:size])
            rest = rest[size:]
        assert listed(other) == listed(ledger)
        assert sorted(exported(other)) == sorted(exported(ledger))
        assert len(exported(ledger)) == len(deals)
        total = sum(int(part.split(",")[8]) for _, parts in deals for part in parts)
        assert sum(one.count or 0 for one in ledger.at("2024-12-31").deliveries() if one.status == "delivered") == total


def test_a_deal_of_which_a_further_export_of_the_day_says_other_things_does_not_stand_twice(tmp_path: Path) -> None:
    other = row(designation="Garza", comment="Aid")
    changed = [row(delivered_flag=""), row(comment="By sea"), row(delivered="7", total="455")]
    with a_ledger() as ledger:
        for text in changed:
            with pytest.raises(ExportsDiffer, match="different things of one deal: line 5"):
                take(ledger, tmp_path, register(row(), other), register(text, other))
        take(ledger, tmp_path, register(row(), other))
        for text in changed:
            with pytest.raises(ExportsDiffer, match="different things of 1 deal, such as line 5"):
                take(ledger, tmp_path, register(text, other))
        assert len(ledger.at().deals()) == 2
        report = take(ledger, tmp_path, register(row(), row(year="2019"), other))
        assert (report.new, report.unchanged) == (1, 2), "what is more is added all the same"
