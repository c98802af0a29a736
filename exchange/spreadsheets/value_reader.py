"""Reads the values that one entry of a mapping gives the fields of its event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from armsledger.domain.decisions.fields import check_field_names
from armsledger.domain.errors import LedgerError, quoted
from armsledger.domain.events.statement import Statement
from armsledger.domain.limits import LONGEST_KEY
from armsledger.domain.values.money import FORM as MONEY
from armsledger.domain.values.quantity import Quantity
from armsledger.exchange.dossiers.yaml import Node
from armsledger.exchange.spreadsheets.column import Column, Text
from armsledger.exchange.spreadsheets.condition_reader import ConditionReader
from armsledger.exchange.spreadsheets.date import DateOrder, Precision
from armsledger.exchange.spreadsheets.date_parts import PARTS, DateParts
from armsledger.exchange.spreadsheets.fields import KEYS, is_several, kind_within, takes
from armsledger.exchange.spreadsheets.number import Mark, Scale, factor
from armsledger.exchange.spreadsheets.pattern import Pattern
from armsledger.exchange.spreadsheets.value import Condition, Constant, Listed, Nested, Takes, Value

PLACEHOLDER = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
KEY_FIELDS = frozenset({"deal", "engagement", "framework", "source", "key"})
"""Fields that name a stream, in which cells become parts of a key."""
OPTIONS: Mapping[str, frozenset[Takes]] = {
    "unit": frozenset({Takes.QUANTITY}),
    "currency": frozenset({Takes.MONEY}),
    "multiply": frozenset({Takes.MONEY, Takes.QUANTITY, Takes.NUMBER, Takes.SHARE}),
    "precision": frozenset({Takes.DATE}),
    "dates": frozenset({Takes.DATE}),
    "approximate": frozenset({Takes.DATE, Takes.MONEY, Takes.QUANTITY}),
}
"""What columns of some fields may have."""
NO_FIELDS = frozenset({"when", "each", "group"})
"""Keys of an entry that say which rows it is made of."""
COLUMN_KEYS = ("column", "values", "default", "split", "pattern", *OPTIONS)
DATES: Mapping[str, DateOrder] = {word: word for word in get_args(DateOrder)}
MARKS: Mapping[str, Mark] = {word: word for word in get_args(Mark)}
PRECISIONS: Mapping[str, Precision] = {word: word for word in get_args(Precision)}


class Style(NamedTuple):
    """How dates and numbers are written in the whole sheet (None: the mapping does not say), and the longest keys."""

    dates: DateOrder | None
    decimal: Mark | None
    longest_key: int = LONGEST_KEY


class ValueReader(ConditionReader):
    """Reads the values of one entry; ``columns_of`` holds the column of each path that is filled from one."""

    def __init__(self, name: str, event: type[Statement], style: Style) -> None:
        super().__init__(name)
        self._event = event
        self._style = style
        self.columns_of: dict[str, str] = {}

    def values(self, node: Node) -> dict[str, Value]:
        """The values of all fields that have one; raises UnknownField and UnreadableDossier."""
        for name, line, _ in node.named_parts():
            self._check_name(name, line)
        parts = [
            (name, part) for name, _, part in node.named_parts() if name not in NO_FIELDS and part.value is not None
        ]
        return {name: self._field(name, part) for name, part in parts}

    def _check_name(self, name: str, line: int) -> None:
        if name in KEYS:
            return
        try:
            check_field_names(self._event, [name])
        except LedgerError as error:
            raise error.at(f"{self.name}:{line}") from None

    def _field(self, name: str, node: Node) -> Value:
        if name in KEY_FIELDS:
            value = self._value(node, name, Takes.TEXT)
            if isinstance(value, Text):
                return value._replace(is_key=True, longest=self._style.longest_key)
            if isinstance(value, Column) and name != "source":  # which may be blank
                return value._replace(is_key=True)
            return value
        can_split = is_several(self._event, name)
        return self._value(node, name, takes(self._event, name), kind_within(self._event, name), can_split=can_split)

    def _value(
        self,
        node: Node,
        path: str,
        wanted: Takes,
        kind: type | None = None,
        *,
        can_split: bool = False,
    ) -> Value:
        """What a part of the mapping takes from a row; ``kind`` is the type of the mappings in its place."""
        if isinstance(node.value, str):
            return self._text_value(node, path)
        if isinstance(node.parts, dict) and "column" in node.parts:
            return self._column(node, path, wanted, can_split=can_split)
        if wanted is Takes.DATE and isinstance(node.parts, dict) and "year" in node.parts:
            return self._date_parts(node, path)
        if not isinstance(node.parts, dict | list):
            return Constant(node.value)
        parts = {
            name: self._inner(part, path, name, wanted, kind, is_item=isinstance(node.parts, list))
            for name, _, part in node.named_parts()
            if part.value is not None
        }
        if all(isinstance(part, Constant) for part in parts.values()):
            return Constant(node.value)
        if isinstance(node.parts, list):
            return Listed(tuple(parts.values()))
        return Nested(parts, is_kept=path == "what")

    def _inner(self, node: Node, path: str, name: str, wanted: Takes, kind: type | None, *, is_item: bool) -> Value:
        """An item of a list, or a part of a mapping."""
        if is_item:
            return self._value(node, f"{path}.{name}", wanted, kind)
        inner = Takes.TEXT if kind is None else takes(kind, name)
        return self._value(node, f"{path}.{name}", inner, kind_within(kind, name))

    def key_text(self, node: Node) -> Text:
        """A text with cells in it, which names a row; raises UnreadableDossier."""
        value = self._text_value(node, "key")
        if not isinstance(value, Text):
            raise self.refusal(node, f"no cell is in the key {quoted(node.value)}", "write key: ${Name of the column}")
        return value

    def _text_value(self, node: Node, path: str) -> Value:
        """A constant, or a text with placeholders."""
        text: str = node.value
        if "${" not in text:
            return Constant(text)
        parts: list[str | Column] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
            parts.append("${" if match[1] is None else Column(self._column_name(match[1], node)))
        parts.append(text[end:])
        if "${" in PLACEHOLDER.sub("", text):
            raise self.refusal(
                node,
                f"a placeholder in {quoted(text)} is not closed",
                "write ${Name of the column}, and $${ for these two signs themselves",
            )
        columns = [part.column for part in parts if isinstance(part, Column)]
        if not columns:
            return Constant("".join(part for part in parts if isinstance(part, str)))
        self.columns_of[path] = columns[0]
        return Text(tuple(part for part in parts if part))

    def _column(self, node: Node, path: str, wanted: Takes, *, can_split: bool) -> Column:
        parts = self.parts(node, COLUMN_KEYS, "a column", "write {column: NAME}")
        self._check_options(parts, path, wanted, can_split=can_split)
        _, named = node.part("column")
        column = self._column_name(self.text(named), named)
        self.columns_of[path] = column
        return Column(
            column,
            takes=wanted,
            values=self._translations(parts.get("values")),
            default=self.optional(parts.get("default")),
            split=self.optional(parts.get("split")),
            unit=self._unit(parts.get("unit"), f"{path}.unit"),
            currency=self._currency(parts.get("currency"), f"{path}.currency"),
            scale=Scale(self._style.decimal, self._factor(parts.get("multiply"))),
            dates=self.choice(parts.get("dates"), "dates", DATES) or self._style.dates,
            precision=self.choice(parts.get("precision"), "precision", PRECISIONS) or "day",
            patterns=tuple(self._patterns(parts.get("pattern"))),
            approximate=self._approximate(parts.get("approximate")),
        )

    def _date_parts(self, node: Node, path: str) -> DateParts:
        """A date of several columns."""
        example = "write {year: {column: NAME}, month: {column: NAME}}, with month or quarter, and day"
        parts = self.parts(node, (*PARTS, "approximate"), "a date", example)
        if "year" not in parts or ("quarter" in parts and ("month" in parts or "day" in parts)):
            raise self.refusal(node, "a date has a year, and a month or a quarter, and a day of a month", example)
        if "day" in parts and "month" not in parts:
            raise self.refusal(node, "a date with a day has a month too", example)
        values = {name: self._value(parts[name], f"{path}.{name}", Takes.TEXT) for name in PARTS if name in parts}
        columns = [column for value in values.values() for column in value.columns]
        if columns:
            self.columns_of[path] = columns[0]
        return DateParts(**values, approximate=self._approximate(parts.get("approximate")))

    def _patterns(self, node: Node | None) -> Iterator[Pattern]:
        for text in self.texts(node, "pattern"):
            try:
                yield Pattern.parse(text)
            except ValueError:
                assert node is not None
                raise self.refusal(
                    node,
                    f"the pattern {quoted(text)} does not name one part of the cell",
                    "write the text around it, as in pattern: until ${date}; * stands for any text",
                ) from None

    def _approximate(self, node: Node | None) -> Condition | None:
        return None if node is None else self.condition(node, "approximate")

    def _check_options(self, parts: Mapping[str, Node], path: str, wanted: Takes, *, can_split: bool) -> None:
        """Refuse options without effect."""
        for name, takers in OPTIONS.items():
            if name in parts and wanted not in takers:
                others = " or ".join(taker.value for taker in Takes if taker in takers)
                message = f"{name} belongs to {others}, and {path} takes {wanted.value}"
                raise self.refusal(parts[name], message, f"leave {name} out")
        if "split" in parts and not can_split:
            message = f"split belongs to a field that takes a list, and {path} takes one value"
            raise self.refusal(parts["split"], message, "leave split out")

    def _translations(self, node: Node | None) -> dict[str, str | None]:
        if node is None:
            return {}
        if not isinstance(node.parts, dict):
            raise self.refusal(node, "values is not a mapping", "write values: {CELL: VALUE}")
        return {name.strip().casefold(): self.optional(part) for name, _, part in node.named_parts()}

    def _unit(self, node: Node | None, path: str) -> Value:
        value = self._companion(node, path)
        if node is not None and isinstance(value, Constant) and not _is_unit(value.value):
            raise self.refusal(node, f"{quoted(value.value)} is no unit", "write what is counted, such as tanks")
        return value

    def _currency(self, node: Node | None, path: str) -> Value:
        value = self._companion(node, path)
        if node is not None and isinstance(value, Constant) and MONEY.fullmatch(f"{value.value} 1") is None:
            raise self.refusal(node, f"{quoted(value.value)} is no currency", "write its code, such as USD")
        return value

    def _companion(self, node: Node | None, path: str) -> Value:
        """A unit or currency: a text, or a column of its own."""
        if node is None:
            return Constant("")
        value = self._value(node, path, Takes.TEXT)
        if isinstance(value, Constant) and not isinstance(value.value, str):
            message = f"{path.rpartition('.')[2]} is neither a text nor a column"
            raise self.refusal(node, message, "write a text, or {column: NAME}")
        return value

    def _factor(self, node: Node | None) -> Decimal | None:
        text = self.optional(node)
        if node is None or text is None:
            return None
        number = factor(text)
        if number is None:
            raise self.refusal(
                node,
                f"cannot multiply by {quoted(text)}",
                "write a number such as 1000, or thousand, million, billion, lakh or crore",
            )
        return number

    def _column_name(self, text: str, node: Node) -> str:
        name = " ".join(text.split())
        if not name:
            raise self.refusal(node, "a column without a name", "write {column: NAME} or ${NAME}")
        return name


def _is_unit(text: str) -> bool:
    try:
        TypeAdapter(Quantity).validate_python(f"1 {text}")
    except ValidationError:
        return False
    return True
