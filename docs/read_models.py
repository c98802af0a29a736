"""The reference of the read models, made from the projections: ``python docs/read_models.py`` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from armsledger.application.volumes.question import VolumeField
from armsledger.application.volumes.sums import sum_type
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.projections.codec import Number
from armsledger.projections.columns import FRAME
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.read_models.precedents import PrecedentRow
from armsledger.projections.read_models.relations import RelationRow
from armsledger.projections.read_models.scorecard import ScoreRow
from armsledger.projections.read_models.sources import SourceRow
from armsledger.projections.reading import view_of
from armsledger.projections.rows import Row, Rows
from armsledger.projections.schema import COLUMNS, EVER_AFTER, EVER_BEFORE, STILL

PAGE = Path(__file__).resolve().parent / "read-models.md"
HEAD = """# Read models

Made from the projections by `python docs/read_models.py`; how to write one of your own stands in
[own-projections.md](own-projections.md).

A read model is the answer of a projection to *every* question at once: the rows of each stream for all days and all
beliefs. It is kept in step with the journal in the transaction that records, so a question reads a table and folds
nothing. The journal alone is the record: anybody may drop a view and its table, and `armsledger rebuild [NAME]...`
makes them again from the journal, as the next write does by itself. Until then, answers are folded.

A read model is bitemporal. Its rows hold on days (valid time), and are believed on two axes of belief time: by
recording, and by asserting. By recording, what was believed at a position never changes. By asserting, a table has what
was believed on a day *as recorded now*: what is recorded later about an earlier day changes it.

In the ledger's SQLite file, NAME is a view with a column for each field, over the table `kept_NAME`, in which each
row is one JSON text. Read the view; the table is how it happens to be kept. `NAME_now` is the same without the times:
what is believed now of today (in UTC), one row a thing.
"""
MEANINGS = {
    "believed": "1 while the row is believed, 0 once it no longer is",
    "stream": "the stream that the row tells of, such as `deal/india-s400`",
    "known_from": "the position in the journal from which on the row is believed",
    "known_to": f"the position from which on it no longer is; {STILL} while it is believed",
    "asserted_from": f"the day of asserting from which on the row is believed, as ISO text; `{EVER_BEFORE}` if ever",
    "asserted_to": f"the day from which on it no longer is; `{EVER_AFTER}` while it is believed",
    "valid_from": f"the first day on which the row holds, as ISO text; `{EVER_BEFORE}` if it always has",
    "valid_to": f"the first day on which it no longer holds; `{EVER_AFTER}` if that never comes",
    "slot": "tells rows of one stream apart that hold on one day, and orders them; no more than that",
}
"""What every view has, beside the fields of its row."""
ASKING = """
Days are ISO text and compare as text. Both periods take in their beginning and leave out their end.

## A date and a belief in SQL

The state of day `:day`, as known when the journal had come to `:position`:

```sql
SELECT deal, stage, value_amount, value_currency FROM deals
WHERE valid_from <= :day AND :day < valid_to
  AND known_from <= :position AND :position < known_to
ORDER BY stream, slot
```

As asserted by a day `:spoken`, as recorded now, the second condition is

```sql
  AND asserted_from <= :spoken AND :spoken < asserted_to
```

A row that is believed on one of the two axes only has an empty interval on the other, which no question meets.

As known now, `believed = 1` says the same as the condition on `known_from` and `known_to`, and is quicker. A position
comes from a time by the journal, whose times never decrease with the position; of a day, take the last microsecond:

```sql
SELECT max(position) FROM journal WHERE recorded_at <= :time  -- '2026-11-22T23:59:59.999999Z'
```

**Ask at the end of an instant only.** Entries recorded in one go share their time, and belief changes from one time to
the next. A position in the midst of one time is not an answer of the tables: of each stream they show all that was
recorded at that time, or nothing of it. `ledger.at(known=...)` and `--known` notice that and fold; in SQL, take the
last position of its time:

```sql
SELECT max(position) FROM journal WHERE recorded_at = (SELECT recorded_at FROM journal WHERE position = :position)
```

And make sure that the read model has come so far, as it can have been left behind by a program that did not keep it:

```sql
SELECT name FROM read_model WHERE building = 0 AND position < :position
```

names those that have not; `armsledger rebuild` brings them there. From Python, `ledger.at(D, K).table(NAME)` gives the
table to SQLAlchemy with both conditions applied and both checks done, `ledger.at(D, K, "asserted").table(NAME)` does
so by the other axis, and `ledger.execute` runs a SELECT over it. What was asserted by a day *as recorded by a position*
(`--as-recorded`) is in no table; it is folded from the journal when asked.

One query tells how the belief about a day came to be, with the time of each change:

```sql
SELECT recorded_at, stage, value_amount FROM deals JOIN journal ON position = known_from
WHERE deals.stream = :stream AND valid_from <= :day AND :day < valid_to
ORDER BY known_from
```

## How fields are written

| type | in Python | in SQL |
| --- | --- | --- |
| text, or one of some words | `str` | text |
| whole number | `int` | integer |
| yes or no | `bool` | 1 or 0 |
| decimal number | `Decimal` | number (`NUMERIC`); the row itself keeps every digit |
| number | `Decimal` | number, as in JSON, CSV and frames |
| date | `When` | text, EDTF as recorded; a date is uncertain, so it does not compare as text |
| money | `Money` | JSON text with `amount`, `currency`, `approximate`; `..._amount` is a number, `..._currency` text |
| quantity | `Quantity` | JSON text with `count`, `unit`, `approximate` |
| line | `Line` | the same with `item`, where one is named |
| list | `tuple` | JSON text, for `json_each`; an empty list is `[]` |

Of a range there is `amount_high` or `count_high`, too; null: it is open above. Fields marked *optional* are NULL (None)
where nothing is known. Some names are words of SQL (`on`, `by`, `to`, `window`, `trigger`): write them in double
quotes. Frames, CSV and other files hold further columns beside a field, which the tables below
name in their last column; [exports.md](exports.md) tells what stands in them. A list is taken apart by `json_each`;
what was delivered, a line for each item and unit:

```sql
SELECT deal, json_extract(part.value, '$.count') AS count, json_extract(part.value, '$.unit') AS unit,
  json_extract(part.value, '$.item') AS item
FROM deals, json_each(delivered) AS part
WHERE believed = 1 AND valid_from <= :day AND :day < valid_to
ORDER BY deal
```
"""
DERIVED = """
## Computed when asked

These have no table: they follow from the rows above, at the date and the belief of the question.
"""
FROM: dict[str, tuple[type[Row], str, str, str]] = {
    "relations": (RelationRow, "deals and engagements", "view.relations()", "report relations"),
    "scorecard": (
        ScoreRow,
        "expectations",
        'view.scorecard("holder")` or `view.scorecard("source")',
        "report scorecard",
    ),
    "precedents": (PrecedentRow, "deals and sanctions", 'view.precedents("india-s400")', "report precedents"),
    "sums of volumes": (
        sum_type(get_args(VolumeField)),
        "volumes",
        'view.volumes("buyer,year", from_year=1950, to_year=1989)',
        "report volumes",
    ),
    "sources": (SourceRow, "sources and citations", "view.sources()", "sources"),
}
"""What is computed: its rows, what from, and how it is asked for in Python and on the command line."""
WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "yes or no",
    Decimal: "decimal number",
    Number: "number",
    When: "date",
    date: "day",
    datetime: "time",
    Money: "money",
    Quantity: "quantity",
    Line: "line",
    Item: "item",
}
PLURALS = {
    "quantity": "quantities",
    "text": "texts",
    "whole number": "whole numbers",
    "(text, whole number, whole number)": "[text, number, number]",
}


def page() -> str:
    """The whole page."""
    kept = (line for projection in BUILT_IN for line in _kept(projection))
    derived = (line for name in FROM for line in _derived(name))
    return "\n".join([HEAD, *_columns(), ASKING, *kept, DERIVED.lstrip(), *derived]).rstrip() + "\n"


def _columns() -> Iterator[str]:
    yield "## The columns that all have\n\n| column | |\n| --- | --- |"
    for name in (name for name in COLUMNS if name != "row"):
        yield f"| `{name}` | {MEANINGS[name]} |"


def _kept(projection: Projection) -> Iterator[str]:
    yield f"## {projection.name}\n\n{_summary(projection.name, projection.row)}\n"
    many = len(projection.kinds) > 1
    kinds = ", ".join(f"`{kind}`" for kind in projection.kinds)
    yield f"View `{projection.name}` over `kept_{projection.name}`; streams of the kind{'s' * many} {kinds}.\n"
    columns = set(view_of(projection).columns.keys())
    yield from _fields(projection.row, columns)
    yield ""


def _derived(name: str) -> Iterator[str]:
    row, origin, asked, command = FROM[name]
    yield f"### {name}, from {origin}\n\n{_summary(name, row)}\n\nAsked for by `{asked}`, or `armsledger {command}`.\n"
    yield from _fields(row, set())
    yield ""


def _summary(title: str, row: type[Row]) -> str:
    """What the row says of itself, after what its module says that is named for it; in Markdown."""
    name, _, summary = (sys.modules[row.__module__].__doc__ or "").strip().partition(": ")
    own = cleandoc(row.__doc__ or "").replace("``", "`")
    return f"{summary[:1].upper()}{summary[1:]}\n\n{own}" if name.lower().startswith(title) else own


def _fields(row: type[Row], columns: set[str]) -> Iterator[str]:
    """The fields of a row; further columns, of a view and outside of SQL, are named beside the field they belong to."""
    beside = _beside(row)
    yield "| field | type | | beside it in frames and files |\n| --- | --- | --- | --- |"
    hints = get_type_hints(row)
    for field in fields(row):
        parts = [f"`{field.name}_{part}`" for part in ("amount", "currency") if f"{field.name}_{part}" in columns]
        marks = ["optional"] * (NoneType in get_args(hints[field.name])) + [f"and {', '.join(parts)}"] * bool(parts)
        outside = ", ".join(f"`{end}`" for end in beside[field.name])
        yield f"| `{field.name}` | {_words(hints[field.name])} | {'; '.join(marks)} | {outside} |"


def _beside(row: type[Row]) -> dict[str, list[str]]:
    """For each field the ends of the names of the columns that stand beside it in frames and files."""
    beside: dict[str, list[str]] = {field.name: [] for field in fields(row)}
    own = ""
    for column in Rows(row, ()).columns_in(FRAME):
        own = column.name if column.name in beside else own
        if own and column.name not in beside:
            beside[own].append(column.name.removeprefix(own))
    return beside


def _words(hint: Any) -> str:
    """A type as people call it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_words(part) for part in parts if part is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in parts)
    if origin is tuple:
        kept = [_words(part) for part in parts if part is not ...]
        return f"list of {PLURALS.get(kept[0], kept[0])}" if ... in parts else f"({', '.join(kept)})"
    return WORDS[hint]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
