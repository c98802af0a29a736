"""Reads what a template of a mapping gives the fields of its event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from armsledger.domain.errors import LedgerError
from armsledger.domain.events.statement import Statement
from armsledger.domain.proposal import check_field_names
from armsledger.domain.values.money import FORM as MONEY
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.domain.values.stream import StreamKind
from armsledger.exchange.dossiers.yaml import Node, refusal
from armsledger.exchange.spreadsheets.catalogue import KEYS, is_several, takes
from armsledger.exchange.spreadsheets.date import DateOrder, Precision
from armsledger.exchange.spreadsheets.number import Mark, Scale, factor
from armsledger.exchange.spreadsheets.value import Column, Constant, Key, KeyCell, Listed, Nested, Takes, Text, Value

PLACEHOLDER = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
KEY_FIELDS = frozenset({"deal", "engagement", "framework", "source", "key"})
"""Fields that name a stream, in which cells are made parts of a key."""
OPTIONS: Mapping[str, frozenset[Takes]] = {
    "unit": frozenset({Takes.QUANTITY}),
    "currency": frozenset({Takes.MONEY}),
    "multiply": frozenset({Takes.MONEY, Takes.QUANTITY, Takes.NUMBER, Takes.SHARE}),
    "precision": frozenset({Takes.DATE}),
}
"""What belongs to columns of some fields only."""
COLUMN_KEYS = ("column", "values", "default", "split", *OPTIONS)


class Style(NamedTuple):
    """How dates and numbers are written in the whole sheet; None where that is not said."""

    dates: DateOrder | None
    decimal: Mark | None


class TemplateValues:
    """Reads the values of one template; ``columns_of`` tells the column of each path that is read from one."""

    def __init__(self, name: str, kind: StreamKind, event: type[Statement], style: Style) -> None:
        self._name = name
        self._kind = kind
        self._event = event
        self._style = style
        self.columns_of: dict[str, str] = {}

    def read(self, node: Node) -> dict[str, Value]:
        """The values of all fields that are given any; raises UnknownField and UnreadableDossier."""
        for name, line, _ in node.named_parts():
            self._check_name(name, line)
        given = ((name, part) for name, _, part in node.named_parts() if name != "when" and part.value is not None)
        return {name: self._field(name, part) for name, part in given}

    def _check_name(self, name: str, line: int) -> None:
        if name in KEYS:
            return
        try:
            check_field_names("", self._event, [name])
        except LedgerError as error:
            raise error.at(f"{self._name}:{line}") from None

    def _field(self, name: str, node: Node) -> Value:
        if name in KEY_FIELDS:
            value = self._value(node, name, Takes.TEXT, can_split=False)
            if isinstance(value, Column) and name != "source":  # which an entry may do without
                return KeyCell(value)
            return Key(value) if isinstance(value, Text) else value
        return self._value(node, name, takes(self._event, name), can_split=is_several(self._event, name))

    def _value(self, node: Node, path: str, wanted: Takes, *, can_split: bool) -> Value:
        if isinstance(node.value, str):
            return self._text(node, path)
        if isinstance(node.parts, dict) and "column" in node.parts:
            return self._column(node, path, wanted, can_split=can_split)
        if not isinstance(node.parts, dict | list):
            return Constant(node.value)
        inner = Takes.TEXT if isinstance(node.parts, dict) else wanted
        parts = {
            name: self._value(part, f"{path}.{name}", inner, can_split=False)
            for name, _, part in node.named_parts()
            if part.value is not None
        }
        if all(isinstance(part, Constant) for part in parts.values()):
            return Constant(node.value)
        if isinstance(node.parts, list):
            return Listed(tuple(parts.values()))
        return Nested(parts, is_kept=path == "what")

    def _text(self, node: Node, path: str) -> Value:
        """A constant, or text with placeholders."""
        text: str = node.value
        if "${" not in text:
            return Constant(text)
        parts: list[str | Column] = []
        end = 0
        for found in PLACEHOLDER.finditer(text):
            parts.append(text[end : found.start()])
            end = found.end()
            parts.append("${" if found[1] is None else Column(self._column_name(found[1], node)))
        parts.append(text[end:])
        if "${" in PLACEHOLDER.sub("", text):
            raise refusal(
                f"a placeholder in {quoted(text)} is not closed",
                "write ${Name of the column}, and $${ for these two signs themselves",
                self._name,
                node.line,
            )
        told = tuple(part for part in parts if part)
        columns = [part.column for part in told if isinstance(part, Column)]
        if not columns:
            return Constant("".join(part for part in told if isinstance(part, str)))
        self.columns_of[path] = columns[0]
        return Text(told)

    def _column(self, node: Node, path: str, wanted: Takes, *, can_split: bool) -> Column:
        parts = self._known_parts(node)
        self._check_options(parts, path, wanted, can_split=can_split)
        column = self._column_name(self._plain(parts["column"]), parts["column"])
        self.columns_of[path] = column
        return Column(
            column,
            takes=wanted,
            values=self._translations(parts.get("values")),
            default=self._optional(parts.get("default")),
            split=self._optional(parts.get("split")),
            unit=self._companion(parts.get("unit"), f"{path}.unit"),
            currency=self._companion(parts.get("currency"), f"{path}.currency"),
            scale=Scale(self._style.decimal, self._factor(parts.get("multiply"))),
            dates=self._style.dates,
            precision=self._precision(parts.get("precision")),
        )

    def _known_parts(self, node: Node) -> dict[str, Node]:
        for name, line, _ in node.named_parts():
            if name not in COLUMN_KEYS:
                close = get_close_matches(shortened(name), COLUMN_KEYS, n=1)
                raise refusal(
                    f"a column has no key {quoted(name)}",
                    f"did you mean {close[0]!r}?" if close else f"its keys are {', '.join(COLUMN_KEYS)}",
                    self._name,
                    line,
                )
        return {name: part for name, _, part in node.named_parts() if part.value is not None or name == "column"}

    def _check_options(self, parts: Mapping[str, Node], path: str, wanted: Takes, *, can_split: bool) -> None:
        """Refuse what would do nothing."""
        for name, takers in OPTIONS.items():
            if name in parts and wanted not in takers:
                others = " or ".join(taker.value for taker in Takes if taker in takers)
                raise refusal(
                    f"{name} belongs to {others}, and {path} takes {wanted.value}",
                    f"leave {name} out",
                    self._name,
                    parts[name].line,
                )
        if "split" in parts and not can_split:
            raise refusal(
                f"split belongs to a field that takes a list, and {path} takes one value",
                "leave split out",
                self._name,
                parts["split"].line,
            )

    def _translations(self, node: Node | None) -> dict[str, str | None]:
        if node is None:
            return {}
        if not isinstance(node.parts, dict):
            raise refusal("values is not a mapping", "write values: {CELL: VALUE}", self._name, node.line)
        return {
            name.strip().casefold(): None if part.value is None else self._plain(part)
            for name, _, part in node.named_parts()
        }

    def _companion(self, node: Node | None, path: str) -> Value:
        """A unit or currency: a text, or a column of its own."""
        if node is None:
            return Constant("")
        value = self._value(node, path, Takes.TEXT, can_split=False)
        if isinstance(value, Constant) and not isinstance(value.value, str):
            raise refusal(
                f"{path.rpartition('.')[2]} is neither a text nor a column",
                "write a text, or {column: NAME}",
                self._name,
                node.line,
            )
        self._check_companion(value, path.rpartition(".")[2], node)
        return value

    def _check_companion(self, value: Value, name: str, node: Node) -> None:
        """Refuse a constant that is no currency or no unit."""
        if not isinstance(value, Constant):
            return
        text = value.value
        if name == "currency" and MONEY.fullmatch(f"{text} 1") is None:
            raise refusal(f"{quoted(text)} is no currency", "write its code, such as USD", self._name, node.line)
        if name == "unit" and not _is_unit(text):
            raise refusal(f"{quoted(text)} is no unit", "write what is counted, such as tanks", self._name, node.line)

    def _factor(self, node: Node | None) -> Decimal | None:
        if node is None:
            return None
        text = self._plain(node)
        found = factor(text)
        if found is None:
            raise refusal(
                f"cannot multiply by {quoted(text)}",
                "write a number such as 1000, or thousand, million, billion, lakh or crore",
                self._name,
                node.line,
            )
        return found

    def _precision(self, node: Node | None) -> Precision:
        text = "day" if node is None else self._plain(node)
        found: Precision | None = next((word for word in get_args(Precision) if word == text), None)
        if found is None:
            raise refusal(
                f"precision cannot be {quoted(text)}",
                "it is one of year, month, day",
                self._name,
                1 if node is None else node.line,
            )
        return found

    def _optional(self, node: Node | None) -> str | None:
        return None if node is None else self._plain(node)

    def _column_name(self, text: str, node: Node) -> str:
        name = " ".join(text.split())
        if not name:
            raise refusal("a column without a name", "write {column: NAME} or ${NAME}", self._name, node.line)
        return name

    def _plain(self, node: Node) -> str:
        if not isinstance(node.value, str):
            raise refusal("a text is missing here", "write a text", self._name, node.line)
        return node.value


def _is_unit(text: str) -> bool:
    try:
        TypeAdapter(Quantity).validate_python(f"1 {text}")
    except ValidationError:
        return False
    return True
