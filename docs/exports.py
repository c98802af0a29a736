"""The page of exports: tables from the code, examples as they run: ``python -m docs.exports`` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, get_args

from armsledger import Ledger
from armsledger.application.exporting.tables import DERIVED, LOG, available
from armsledger.exchange.tables.sqlite import TYPES
from armsledger.projections.columns import FRAME, spread_of
from armsledger.projections.frames import IN_PANDAS, IN_POLARS, TEXT
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Row, Rows
from armsledger.storage.columns import ColumnKind
from docs.pages import with_outputs

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "exports.md"
DOSSIERS = ("seed-article.yaml", "india-s400.yaml")
MARK: Final = "<!-- From here on the page is made from the code by `python -m docs.exports`. -->\n"
CSV: Final[dict[ColumnKind, str]] = {
    "text": "the text",
    "whole number": "digits",
    "decimal": "digits, every one of them",
    "EDTF date": "as the source has it",
    "date": "`2018-10-05`",
    "instant": "`2026-11-22T12:00:00.000000Z`",
    "boolean": "`true`, `false`",
    "list": "parts joined by `; `",
    "JSON": "words, parts joined by `; `",
}
XLSX: Final[dict[ColumnKind, str]] = {
    "text": "text",
    "whole number": "number, or text beyond 15 figures",
    "decimal": "number, or text where that would not be exact",
    "EDTF date": "text",
    "date": "date; text before 1900-03-01",
    "instant": "date and time (UTC)",
    "boolean": "TRUE, FALSE",
    "list": "text, parts joined by `; `",
    "JSON": "text: words, parts joined by `; `",
}
PARQUET: Final[dict[ColumnKind, str]] = {
    "text": "string",
    "whole number": "int64",
    "decimal": "decimal128(38, 10)",
    "EDTF date": "string",
    "date": "date32",
    "instant": "timestamp(us, UTC)",
    "boolean": "bool",
    "list": "string: JSON",
    "JSON": "string: JSON",
}
SQLITE: Final[dict[ColumnKind, str]] = {
    "decimal": "an integer or a real number, or text where neither would be exact",
    "date": "ISO text",
    "instant": "ISO text",
    "boolean": "1, 0",
    "list": "JSON text, for `json_each`",
    "JSON": "JSON text, for `json_each`",
}


FRAMES: Final[dict[ColumnKind, str]] = {"list": ": parts joined by `; `", "JSON": ": JSON"}
"""What stands in texts of frames."""


def page() -> str:
    """The whole page: what is written by hand, with what its examples print, and the tables."""
    written = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    with TemporaryDirectory() as folder:
        with Ledger(Path(folder) / "armsledger.db", recorded_by="you") as ledger:
            for name in DOSSIERS:
                ledger.record_file(ROOT / "examples" / name)
        told = with_outputs(written, Path(folder))
    return told + MARK + reference()


def reference() -> str:
    """The part that is made from the code."""
    return "\n".join(["", *_kinds(), *(line for name, row in tables().items() for line in _table(name, row))])


def tables() -> dict[str, type[Row]]:
    """All that can be exported of a ledger without projections of its own, and the kinds of its rows."""
    with Ledger.in_memory() as ledger:
        rows = {one.name: one.row for one in ledger.projections()} | DERIVED | {LOG: LogRow}
        return {name: rows[name] for name in available(ledger.session)}


def _kinds() -> Iterator[str]:
    yield "## Kinds of columns\n"
    yield "| kind | csv | xlsx | parquet | sqlite | pandas | polars |\n| --- | --- | --- | --- | --- | --- | --- |"
    for kind in get_args(ColumnKind):
        declared = f"`{TYPES[kind]}`" if TYPES[kind] else "no type"
        sqlite = f"{declared}: {SQLITE[kind]}" if kind in SQLITE else declared
        pandas, polars = IN_PANDAS.get(kind, TEXT), IN_POLARS.get(kind, "String")
        frames = f"`{pandas}`{FRAMES.get(kind, '')} | `{polars}`{FRAMES.get(kind, '')}"
        yield f"| {kind} | {CSV[kind]} | {XLSX[kind]} | {PARQUET[kind]} | {sqlite} | {frames} |"
    yield "\nWhat is not known is an empty cell, NULL, `NA` or null (`NaT` where pandas has dates and times)."
    yield "\n## Columns of every table\n"
    yield "Those marked · stand beside a field that jsonl has; jsonl has the others alone.\n"


def _table(name: str, row: type[Row]) -> Iterator[str]:
    fields = Rows(row, ()).columns
    yield f"### {name}\n"
    yield "| column | kind |\n| --- | --- |"
    for column in spread_of(row, FRAME).columns:
        yield f"| {'' if column.name in fields else '· '}`{column.name}` | {column.kind} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
