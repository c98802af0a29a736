"""Rows of sheets that cannot be taken, and sheets that are imported again: told, set aside, corrected, taken back."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.recording.sheet_revision import ManyVanished, SheetChanges
from armsledger.application.recording.spreadsheets import SheetImport
from armsledger.domain.errors import LedgerError, Refusals, UnreadableDossier, UsageError

SIGNED = """
entries:
  - deal: ${Buyer}-${Weapon}
    event: opened
    on: {column: Signed}
    supplier: {column: Seller}
    buyer: {column: Buyer}
    source: SOURCE
  - deal: ${Buyer}-${Weapon}
    event: contract-signed
    on: {column: Signed}
    quantity: {column: Number, unit: tanks}
    source: SOURCE
"""
HEADER = "No,Buyer,Weapon,Seller,Signed,Number\n"
ROWS = [
    "1,Poland,K2,South Korea,2022,180",
    "2,Poland,K9,South Korea,2022,212",
    "3,India,T-90,Russia,2019,464",
    "4,Egypt,Rafale,France,2015,24",
    "5,Qatar,Rafale,France,2015,24",
    "6,Greece,Rafale,France,2021,18",
]


class Sheets:
    """A ledger, and sheets of contracts that are imported into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger(folder / "arms.db")

    def take(self, *rows: str, edition: int = 2024, keyed: bool = True, **options: Any) -> SheetImport:
        """Import these rows, as the edition of a year."""
        head = f"sources: [{{key: us-{edition}, publisher: Us, published: {edition}-01-31}}]\n"
        key = "name: contracts\nkey: No\n" if keyed else ""
        (self.folder / "m.yaml").write_text(key + head + SIGNED.replace("SOURCE", f"us-{edition}"))
        (self.folder / "s.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
        return self.ledger.import_csv(self.folder / "s.csv", mapping=self.folder / "m.yaml", **options)

    def ordered(self) -> dict[str, str]:
        """What each deal has ordered; of a deal that is not signed, nothing."""
        deals = self.ledger.at().deals()
        return {row.deal: " and ".join(map(str, row.ordered)) for row in deals if row.ordered}


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


def with_row(number: int, old: str, new: str) -> list[str]:
    """The rows, one of them changed."""
    return [row.replace(old, new) if row.startswith(f"{number},") else row for row in ROWS]


# errors


def test_all_errors_of_all_rows_are_told_in_one_run_and_nothing_is_recorded(sheets: Sheets) -> None:
    bad = ["7,Indai,T-90,Russia,2019,464", "8,Peru,T-90,Russia,31/31/2019,about", "9,Peru,T-72,,2019,5"]
    with pytest.raises(Refusals) as caught:
        sheets.take(*ROWS, *bad)
    assert [(error.place.partition("s.csv:")[2], error.message.partition(" ")[0]) for error in caught.value.errors] == [
        ("8, column 'Buyer'", "'Indai'"),
        ("9, column 'Signed'", "cannot"),
        ("9, column 'Number'", "'about'"),
        ("10, column 'Seller'", caught.value.errors[3].message.partition(" ")[0]),
    ]
    assert all(error.remedy for error in caught.value.errors)
    assert not (sheets.folder / "arms.db").exists()


def test_bad_rows_are_set_aside_with_their_errors_and_the_others_are_recorded(sheets: Sheets) -> None:
    bad = ["7,Indai,T-90,Russia,2019,464", "8,Peru,T-90,Russia,31/31/2019,24 (plus 12)"]
    done = sheets.take(*ROWS, *bad, set_aside=sheets.folder / "bad.csv")
    assert len(sheets.ordered()) == len(ROWS)
    assert [row.place.rpartition(":")[2] for row in done.aside] == ["8", "9"]
    with (sheets.folder / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["Buyer"] == "Indai"
    assert "'Indai' is no country" in first["error"]
    assert second["Number"] == "24 (plus 12)"
    assert "column 'Number': quantity: '24 (plus 12)' is not a quantity" in second["error"]
    assert "column 'Signed'" in second["error"]


def test_the_file_of_bad_rows_is_read_by_the_same_mapping_once_they_are_mended(sheets: Sheets) -> None:
    done = sheets.take(*ROWS, "7,Indai,T-90,Russia,2019,464", set_aside=sheets.folder / "bad.csv", keyed=False)
    text = Path(done.aside_in).read_text(encoding="utf-8-sig").replace("Indai", "Vietnam")
    Path(done.aside_in).write_text(text)
    sheets.ledger.import_csv(done.aside_in, mapping=sheets.folder / "m.yaml")
    assert sheets.ordered()["vietnam-t-90"] == "464 tanks"


def test_a_file_of_bad_rows_that_is_there_is_left_alone(sheets: Sheets) -> None:
    bad = "7,Indai,T-90,Russia,2019,464"
    names = [Path(sheets.take(*ROWS, bad, set_aside=sheets.folder / "bad.csv").aside_in).name for _ in range(2)]
    assert names == ["bad.csv", "bad-2.csv"]


def test_there_is_no_file_without_bad_rows_and_none_of_a_dry_run(sheets: Sheets) -> None:
    assert sheets.take(*ROWS, set_aside=sheets.folder / "bad.csv").aside_in == ""
    dry = sheets.take(*ROWS, "7,Indai,T-90,Russia,2019,4", set_aside=sheets.folder / "bad.csv", dry_run=True)
    assert len(dry.aside) == 1
    assert not (sheets.folder / "bad.csv").exists()


def test_nothing_is_recorded_if_the_file_of_bad_rows_cannot_be_written(sheets: Sheets) -> None:
    with pytest.raises(LedgerError, match="cannot be written"):
        sheets.take(*ROWS, "7,Indai,T-90,Russia,2019,4", set_aside=sheets.folder / "nowhere" / "bad.csv")
    assert not (sheets.folder / "arms.db").exists()


def test_a_row_that_needs_one_that_is_set_aside_is_set_aside_too(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "set_aside: bad.csv\nsources: [{key: us, publisher: Us, published: 2024-01-31}]\nentries:\n"
        "  - {when: {column: E, is: opened}, deal: '${D}', event: opened, on: 2019, supplier: {column: S}, buyer: IND,"
        " source: us}\n"
        "  - {when: {column: E, is: tested}, deal: '${D}', event: tested, on: 2020, source: us}\n"
    )
    (tmp_path / "s.csv").write_text("E,D,S\ntested,a,\nopened,a,Indai\nopened,b,Russia\ntested,b,\n")
    done = Ledger(tmp_path / "arms.db").import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml")
    assert done.report.recorded == 3
    assert [row.place.rpartition(":")[2] for row in done.aside] == ["2", "3"]
    assert (tmp_path / "bad.csv").exists()


def test_a_package_is_set_aside_whole(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "fill_down: P\nsources: [{key: us, publisher: Us, published: 2024-01-31}]\nentries:\n"
        "  - {group: P, deal: '${P}', event: opened, on: 2019, supplier: USA, buyer: UKR, source: us,"
        " items: [{designation: {column: I}, quantity: {column: N, unit: units}}]}\n"
    )
    (tmp_path / "s.csv").write_text("P,I,N\nA,Stinger,100\n,Javelin,24 (plus 12)\nB,M113,200\n")
    ledger = Ledger(tmp_path / "arms.db")
    done = ledger.import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml", set_aside=tmp_path / "bad.csv")
    assert [row.deal for row in ledger.at().deals()] == ["b"]
    assert [row.place.rpartition(":")[2] for row in done.aside] == ["2", "3"]
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["P"], row["I"]) for row in csv.DictReader(file)] == [("A", "Stinger"), ("A", "Javelin")]


def test_what_is_wrong_with_the_mapping_is_not_set_aside(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("entries:\n  - {deal: x, event: tested, on: {column: Y}, source: nobody}\n")
    (tmp_path / "s.csv").write_text("Y\n2019\n")
    ledger = Ledger(tmp_path / "arms.db")
    done = ledger.import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml", set_aside=tmp_path / "bad.csv")
    assert done.report.recorded == 0
    assert len(done.aside) == 1


# a sheet that is imported again


def test_importing_a_sheet_again_adds_nothing(sheets: Sheets) -> None:
    assert sheets.take(*ROWS).changes == SheetChanges(new=6)
    again = sheets.take(*ROWS)
    assert again.report.recorded == 0
    assert again.changes == SheetChanges(unchanged=6)


def test_a_changed_row_corrects_its_entries(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    done = sheets.take(*with_row(1, "180", "190"))
    assert (done.report.recorded, done.changes) == (1, SheetChanges(changed=1, unchanged=5))
    assert sheets.ordered()["poland-k2"] == "190 tanks"
    assert sheets.take(*with_row(1, "180", "190")).report.recorded == 0


def test_a_row_may_change_to_and_fro(sheets: Sheets) -> None:
    for number in ("180", "190", "180", "190", "180"):
        sheets.take(*with_row(1, "180", number))
        assert sheets.ordered()["poland-k2"] == f"{number} tanks"


def test_a_cell_that_became_blank_clears_its_field(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    sheets.take(*with_row(1, ",180", ","))
    assert "poland-k2" not in sheets.ordered()


def test_a_row_that_vanished_is_taken_back_and_comes_back(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    assert sheets.take(*ROWS[:5]).changes == SheetChanges(unchanged=5, vanished=1)
    assert "greece-rafale" not in sheets.ordered()
    assert sheets.take(*ROWS[:5]).report.recorded == 0
    assert sheets.take(*ROWS).changes == SheetChanges(reappeared=1, unchanged=5)
    assert sheets.ordered()["greece-rafale"] == "18 tanks"
    assert sheets.take(*ROWS).report.recorded == 0


def test_a_row_that_names_another_deal_moves_there(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    assert sheets.take(*with_row(1, "K2", "K2PL")).changes == SheetChanges(changed=1, unchanged=5)
    assert "poland-k2" not in sheets.ordered()
    assert sheets.ordered()["poland-k2pl"] == "180 tanks"


def test_more_than_a_fifth_of_the_rows_do_not_vanish_without_a_word(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    with pytest.raises(ManyVanished, match="2 of 6 rows"):
        sheets.take(*ROWS[:4])
    assert len(sheets.ordered()) == 6
    assert sheets.take(*ROWS[:4], vanished="keep").changes == SheetChanges(unchanged=4, vanished=2, kept=True)
    assert len(sheets.ordered()) == 6
    assert sheets.take(*ROWS[:4], vanished="retract").changes == SheetChanges(unchanged=4, vanished=2)
    assert len(sheets.ordered()) == 4


def test_what_a_row_no_longer_says_is_taken_back_though_rows_that_vanished_are_kept(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "name: x\nkey: D\nsources: [{key: us, publisher: Us, published: 2024-01-31}]\nentries:\n"
        "  - {deal: '${D}', event: opened, on: 2019, supplier: USA, buyer: UKR, source: us}\n"
        "  - {when: {column: T, present: true}, deal: '${D}', event: tested, on: {column: T}, source: us}\n"
    )
    with Ledger(tmp_path / "arms.db") as ledger:
        (tmp_path / "s.csv").write_text("D,T\na,2020\nb,2021\n")
        ledger.import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml")
        (tmp_path / "s.csv").write_text("D,T\na,\n")
        done = ledger.import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml", vanished="keep")
        assert done.changes == SheetChanges(changed=1, vanished=1, kept=True)
        tested = {row.entry.partition("@")[0]: row.retracted_by for row in ledger.log() if row.event == "tested"}
    assert tested["deal/b"] is None
    assert tested["deal/a"] is not None


def test_rows_of_a_sheet_without_a_header_are_set_aside_without_one(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "header: none\nskip: 1\nsources: [{key: us, publisher: Us, published: 2024-01-31}]\nentries:\n"
        "  - {deal: '${A}', event: opened, on: {column: C}, supplier: USA, buyer: UKR, source: us}\n"
    )
    (tmp_path / "s.csv").write_text("a title\na;x;2019\nb;y;201\n")
    ledger = Ledger(tmp_path / "arms.db")
    done = ledger.import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml", set_aside=tmp_path / "bad.csv")
    first, second = (tmp_path / "bad.csv").read_text().splitlines()
    assert first == ""
    assert second.startswith("b;y;201;column 'C': on: ")
    (tmp_path / "bad.csv").write_text((tmp_path / "bad.csv").read_text().replace(";201;", ";2019;"))
    again = ledger.import_csv(done.aside_in, mapping=tmp_path / "m.yaml")
    assert again.report.recorded == 1


def test_a_row_that_is_set_aside_has_not_vanished(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    bad = with_row(1, "180", "24 (plus 12)")
    done = sheets.take(*bad, set_aside=sheets.folder / "bad.csv")
    assert done.changes == SheetChanges(unchanged=5)
    assert sheets.ordered()["poland-k2"] == "180 tanks"


def test_a_new_edition_is_news_of_its_day(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    done = sheets.take(*with_row(1, "180", "190")[:5], edition=2025)
    assert done.changes == SheetChanges(changed=1, unchanged=4, vanished=1)
    view = sheets.ledger.at("2025-06-30", known="2024-06-30", known_by="asserted")
    assert {row.deal: str(row.ordered[0]) for row in view.deals()}["poland-k2"] == "180 tanks"
    assert "greece-rafale" in {row.deal for row in view.deals()}
    assert sheets.ordered()["poland-k2"] == "190 tanks"
    assert "greece-rafale" not in sheets.ordered()


def test_an_old_edition_changes_nothing_that_a_newer_one_has_said(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    sheets.take(*with_row(1, "180", "190")[:5], "7,Peru,T-90,Russia,2019,5", edition=2025)
    state = sheets.ordered()
    done = sheets.take(*ROWS)
    assert done.report.recorded == 0
    assert sheets.ordered() == state


def test_an_error_of_an_old_edition_is_mended_without_touching_the_newer_one(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    sheets.take(*with_row(1, "180", "190"), edition=2025)
    assert sheets.take(*with_row(1, "180", "181")).report.recorded == 1
    assert sheets.take(*with_row(1, "180", "181")).report.recorded == 0
    assert sheets.ordered()["poland-k2"] == "190 tanks"


def test_what_others_recorded_stays(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    sheets.ledger.record("deal/greece-rafale", "tested", on="2023", source="us-2024")
    sheets.take(*ROWS[:5])
    greece = next(row for row in sheets.ledger.at().deals() if row.deal == "greece-rafale")
    assert (greece.supplier, greece.ordered) == ("FRA", ())


def test_rows_of_deals_that_nothing_opened_are_all_told(sheets: Sheets) -> None:
    (sheets.folder / "m.yaml").write_text(
        "name: x\nkey: No\nsources: [{key: us, publisher: Us, published: 2024-01-31}]\n"
        "entries:\n  - {deal: '${Weapon}', event: tested, on: {column: Signed}, source: us}\n"
    )
    (sheets.folder / "s.csv").write_text(HEADER + "".join(f"{row}\n" for row in ROWS[:3]))
    with pytest.raises(Refusals) as caught:
        sheets.ledger.import_csv(sheets.folder / "s.csv", mapping=sheets.folder / "m.yaml")
    assert [error.place.rpartition(":")[2] for error in caught.value.errors] == ["2", "3", "4"]
    assert all("nothing opened this stream" in error.message for error in caught.value.errors)


def test_two_rows_of_one_key_are_refused(sheets: Sheets) -> None:
    with pytest.raises(LedgerError, match=r"s.csv:3: the row has the key '1', which is that of .*s.csv:2"):
        sheets.take(ROWS[0], "1,Poland,K9,South Korea,2022,212")


def test_a_dry_run_tells_the_changes_and_records_nothing(sheets: Sheets) -> None:
    sheets.take(*ROWS)
    done = sheets.take(*with_row(1, "180", "190")[:5], "7,Peru,T-90,Russia,2019,5", dry_run=True)
    assert done.changes == SheetChanges(new=1, changed=1, unchanged=4, vanished=1)
    assert sheets.ordered()["poland-k2"] == "180 tanks"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("key: No\n", "the sheet has no name"),
        ("name: x\n", "name is given without a key"),
        ("name: '--'\nkey: No\n", "is no name"),
        ("name: x\nkey: 'No ${'\n", "is not closed"),
        ("name: x\nkey: Nr\n", "has no column 'Nr'"),
    ],
)
def test_a_key_that_cannot_be_is_told(tmp_path: Path, settings: str, message: str) -> None:
    (tmp_path / "m.yaml").write_text(settings + SIGNED)
    (tmp_path / "s.csv").write_text(HEADER)
    with pytest.raises(UnreadableDossier, match=message.replace("$", r"\$")):
        Ledger(tmp_path / "arms.db").import_csv(tmp_path / "s.csv", mapping=tmp_path / "m.yaml")


def test_nothing_vanishes_from_a_sheet_without_a_key(sheets: Sheets) -> None:
    with pytest.raises(UsageError, match="no key"):
        sheets.take(*ROWS, keyed=False, vanished="retract")


PACKAGES = """
name: packages
key: [Package, Item]
fill_down: [Package, Day]
sources: [{key: us, publisher: Us, published: 2024-01-31}]
entries:
  - group: Package
    deal: ${Package}
    event: pledged
    on: {column: Day}
    items: [{designation: {column: Item}, quantity: {column: Number, unit: units}}]
    source: us
  - {deal: "${Package}", event: tested, on: {column: Day}, place: {column: Item}, source: us}
  - when: {column: Donor, present: true}
    deal: ${Package}
    event: opened
    on: 2020
    supplier: {column: Donor}
    buyer: UKR
    source: us
"""


def packages(folder: Path, *rows: str) -> SheetImport:
    """Import packages, of which each donor stands in the last row."""
    (folder / "m.yaml").write_text(PACKAGES)
    (folder / "s.csv").write_text("Package,Day,Item,Number,Donor\n" + "".join(f"{row}\n" for row in rows))
    with Ledger(folder / "arms.db") as ledger:
        return ledger.import_csv(folder / "s.csv", mapping=folder / "m.yaml")


def test_an_item_that_is_added_to_a_package_corrects_its_entry(tmp_path: Path) -> None:
    first = ["A,2022-08-26,Stinger,100,", ",,Javelin,50,Poland", "B,2022-09-01,M113,200,Norway"]
    done = packages(tmp_path, *first)
    assert done.report.recorded == 1 + 2 + 2 + 3
    assert done.changes == SheetChanges(new=3)
    assert packages(tmp_path, *first).changes == SheetChanges(unchanged=3)
    more = packages(tmp_path, first[0], ",,Javelin,60,Poland", ",,T-72,7,", first[2])
    assert more.report.recorded == 2
    assert more.changes == SheetChanges(new=1, changed=2, unchanged=1)
    trail = {row.event: row.data for row in list(Ledger(tmp_path / "arms.db").log("deal/a"))[-2:]}
    assert trail["tested"]["place"] == "T-72"
    items = trail["corrected"]["set"]["items"]
    assert [(item["designation"], item["quantity"]["count"]) for item in items] == [
        ("Stinger", 100),
        ("Javelin", 60),
        ("T-72", 7),
    ]


def test_rows_of_several_sheets_of_a_workbook_are_told_apart(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "s.xlsx", {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, number in (("2023", 5), ("2024", "7 (plus 1)")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Deal", "Day", "Number"])
            sheet.write(1, 0, f"deal-{name}")
            sheet.write_datetime(1, 1, datetime(int(name), 2, 3, 14, 30))
            sheet.write(1, 2, number)
    mapping = {
        "sheet": ["2023", "2024"],
        "sources": [{"key": "us", "publisher": "Us", "published": "2024-12-31"}],
        "entries": [
            {
                "deal": {"column": "Deal"},
                "event": "opened",
                "on": {"column": "Day"},
                "supplier": "USA",
                "buyer": "UKR",
                "items": [{"designation": "x", "quantity": {"column": "Number", "unit": "units"}}],
                "source": "us",
            }
        ],
    }
    ledger = Ledger(tmp_path / "arms.db")
    done = ledger.import_csv(tmp_path / "s.xlsx", mapping=mapping, set_aside=tmp_path / "bad.csv")
    assert [(row.deal, str(row.signed_on or "")) for row in ledger.at().deals()] == [("deal-2023", "")]
    assert [str(row.on) for row in ledger.log("deal/deal-2023")] == ["2023-02-03"]
    assert [row.place for row in done.aside] == [f"{tmp_path / 's.xlsx'}, sheet '2024':2"]
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["Day"], row["Number"]) for row in csv.DictReader(file)] == [("2024-02-03T14:30:00", "7 (plus 1)")]


CELLS = st.sampled_from(["", "5", "24 (plus 12)", "Poland", "Indai", "2022-08-26", "31/31/2022", "A", "B", "<5", "~7"])


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_cells_say_rows_are_recorded_or_set_aside(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    mapping = PACKAGES.replace("name: packages\nkey: [Package, Item]\n", "")
    with Ledger.in_memory() as ledger:
        (tmp_path / "m.yaml").write_text(mapping)
        with (tmp_path / "s.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["Package", "Day", "Item", "Number", "Donor"], *rows])
        options: dict[str, Any] = {"mapping": tmp_path / "m.yaml", "set_aside": tmp_path / "bad.csv"}
        done = ledger.import_csv(tmp_path / "s.csv", dry_run=True, **options)
        recorded = ledger.import_csv(tmp_path / "s.csv", **options)
        assert [row.place for row in recorded.aside] == [row.place for row in done.aside]
        assert recorded.report.recorded == done.report.recorded
        assert ledger.import_csv(tmp_path / "s.csv", **options).report.recorded == 0
