"""Spreadsheets into the ledger: as a dossier would be, whole or not at all, and the same for every template."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from armsledger import Ledger, Refused
from armsledger.application.recording.event_fields import VALUES
from armsledger.application.recording.spreadsheets import MappingLike, SheetImport, import_spreadsheet
from armsledger.domain.errors import LedgerError, Refusals, UnknownCode, UnknownSource, UnreadableDossier, UsageError
from armsledger.domain.events.catalogue import OWN
from armsledger.domain.events.register import Listed
from armsledger.domain.events.statement import Role, Statement, own_fields
from armsledger.exchange.spreadsheets.preview import dossier_text
from armsledger.exchange.spreadsheets.template import SHEETS, SheetTemplate, columns_of, mapping_text, template_text
from tests.application.book import ALL_TOLD, Clock, Object, jsonl, opened, trail

MAPPING: dict[str, Any] = {
    "sources": [{"key": "desk", "publisher": "Desk", "published": "2021-11-12", "reliability": "B"}],
    "entries": [
        {
            "deal": "${Buyer}-${Weapon}",
            "event": "opened",
            "on": {"column": "Ordered"},
            "supplier": {"column": "Seller"},
            "buyer": {"column": "Buyer"},
            "source": "desk",
        },
        {
            "when": {"column": "Delivered", "present": "true"},
            "deal": "${Buyer}-${Weapon}",
            "event": "delivered",
            "on": {"column": "Year"},
            "quantity": {"column": "Delivered", "unit": "units"},
            "source": "desk",
        },
    ],
}
HEADER = "Buyer,Weapon,Seller,Ordered,Delivered,Year\n"
ROWS = "India,S-400,Russia,2018-10,2,2021\nChina,S-400,Russia,2014,,\n"
CITED = {
    "source": "wire",
    "asserted": "2021-11-13",
    "attribution": "people familiar",
    "credibility": "2",
    "status": "reported",
    "quote": "so they say",
    "note": "a remark, with a comma",
}
TYPED = {
    "due": "2022-01",
    "agenda": "deal/x; deal/y",
    "by": "USA",
    "ceiling": "USD 6bn",
    "edition": "21",
    "item": "S-400",
    "share": "15",
    "mode": "sale",
    "measures": "export ban; visa ban",
    "currency": "INR",
    "window": "2022-03",
    "part": "true",
    "so_far": "false",
    "channel": "direct-commercial",
    "effective": "2020",
    "covers": "elsewhere",
    "result": "passed",
    "milestone": "launched",
    "form": "offset",
    "until": "2024-12",
}
KEYS = {"deal": "x", "engagement": "summit", "framework": "treaty"}
WHAT = {"deal": "delivered tranche=1", "engagement": "held place=Moscow", "framework": "renewed"}


def ledger() -> Ledger:
    """An empty ledger in memory."""
    return Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD))


def take(book: Ledger, sheet: str, mapping: MappingLike = MAPPING, **options: Any) -> SheetImport:
    """Take a sheet that is standard input."""
    return import_spreadsheet(book.session, None, mapping, stdin=BytesIO(sheet.encode()), **options)


def test_a_sheet_is_taken_as_a_dossier_is() -> None:
    with ledger() as book:
        done = take(book, HEADER + ROWS)
        assert (done.report.recorded, done.report.known, done.report.streams) == (4, 0, 3)
        assert [(row.deal, row.supplier, row.stage) for row in book.at("2022").deals()] == [
            ("china-s-400", "RUS", "prospective"),
            ("india-s-400", "RUS", "delivering"),
        ]


def test_the_same_sheet_twice_adds_nothing_and_a_longer_one_its_new_rows() -> None:
    with ledger() as book:
        take(book, HEADER + ROWS)
        again = take(book, HEADER + ROWS).report
        assert (again.recorded, again.known) == (0, 4)
        moved = take(book, HEADER + "\n\nTurkey,S-400,Russia,2017,,\n" + ROWS).report
        assert (moved.recorded, moved.known) == (1, 4)


def test_rows_need_not_stand_in_the_order_of_time() -> None:
    mapping = {
        "sources": MAPPING["sources"],
        "entries": [
            {
                "when": {"column": "Event", "is": name},
                "deal": {"column": "Deal"},
                "event": name,
                "on": {"column": "On"},
                "source": "desk",
                **more,
            }
            for name, more in (
                ("tested", {}),
                ("opened", {"supplier": "RUS", "buyer": "IND"}),
                ("contract-signed", {"value": {"column": "Value"}}),
            )
        ],
    }
    with ledger() as book:
        sheet = "Deal,Event,On,Value\nx,tested,2020,\nx,contract-signed,2018,USD 5bn\nx,opened,2017,\n"
        assert take(book, sheet, mapping).report.recorded == 4
        assert [row.stage for row in book.at("2021").deals()] == ["signed"]


def test_a_refused_row_takes_the_whole_file_with_it_and_is_named() -> None:
    with ledger() as book:
        with pytest.raises(UnknownCode) as caught:
            take(book, HEADER + ROWS + "Indai,S-400,Russia,2018,,\n")
        assert str(caught.value).startswith("standard input:4, column 'Buyer': deal/indai-s-400: buyer: 'Indai' is no")
        assert "did you mean IND (India)?" in str(caught.value)
        assert book.position() == 0


def test_what_is_the_same_for_all_rows_is_refused_where_the_mapping_says_it(tmp_path: Path) -> None:
    text = """
entries:
  - deal: ${Buyer}
    event: opened
    on: 2018
    supplier: RUS
    buyer: {column: Buyer}
    source: nobody
"""
    (tmp_path / "m.yaml").write_text(text)
    with ledger() as book, pytest.raises(UnknownSource) as caught:
        take(book, HEADER + ROWS, tmp_path / "m.yaml")
    assert str(caught.value).startswith(f"{tmp_path / 'm.yaml'}:8: deal/india: source: no source 'nobody'")


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("India,S-400,Russia,soon,,", "standard input:4, column 'Ordered': deal/india-s-400: on: cannot read 'soon'"),
        ("India,S-400,,2018,,", "standard input:4, column 'Seller': deal/india-s-400: supplier: opened needs"),
        ("Peru,S-400,Russia,2018,some,2020", "standard input:4, column 'Delivered': quantity: 'some'"),
        ("Peru,S-400,Russia,2018,2,2999", "standard input:4, column 'Year': deal/peru-s-400: on: delivered is dated"),
        ("Peru,S-400,Russia,2018,2,", "standard input:4, column 'Year': deal/peru-s-400: on: delivered needs on"),
        (
            "India,S-400,Russia,2019,,",
            "standard input:4, column 'Ordered': deal/india-s-400: on: source 'desk' says on 2019 here and 2018-10 in "
            "standard input:2 (both",
        ),
    ],
)
def test_a_refusal_names_row_and_column(row: str, place: str) -> None:
    with ledger() as book:
        with pytest.raises(Refused) as caught:
            take(book, f"{HEADER}{ROWS}{row}\n")
        assert str(caught.value).startswith(place)
        assert caught.value.remedy
        assert book.position() == 0


def test_all_rows_that_are_wrong_are_told_in_one_run() -> None:
    with ledger() as book:
        with pytest.raises(Refusals) as caught:
            take(book, f"{HEADER}India,S-400,Russia,soon,,\nPeru,S-400,Russia,2018,some,2020\n{ROWS}")
        assert [error.place for error in caught.value.errors] == [
            "standard input:2, column 'Ordered'",
            "standard input:3, column 'Delivered'",
        ]
        assert book.position() == 0


def test_a_dry_run_shows_the_first_rows_and_records_nothing() -> None:
    with ledger() as book:
        done = take(book, HEADER + ROWS, dry_run=True, rows=1)
        assert (done.report.recorded, done.report.dry_run, book.position()) == (4, True, 0)
        assert [row.place for row in done.first] == ["", "standard input:2"]
        assert done.first[1].objects[1] == {
            "deal": "india-s-400",
            "event": "delivered",
            "on": "2021",
            "quantity": "2 units",
            "source": "desk",
        }
        assert take(book, HEADER + ROWS).first == ()
        with pytest.raises(UsageError, match="cannot show -1 rows"):
            take(book, HEADER + ROWS, dry_run=True, rows=-1)


def test_what_a_dry_run_shows_can_be_recorded(tmp_path: Path) -> None:
    with ledger() as book, ledger() as other:
        rows = 'India,"S-400: ""Triumf""",Russia,2018-10,2,2021\n"  Иран ",#1 [ш],Russia,2014,,\n'
        mapping = json.loads(json.dumps(MAPPING).replace('{"column": "Buyer"}', '"IND"'))
        first = take(book, HEADER + rows, mapping, dry_run=True, rows=9).first
        (tmp_path / "d.yaml").write_text("\n".join(dossier_text(first)))
        take(book, HEADER + rows, mapping)
        other.record_file(tmp_path / "d.yaml")
        assert trail(book) == trail(other)


def test_rows_that_repeat_others_or_are_left_out_are_told() -> None:
    with ledger() as book:
        done = take(book, HEADER + ROWS + "India,S-400,Russia,2018-10,2,2021\n")
        assert done.repeats == (("standard input:4", "standard input:2", "delivered"),)
        assert done.report.recorded == 4


def test_a_workbook_gives_the_same_entries_as_csv(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "deals.xlsx") as written:
        sheet = written.add_worksheet()
        for number, row in enumerate(csv.reader((HEADER + ROWS).splitlines())):
            sheet.write_row(number, 0, [int(cell) if cell.isdecimal() else cell for cell in row])
    with ledger() as one, ledger() as other:
        take(one, HEADER + ROWS)
        done = other.import_csv(tmp_path / "deals.xlsx", mapping=MAPPING)
        assert done.report.recorded == 4
        assert trail(one) == trail(other)


def test_stages_are_told_while_a_long_sheet_is_read() -> None:
    told: list[tuple[str, int, int]] = []
    rows = "".join(f"India,W{number},Russia,2018,2,2020\n" for number in range(450))
    with ledger() as book:
        take(book, HEADER + rows, stages=lambda *stage: told.append(stage))
    reading = [("reading", count, count) for count in (201, 401, 601, 801)]
    assert told == [*reading, ("recording", 600, 901), ("recording", 800, 901)]


@pytest.mark.parametrize("mapping", [{"entries": {1, 2}}, {"entries": [float("nan")]}, {}, {"entries": [{"x": 1}]}])
def test_values_that_are_no_mapping_are_refused(mapping: Mapping[str, Any]) -> None:
    with ledger() as book, pytest.raises(LedgerError):
        take(book, HEADER + ROWS, mapping)


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with ledger() as book:
        with pytest.raises(UnreadableDossier, match="there is no file"):
            book.import_csv(tmp_path / "none.csv", mapping=MAPPING)
        with pytest.raises(UnreadableDossier, match="there is no file"):
            book.import_csv(tmp_path / "none.csv", mapping=tmp_path / "none.yaml")
        with pytest.raises(UnreadableDossier, match="cannot be read"):
            book.import_csv(tmp_path, mapping=MAPPING)
        assert book.position() == 0


# templates


def test_every_event_of_the_field_has_a_column_in_some_template() -> None:
    in_templates = {(sheet.kind, event) for sheet in SHEETS.values() for event in sheet.events}
    for kind in ("deal", "engagement", "framework"):
        missing = [event.name for event in OWN[kind] if (kind, event) not in in_templates and event is not Listed]
        assert missing == []


OF_ONE_EVENT: Mapping[str, Mapping[str, str]] = {
    "postponed": {"to": "2022"},
    "delivered": {"to": "POL"},
    "returned": {"to": "RUS", "reason": "rejected"},
    "lost": {"reason": "combat"},
    "transferred-onward": {"to": "POL"},
    **{f"onward-transfer-{word}": {"to": "POL"} for word in ("requested", "consented", "refused")},
    **{f"{word}linked": {"to": "deal/elsewhere", "relation": "succeeds"} for word in ("", "un")},
}
"""Fields that say something else in one event than in others."""


def values_of(sheet: SheetTemplate, event: type[Statement]) -> dict[str, str]:
    """A cell for each field of an event."""
    typed = {**VALUES, **TYPED, **OF_ONE_EVENT.get(event.name, {})}
    fields = {name: typed.get(name, "some text") for name in own_fields(event)}
    if "what" in fields:
        fields["what"] = WHAT[sheet.kind]
    on = {} if event.role is Role.EXPECTATION else {"on": "2019-06"}
    return {sheet.kind: KEYS[sheet.kind], "event": event.name, **on, **fields, **CITED}


def as_object(cells: Mapping[str, str], event: type[Statement]) -> Object:
    """The same as a dossier has it."""
    lists = {"items", "by", "parties", "participants", "measures", "targets", "agenda", "outcomes"}
    plain: Object = {name: cell for name, cell in cells.items() if cell}
    for name in lists & plain.keys() & set(own_fields(event)):
        if "tuple" in str(event.model_fields[name].annotation):
            plain[name] = [part.strip() for part in plain[name].split(";")]
    return plain


def filled(sheet: SheetTemplate) -> tuple[str, list[Object]]:
    """A sheet with a row for each event in which all is filled in, and the objects that say the same."""
    rows = [(values_of(sheet, event), event) for event in sheet.events]
    lines = template_text(next(name for name, known in SHEETS.items() if known is sheet)).splitlines()
    columns = columns_of(sheet)
    assert lines == [",".join(columns)]
    written = [[_cell(cells, column, event) for column in columns] for cells, event in rows]
    text = lines[0] + "\n" + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in written)
    return text, [as_object(cells, event) for cells, event in rows]


def _cell(cells: Mapping[str, str], column: str, event: type[Statement]) -> str:
    """Amounts and quantities with their currency and unit in columns of their own."""
    if column == "unit":
        return "units" if "quantity" in own_fields(event) else ""
    if column == "currency" and "currency" not in own_fields(event):
        return "USD" if {"amount", "value", "ceiling"} & set(own_fields(event)) else ""
    if column == "quantity" and column in cells:
        return cells[column].removesuffix(" units")
    if column in ("amount", "value", "ceiling") and column in cells:
        return cells[column].replace("USD ", "")
    return cells.get(column, "")


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "sources"])
def test_a_filled_template_says_what_the_dossier_does(name: str, tmp_path: Path) -> None:
    sheet, objects = filled(SHEETS[name])
    (tmp_path / "m.yaml").write_text(mapping_text(name))
    before: tuple[Object, ...] = (
        {"key": "wire", "publisher": "Wire", "published": "2021-11-12", "reliability": "B"},
        opened(),
        opened() | {"stream": "deal/elsewhere", "id": "elsewhere"},
        {"framework": "treaty", "event": "in-force", "on": "2010", "source": "wire"},
    )
    with ledger() as one, ledger() as other:
        for book in (one, other):
            book.record_stream(BytesIO(jsonl(before)), name="before.jsonl")
        other.record_stream(BytesIO(jsonl(objects)), name="dossier.jsonl")
        done = take(one, sheet, tmp_path / "m.yaml")
        assert done.report.recorded == len(objects)
        assert trail(one) == trail(other)
        assert take(one, sheet, tmp_path / "m.yaml").report.recorded == 0


def test_the_template_of_sources_registers_them(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(mapping_text("sources"))
    row = {"key": "wire", "publisher": "Wire", "title": "A title", "published": "2021-11-12", "reliability": "B"}
    columns = columns_of(SHEETS["sources"])
    sheet = template_text("sources") + ",".join(row.get(column, "") for column in columns) + "\n"
    with ledger() as one, ledger() as other:
        assert take(one, sheet, tmp_path / "m.yaml").report.recorded == 1
        other.record_stream(BytesIO(jsonl([row])), name="dossier.jsonl")
        assert trail(one) == trail(other)


@pytest.mark.parametrize("name", SHEETS)
def test_an_empty_template_is_taken_and_says_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(mapping_text(name))
    with ledger() as book:
        assert take(book, template_text(name), tmp_path / "m.yaml").report.recorded == 0


@pytest.mark.parametrize("name", SHEETS)
def test_a_mapping_has_a_word_on_every_column(name: str) -> None:
    comments = [line for line in mapping_text(name).splitlines() if line.startswith("# ")]
    for column in columns_of(SHEETS[name]):
        assert any(line.startswith(f"# {column} ") and len(line.split()) > 2 for line in comments), column
