"""Filters as SQL over the JSON of kept rows: a condition selects the rows that fit, and maybe some more.

The databases know letters of either case for ASCII only, and dates by their first year; `Condition.fits` decides. Texts
that are compared are parameters, and so are patterns: what a pattern holds is no placeholder then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any, Final, NamedTuple

from armsledger.domain.values.money import Money
from armsledger.projections.codec import codec_of
from armsledger.projections.field_types import has_parts, kinds_of
from armsledger.projections.filtering import Condition, Currencies, Numbers, Words
from armsledger.projections.ranges import COUNTS, DATES, Range
from armsledger.projections.schema import EXTRACTS
from armsledger.storage.connection import Dialect

Parameter = str | int
ROUNDED: Final = Decimal("1e-9")
"""How far an end is moved outwards, as databases compare with floating-point numbers."""
LAST_DAY: Final = date.max.toordinal()
YEARS: Final = range(1000, 9999)
"""Years that sort as texts."""


class Where(NamedTuple):
    """A condition in SQL, and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


class Idiom(NamedTuple):
    """How a database says what the two say otherwise; patterns are of characters outside of a class."""

    lower: str
    holds: str
    matches: str
    not_ascii: str
    not_plain: str
    year: str
    number: str


IDIOMS: Final = {
    "sqlite": Idiom(
        lower="lower({})",
        holds="instr({}, ?) > 0",
        matches="{} GLOB ?",
        not_ascii="*[^ -~]*",
        not_plain="*[^0-9?~%-]*",
        year="substr({}, 1, 4)",
        number="CAST({} AS NUMERIC)",
    ),
    "postgresql": Idiom(
        lower='lower({} COLLATE "C")',
        holds="strpos({}, ?) > 0",
        matches='{} COLLATE "C" ~ ?',
        not_ascii="[^ -~]",
        not_plain="[^0-9?~%-]",
        year='substr({}, 1, 4) COLLATE "C"',
        number="CAST({} AS double precision)",
    ),
}


def where(
    row_type: type[Any],
    conditions: Iterable[Condition],
    dialect: Dialect,
    streams: Sequence[str] | None = None,
    more: Sequence[Where] = (),
) -> Where | None:
    """What all conditions ask of a table's rows, of some streams or all; None if a database cannot help."""
    asker = _Asker(row_type, dialect)
    asked = [*more, *(one for condition in conditions if (one := asker.ask(condition)) is not None)]
    if streams is not None:
        asked.insert(0, Where(f"stream IN ({', '.join('?' * len(streams))})", tuple(streams)) if streams else NOTHING)
    return _joined(" AND ", asked) if asked else None


def _joined(word: str, conditions: Sequence[Where]) -> Where:
    if len(conditions) == 1:
        return conditions[0]
    return Where(
        word.join(f"({one.sql})" for one in conditions), tuple(part for one in conditions for part in one.parameters)
    )


class _Asker:
    """Writes conditions on the rows of one class for one database."""

    def __init__(self, row_type: type[Any], dialect: Dialect) -> None:
        self._row_type = row_type
        self._indexes = codec_of(row_type).indexes
        self._extract = EXTRACTS[dialect.name]
        self._idiom = IDIOMS[dialect.name]

    def ask(self, condition: Condition) -> Where | None:
        """A condition in SQL; None if it cannot be said."""
        if isinstance(condition, Words) and not condition.wanted:
            return None
        if isinstance(condition, Range) and condition.is_span:
            return _joined(" AND ", list(self._span(condition)))
        asked: list[Where] = []
        for field in condition.fields:
            one = self._of_field(condition, field)
            if one is None:
                return None
            asked.append(one)
        whole = _joined(" OR ", asked)
        words = self._quoted(condition)
        return _joined(" AND ", [self._holding('"row"', words), whole]) if words else whole

    def _quoted(self, condition: Condition) -> list[str]:
        """What the text of a row holds that fits, if that can be told: most rows are passed over so without a look at
        their JSON, in two thirds of the time."""
        if not isinstance(condition, Words) or condition.folded:
            return []
        plain = all(json.dumps(word, ensure_ascii=False)[1:-1] == word for word in condition.exact)
        texts = plain and all(kinds_of(self._row_type, field) == {str} for field in condition.fields)
        return [f'"{word}"' for word in sorted(condition.exact)] if texts else []

    def _of_field(self, condition: Condition, field: str) -> Where | None:
        kinds, value = kinds_of(self._row_type, field), self._value(field)
        if isinstance(condition, Range):
            return self._range(condition, field, kinds)
        if isinstance(condition, Currencies):
            return self._holding(value, [json.dumps(code) for code in sorted(condition.exact)])
        if isinstance(condition, Numbers):
            return None if has_parts(self._row_type, field) else self._numbers(condition, value)
        if kinds == {bool}:
            flags = ", ".join("1" if word == "True" else "0" for word in sorted(condition.exact))
            return Where(f"{self._extract.flag.format(value=value)} IN ({flags})")
        if not kinds <= {str, int}:
            return None
        return self._words(condition, field, value)

    def _value(self, field: str) -> str:
        return self._extract.value.format(index=self._indexes[field])

    # words

    def _words(self, condition: Words, field: str, value: str) -> Where | None:
        if has_parts(self._row_type, field):
            return self._words_of_parts(condition, value)
        if condition.contained:
            return self._holding(self._idiom.lower.format(value), condition.folded, or_not_ascii=value)
        asked = []
        if condition.exact:
            exact = sorted(condition.exact)
            asked.append(Where(f"{value} IN ({', '.join('?' * len(exact))})", tuple(map(str, exact))))
        if condition.folded:
            text = f"CAST({value} AS TEXT)"
            marks = ", ".join("?" * len(condition.folded))
            asked += [
                Where(f"{self._idiom.lower.format(text)} IN ({marks})", condition.folded),
                self._not_ascii(value),
            ]
        return _joined(" OR ", asked) if asked else NOTHING

    def _words_of_parts(self, condition: Words, value: str) -> Where | None:
        """The JSON of a list holds its words in quotation marks; what JSON may write otherwise is not looked for."""
        words = [*condition.exact, *condition.folded]
        if any(json.dumps(word, ensure_ascii=False)[1:-1] != word for word in words):
            return Where(f"{value} IS NOT NULL")
        asked = []
        if condition.exact:
            asked.append(self._holding(value, [f'"{word}"' for word in sorted(condition.exact)]))
        if condition.folded:
            texts = [word if condition.contained else f'"{word}"' for word in condition.folded]
            asked.append(self._holding(self._idiom.lower.format(value), texts, or_not_ascii=value))
        return _joined(" OR ", asked) if asked else NOTHING

    def _holding(self, value: str, texts: Sequence[str], *, or_not_ascii: str | None = None) -> Where:
        asked = [Where(self._idiom.holds.format(value), (text,)) for text in texts]
        return _joined(" OR ", asked if or_not_ascii is None else [*asked, self._not_ascii(or_not_ascii)])

    def _not_ascii(self, value: str) -> Where:
        """Texts of other letters too: which of them are the same is decided elsewhere."""
        return Where(self._idiom.matches.format(f"CAST({value} AS TEXT)"), (self._idiom.not_ascii,))

    # numbers and ranges

    def _numbers(self, condition: Numbers, value: str) -> Where:
        number = self._idiom.number.format(value)
        return _joined(" OR ", [self._between(number, one, one) for one in sorted(condition.numbers)])

    def _between(self, number: str, low: Any, high: Any) -> Where:
        ends = []
        if low is not None:
            ends.append(f"{number} >= {_outwards(low, -1)}")
        if high is not None:
            ends.append(f"{number} <= {_outwards(high, 1)}")
        return Where(" AND ".join(ends))

    def _span(self, condition: Range) -> Iterator[Where]:
        least, most = (self._idiom.number.format(self._value(field)) for field in condition.fields)
        if condition.low is not None:
            yield Where(f"{most} IS NULL OR {most} >= {_outwards(condition.low, -1)}")
        if condition.high is not None:
            yield Where(f"{least} IS NULL OR {least} <= {_outwards(condition.high, 1)}")

    def _range(self, condition: Range, field: str, kinds: frozenset[Any]) -> Where | None:
        value, low, high = self._value(field), condition.low, condition.high
        if has_parts(self._row_type, field):
            return self._holding(value, [json.dumps(condition.currency)]) if condition.currency else None
        if kinds <= DATES:
            return self._days(value, low, high)
        if kinds == {Money}:
            return self._money(field, value, condition)
        if kinds <= COUNTS:
            return None
        return self._between(self._idiom.number.format(value), low, high)

    def _days(self, value: str, low: Any, high: Any) -> Where:
        """By the year that a date begins with, and the one before and after; all that is written in another form."""
        year = self._idiom.year.format(value)
        ends = []
        if low is not None and (first := date.fromordinal(min(max(low, 1), LAST_DAY)).year - 1) in YEARS:
            ends.append(f"{year} >= '{first}'")
        if high is not None and (last := date.fromordinal(min(max(high, 1), LAST_DAY)).year + 1) in YEARS:
            ends.append(f"{year} <= '{last}'")
        if not ends:
            return Where(f"{value} IS NOT NULL")
        return Where(
            f"({' AND '.join(ends)}) OR {self._idiom.matches.format(value)}",
            (self._idiom.not_plain,),
        )

    def _money(self, field: str, value: str, condition: Range) -> Where:
        amount, currency = (
            self._extract.part.format(index=self._indexes[field], part=part) for part in ("amount", "currency")
        )
        number = self._idiom.number.format(amount)
        within = self._between(number, condition.low, condition.high).sql
        ranged = self._holding(value, ["amount_high"])
        return Where(f"{currency} = ? AND (({within}) OR {ranged.sql})", (str(condition.currency), *ranged.parameters))


NOTHING: Final = Where("1 = 0")


def _outwards(end: Any, direction: int) -> str:
    number = Decimal(end)
    moved = float(number + direction * max(abs(number), Decimal(1)) * ROUNDED)
    return repr(moved) if isfinite(moved) else f"{'-' if direction < 0 else ''}1e308"
