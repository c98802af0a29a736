"""The register by deal and the layout by year, of one day, complete each other deal by deal."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.sipri.export import NotInLayout
from armsledger.application.sipri.intake import LayoutDiffers
from tests.application.sipri.test_periods import listed, period, take
from tests.application.sipri.test_registers import a_ledger, counts
from tests.exchange.sipri.register_text import DEALS_HEAD, data_lines, register, row

KESTREL = "sipri-ind-rus-2018-kestrel-4"
BY_DEAL = row(delivered="6", years="2021; 2022; 2023", comment="By ship; delivery planned 2021-2024")
BY_YEAR = (
    "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,Yes,2,No,2021,No,New,65,65,130,No",
    "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,Yes,3,No,2022,Yes,New,65,65,195,No",
    "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,Yes,1,Yes,2023,No,New,65,65,65,No",
)
SHERMAN = row(
    recipient="Paraguay",
    supplier="Argentina",
    year="1982",
    ordered="9",
    designation="M-4 Sherman",
    description="tank",
    delivered="9",
    years="1982",
    status="Second hand",
    unit="0.6",
    order="5.4",
    total="5.4",
    comment="Aid",
)
SHERMAN_BY_YEAR = (
    "555,Argentina,Paraguay,Sherman ,tank,Armoured vehicles,1982,Yes,9,Yes,1982,No,Second hand,1.5,0.6,5.4,No"
)
ORDER = row(designation="Garza", delivered="0", delivered_flag="", years="", total="0")


def by_year(*rows: str, released: str = "2024-03-18") -> str:
    """An export by year of delivery."""
    return register(*rows, released=released, header=DEALS_HEAD)


def written(ledger: Ledger, folder: Path, layout: str | None, released: str | None = None) -> list[str]:
    """The rows that the ledger writes in a layout."""
    path = folder / "again.out"
    chosen = {"layout": layout} if layout else {}
    view = ledger.at(known=released, known_by="asserted")
    view.export_sipri(path, replace=True, **chosen)  # type: ignore[arg-type]  # the words of a parameter
    return sorted(data_lines(path))


def delivered(ledger: Ledger, deal: str) -> list[tuple[str, int | None]]:
    """When how many were delivered."""
    rows = ledger.at("2025-12-31").deliveries(deal=deal)
    return [(str(one.on), one.count) for one in rows if one.status == "delivered"]


def test_two_layouts_of_one_day_complete_each_other_in_any_order(tmp_path: Path) -> None:
    deals, years = register(BY_DEAL, SHERMAN, ORDER), by_year(*BY_YEAR, SHERMAN_BY_YEAR)
    found = []
    for order in permutations((deals, years)):
        for parts in ([order], [(text,) for text in order]):
            with a_ledger() as ledger:
                reports = [take(ledger, tmp_path, *part) for part in parts]
                assert (reports[-1].unjoined, reports[-1].partly) == (0, 0)
                assert written(ledger, tmp_path, "deals") == sorted([BY_DEAL, SHERMAN, ORDER])
                assert written(ledger, tmp_path, "years") == sorted([*BY_YEAR, SHERMAN_BY_YEAR])
                assert written(ledger, tmp_path, None) == sorted([BY_DEAL, SHERMAN, ORDER])
                assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 1)]
                assert len(ledger.at().deals()) == 3
                assert [take(ledger, tmp_path, text).recorded for text in (deals, years)] == [0, 0]
                assert take(ledger, tmp_path, years, deals).recorded == 0
                assert not ledger.verify().findings
                found.append(listed(ledger))
    assert all(other == found[0] for other in found)
    kestrel = next(one for one in found[0] if one["items"][0]["designation"] == "Kestrel-4")
    assert kestrel["ordered"][0]["count"] == 10
    assert kestrel["items"][0]["category"] == "Air defence"
    assert (kestrel["listing"]["reference"], kestrel["listing"]["comment"]) == (
        "101",
        "By ship; delivery planned 2021-2024",
    )


def test_what_the_years_know_amid_the_span_is_certain(tmp_path: Path) -> None:
    with a_ledger() as ledger:
        take(ledger, tmp_path, register(BY_DEAL))
        assert ledger.at("2022-06-30").deal(KESTREL).to_dict()["certain"]["delivered"] == []
        take(ledger, tmp_path, by_year(*BY_YEAR))
        amid = ledger.at("2021-12-31").deal(KESTREL).to_dict()
        assert [one["count"] for one in amid["certain"]["delivered"]] == [2]
        assert [one["count"] for one in amid["possible"]["delivered"]] == [2]


def test_years_that_do_not_add_up_change_no_number(tmp_path: Path) -> None:
    part = period(1950, 2021, BY_YEAR[0], header=DEALS_HEAD)
    for texts in permutations((register(BY_DEAL), part)):
        with a_ledger() as ledger:
            reports = [take(ledger, tmp_path, text) for text in texts]
            assert reports[-1].partly == 1
            assert delivered(ledger, KESTREL) == [("2021/2023", 6)]
            assert written(ledger, tmp_path, "years") == [BY_YEAR[0]]
            assert written(ledger, tmp_path, "deals") == [BY_DEAL]
            rest = period(2022, 2023, *BY_YEAR[1:], header=DEALS_HEAD)
            assert take(ledger, tmp_path, rest).completed == 1
            assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 1)]


def test_rows_by_year_that_may_be_any_of_several_deals_are_left_out_and_told(tmp_path: Path) -> None:
    other = BY_DEAL.replace("By ship", "By air")
    twins = [*BY_YEAR, *(line.replace("101,", "102,", 1) for line in BY_YEAR)]
    texts = register(BY_DEAL, other), by_year(*twins)
    for order in permutations(texts):
        for parts in ([order], [(text,) for text in order]):
            with a_ledger() as ledger:
                reports = [take(ledger, tmp_path, *part) for part in parts]
                assert reports[-1].unjoined == 2
                assert written(ledger, tmp_path, "deals") == sorted([BY_DEAL, other])
                counted = [one.count or 0 for one in ledger.at("2025-12-31").deliveries() if one.status == "delivered"]
                assert sum(counted) == 12, "no delivery is counted twice"
                assert take(ledger, tmp_path, *texts).recorded == 0
                with pytest.raises(NotInLayout, match="by deal alone"):
                    written(ledger, tmp_path, "years")


def test_rows_by_year_that_no_deal_resembles_are_deals_of_their_own(tmp_path: Path) -> None:
    for order in permutations((register(BY_DEAL), by_year(*BY_YEAR, SHERMAN_BY_YEAR))):
        with a_ledger() as ledger:
            for text in order:
                take(ledger, tmp_path, text)
            assert len(ledger.at().deals()) == 2
            assert written(ledger, tmp_path, "deals") == [BY_DEAL]
            assert written(ledger, tmp_path, "years") == sorted([*BY_YEAR, SHERMAN_BY_YEAR])


def test_a_later_release_by_deal_keeps_what_only_the_years_told(tmp_path: Path) -> None:
    same = BY_DEAL.replace("By ship", "By sea")
    more = row(delivered="8", years="2021; 2022; 2023; 2024", comment="By sea", total="520")
    with a_ledger() as ledger:
        take(ledger, tmp_path, register(BY_DEAL, ORDER), by_year(*BY_YEAR, SHERMAN_BY_YEAR))
        report = take(ledger, tmp_path, register(same, ORDER, released="2025-03-13"))
        assert counts(report) == (0, 1, 1, 0, 0)
        assert dict(report.columns) == {"comment": 1}
        assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 1)]
        assert len(ledger.at().deals()) == 3, "the deal that only the layout by year tells of has not vanished"
        report = take(ledger, tmp_path, register(more, ORDER, released="2026-03-10"))
        assert set(report.columns) == {"comment", "delivered", "years", "volume_delivered"}
        assert delivered(ledger, KESTREL) == [("2021/2024", 8)]
        assert ledger.at().deal(KESTREL).to_dict()["certain"]["listings"][0]["reference"] == "101"
        assert written(ledger, tmp_path, "deals") == sorted([more, ORDER])
        assert written(ledger, tmp_path, "deals", "2024-03-18") == sorted([BY_DEAL, ORDER])
        for day in ("2024-03-18", "2025-03-13", "2026-03-10"):
            assert written(ledger, tmp_path, "years", day) == sorted([*BY_YEAR, SHERMAN_BY_YEAR]), "as it last came"


def test_a_later_release_by_year_keeps_what_only_the_deals_told(tmp_path: Path) -> None:
    changed = [*BY_YEAR[:2], BY_YEAR[2].replace(",1,Yes,2023,No,New,65,65,65,", ",3,No,2023,No,New,65,65,195,")]
    with a_ledger() as ledger:
        take(ledger, tmp_path, register(BY_DEAL, SHERMAN, ORDER), by_year(*BY_YEAR, SHERMAN_BY_YEAR))
        report = take(ledger, tmp_path, by_year(*changed, SHERMAN_BY_YEAR, released="2025-03-13"))
        assert counts(report) == (0, 1, 1, 0, 0)
        assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 3)]
        now = row(
            delivered="8",
            delivered_flag="",
            years="2021; 2022; 2023",
            comment="By ship; delivery planned 2021-2024",
            total="520",
        )
        assert written(ledger, tmp_path, "deals") == sorted([now, SHERMAN, ORDER]), "an order has not vanished"
        assert written(ledger, tmp_path, "years") == sorted([*changed, SHERMAN_BY_YEAR])


def test_both_layouts_may_follow_one(tmp_path: Path) -> None:
    with a_ledger() as ledger:
        take(ledger, tmp_path, register(BY_DEAL, SHERMAN))
        with pytest.raises(LayoutDiffers):
            take(ledger, tmp_path, by_year(*BY_YEAR, released="2025-03-13"))
        files = register(BY_DEAL, SHERMAN, released="2025-03-13"), by_year(*BY_YEAR, released="2025-03-13")
        report = take(ledger, tmp_path, *files)
        assert counts(report) == (0, 0, 1, 0, 0), "that the years are told is no revision"
        assert report.completed == 1
        assert not ledger.revisions(known=("2024-03-18", "2025-03-13"))
        assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 1)]
        assert written(ledger, tmp_path, None, "2024-03-18") == sorted([BY_DEAL, SHERMAN])


def test_the_second_layout_of_a_later_day_completes_what_that_day_changed(tmp_path: Path) -> None:
    more = row(delivered="8", years="2021; 2022; 2023", comment="By sea", total="520")
    years = [*BY_YEAR[:2], BY_YEAR[2].replace(",1,Yes,2023,No,New,65,65,65,", ",3,Yes,2023,No,New,65,65,195,")]
    texts = register(more, released="2025-03-13"), by_year(*years, released="2025-03-13")
    for order in permutations(texts):
        with a_ledger() as ledger:
            take(ledger, tmp_path, register(BY_DEAL), by_year(*BY_YEAR))
            for text in order:
                take(ledger, tmp_path, text)
            assert written(ledger, tmp_path, "deals") == [more]
            assert written(ledger, tmp_path, "years") == sorted(years)
            assert delivered(ledger, KESTREL) == [("2021", 2), ("2022?", 3), ("2023", 3)]
            (row_,) = ledger.revisions(known=("2024-03-18", "2025-03-13"))
            assert set(row_.columns) == {"delivered", "volume_delivered", "comment", "deliveries"}


@st.composite
def both_layouts(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Deals of different designations, by deal and by year: the rows of two periods in each layout."""
    texts: dict[tuple[str, int], list[str]] = {(layout, part): [] for layout in ("deals", "years") for part in (0, 1)}
    for number in range(draw(st.integers(1, 3))):
        name, flag = f"Model {number}", draw(st.sampled_from(["", "?"]))
        found = draw(st.dictionaries(st.integers(1986, 1993), st.integers(1, 4), max_size=4))
        for part, span in enumerate((range(1950, 1990), range(1990, 2024))):
            own = {year: found[year] for year in sorted(found) if year in span}
            total = sum(own.values())
            if own or part == 0:
                texts["deals", part].append(
                    row(
                        year="1985",
                        designation=name,
                        delivered=str(total),
                        delivered_flag=flag if own else "",
                        years="; ".join(map(str, own)),
                        total=str(total * 65),
                    )
                )
            texts["years", part] += [
                f"{number + 1},Russia,India,{name} ,SAM system,Air defence,1985,Yes,{count},{'Yes' if flag else 'No'},"
                f"{year},No,New,65,65,{count * 65},No"
                for year, count in own.items()
            ]
    spans = ((1950, 1989), (1990, 2023))
    deals = [period(*span, *texts["deals", part]) for part, span in enumerate(spans) if texts["deals", part]]
    years = [
        period(*span, *texts["years", part], header=DEALS_HEAD)
        for part, span in enumerate(spans)
        if texts["years", part]
    ]
    return deals, years


@given(both_layouts(), st.randoms(use_true_random=False))
def test_any_order_of_periods_and_layouts_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, texts: tuple[list[str], list[str]], chance: Random
) -> None:
    folder = tmp_path_factory.mktemp("layouts")
    deals, years = texts
    files = [*deals, *years]
    with a_ledger() as ledger, a_ledger() as other:
        take(ledger, folder, *files)
        rest = chance.sample(files, len(files))
        while rest:
            size = chance.randint(1, len(rest))
            take(other, folder, *rest[:size])
            rest = rest[size:]
        assert listed(other) == listed(ledger)
        for layout in ("deals", "years") if years else ("deals",):
            assert written(other, folder, layout) == written(ledger, folder, layout)
        if years:
            assert written(ledger, folder, "years") == sorted(
                line for text in years for line in text.splitlines() if line[:1].isdecimal()
            )
        told = [
            sorted((str(one.on), one.count or 0, str(one.item)) for one in each.at("2024-12-31").deliveries())
            for each in (ledger, other)
        ]
        assert told[0] == told[1]
        assert [take(other, folder, text).recorded for text in files] == [0] * len(files)
