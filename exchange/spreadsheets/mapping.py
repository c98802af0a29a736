"""Mappings: YAML that says how the rows of a sheet become entries (docs/spreadsheets.md)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, TypeVar, get_args

from armsledger.domain.errors import LedgerError, Refused
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.domain.values.stream import StreamKind
from armsledger.exchange.dossiers.objects import OF_A_SOURCE
from armsledger.exchange.dossiers.yaml import Node, NodeLines, read_yaml, refusal
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import whole_text
from armsledger.exchange.spreadsheets.catalogue import check_fields, event_of
from armsledger.exchange.spreadsheets.date import DateOrder
from armsledger.exchange.spreadsheets.fields import Style, TemplateValues
from armsledger.exchange.spreadsheets.number import Mark
from armsledger.exchange.spreadsheets.value import Condition, Value

SETTINGS = ("sheet", "skip", "delimiter", "encoding", "dates", "decimal", "nulls", "leftovers")
SECTIONS = ("sources", "entries")
STREAMS = ("deal", "engagement", "framework")
DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
CONDITION = ("column", "is", "not", "present")
LEFTOVERS = {"skip": False, "refuse": True}
TRUTH = {"true": True, "false": False}
MAX_BYTES = 4 * 1024 * 1024
MOST_SKIPPED = 1_000_000
BEGIN = "begin with 'entries:' and a list of what each row tells, or let 'armsledger template' write a mapping"
T = TypeVar("T")


class Template(NamedTuple):
    """One source or entry that rows become, and the lines of the mapping that it stands on."""

    section: str
    kind: StreamKind
    event: type[Statement]
    values: Mapping[str, Value]
    when: tuple[Condition, ...]
    lines: Mapping[str, int]
    columns_of: Mapping[str, str]
    """The column that a field is filled from, by the field's path."""

    @property
    def columns(self) -> Iterator[tuple[str, str]]:
        """The columns it reads, each with the field that it is read for."""
        yield from ((column, name) for name, value in self.values.items() for column in value.columns)
        yield from ((condition.column, "when") for condition in self.when)

    @property
    def is_constant(self) -> bool:
        """Whether it says the same for all rows, and so is said once."""
        return not any(True for _ in self.columns)


class SheetMapping(NamedTuple):
    """How a sheet is written, and what its rows become."""

    name: str
    sheets: tuple[str, ...]
    skip: int
    delimiter: str | None
    encoding: str
    nulls: frozenset[str]
    refuses_leftovers: bool
    """Whether a row or cell is refused that no entry takes; else such rows are told of, and such cells left out."""
    templates: tuple[Template, ...]

    def columns(self) -> dict[str, int]:
        """The columns that it reads, each with the line that names it first."""
        lines: dict[str, int] = {}
        for template in self.templates:
            for column, path in template.columns:
                lines.setdefault(column, template.lines[path])
        return lines


def read_mapping(text: str, name: str) -> SheetMapping:
    """The mapping of a YAML text; raises UnreadableDossier, UnknownEvent, UnknownField, MissingField, UnreadableValue.

    ``name`` is what errors call the file.
    """
    return _Reader(name).mapping(read_yaml(text, name))


class _Reader:
    """Reads one mapping."""

    def __init__(self, name: str) -> None:
        self._name = name

    def mapping(self, root: Node | None) -> SheetMapping:
        """The whole of it."""
        if root is None or root.value is None:
            raise refusal("the mapping is empty", BEGIN, self._name, 1)
        parts = self._parts(root, (*SETTINGS, *SECTIONS), "the mapping", BEGIN)
        style = Style(
            self._choice(parts.get("dates"), "dates", {word: word for word in get_args(DateOrder)}),
            self._choice(parts.get("decimal"), "decimal", {word: word for word in get_args(Mark)}),
        )
        sources = [self._source(node, style) for node in self._list(parts.get("sources"), "sources")]
        entries = [self._entry(node, style) for node in self._list(parts.get("entries"), "entries")]
        if all(template.is_constant for template in (*sources, *entries)):
            raise refusal("the mapping makes nothing of the rows", BEGIN, self._name, root.line)
        return SheetMapping(
            name=self._name,
            sheets=tuple(self._texts(parts.get("sheet"), "sheet")),
            skip=self._count(parts.get("skip")),
            delimiter=self._choice(parts.get("delimiter"), "delimiter", DELIMITERS),
            encoding=self._encoding(parts.get("encoding")),
            nulls=frozenset(text.strip().casefold() for text in self._texts(parts.get("nulls"), "nulls")),
            refuses_leftovers=bool(self._choice(parts.get("leftovers"), "leftovers", LEFTOVERS)),
            templates=(*sources, *entries),
        )

    def _source(self, node: Node, style: Style) -> Template:
        parts = self._parts(node, None, "a source", "write its fields as KEY: VALUE behind the '- '")
        if "key" not in parts:
            raise refusal(
                "the source has no key",
                "add key, such as key: sipri-2025 or key: ${Source}",
                self._name,
                node.line,
            )
        return self._template("sources", "source", Registered, node, style)

    def _entry(self, node: Node, style: Style) -> Template:
        parts = self._parts(node, None, "an entry", "write its fields as KEY: VALUE behind the '- '")
        event = parts.get("event")
        if event is None:
            raise refusal("the entry names no event", "add event, such as event: delivered", self._name, node.line)
        if not isinstance(event.value, str) or "${" in event.value:
            raise refusal(
                "the event is not the same for all rows",
                "write one entry for each event, and choose its rows by when: {column: NAME, is: TEXT}",
                self._name,
                node.part("event")[0],
            )
        kind = self._kind(parts, event.value, node)
        try:
            found = event_of(kind, event.value)
        except Refused as error:
            raise error.at(f"{self._name}:{node.part('event')[0]}") from None
        return self._template("entries", kind, found, node, style)

    def _kind(self, parts: Mapping[str, Node], event: str, node: Node) -> StreamKind:
        """The kind of stream that an entry belongs to."""
        named = [kind for kind in STREAMS if kind in parts]
        if len(named) > 1:
            raise refusal(
                f"the entry names two streams, by {named[0]} and by {named[1]}",
                "an entry belongs to one stream: leave one of them out",
                self._name,
                node.line,
            )
        if named:
            return named[0]  # type: ignore[return-value]  # STREAMS are kinds
        if event in OF_A_SOURCE and "source" in parts:
            return "source"
        raise refusal(
            "the entry names no stream",
            "add deal, engagement or framework with a key, such as deal: ${Buyer}-${Weapon} or deal: {column: Deal}",
            self._name,
            node.line,
        )

    def _template(self, section: str, kind: StreamKind, event: type[Statement], node: Node, style: Style) -> Template:
        lines = NodeLines(node)
        values = TemplateValues(self._name, kind, event, style)
        read = values.read(node)
        when = tuple(self._conditions(node))
        try:
            check_fields(kind, event, read)
        except LedgerError as error:
            field = error.field if isinstance(error, Refused) else ""
            while field and field not in lines:
                field = field.rpartition(".")[0]
            raise error.at(f"{self._name}:{lines[field]}") from None
        return Template(section, kind, event, read, when, lines, values.columns_of)

    def _conditions(self, node: Node) -> Iterator[Condition]:
        if "when" not in node.value or node.value["when"] is None:
            return
        _, when = node.part("when")
        for condition in when.parts if isinstance(when.parts, list) else [when]:
            yield self._condition(condition)

    def _condition(self, node: Node) -> Condition:
        example = "write when: {column: NAME, is: TEXT}, with is, not or present"
        parts = self._parts(node, CONDITION, "a condition", example)
        column = self._text(parts.get("column"))
        tests = [name for name in ("is", "not", "present") if name in parts]
        if column is None or len(tests) != 1:
            raise refusal("a condition names one column and one of is, not, present", example, self._name, node.line)
        (test,) = tests
        name = " ".join(column.split())
        if test == "present":
            return Condition(name, None, bool(self._choice(parts[test], "present", TRUTH)))
        among = frozenset(text.strip().casefold() for text in self._texts(parts[test], test))
        return Condition(name, among, test == "is")

    def _parts(self, node: Node, known: tuple[str, ...] | None, what: str, remedy: str) -> dict[str, Node]:
        """The parts of a mapping that have a value; refuses keys that are not known."""
        if not isinstance(node.parts, dict):
            raise refusal(f"{what} is {_shape_of(node)}, not a mapping", remedy, self._name, node.line)
        for name, line, _ in node.named_parts():
            if known is not None and name not in known:
                raise refusal(
                    f"{what} has no key {quoted(name)}", suggestion(name, known, "its keys are"), self._name, line
                )
        return {name: part for name, _, part in node.named_parts() if part.value is not None}

    def _list(self, node: Node | None, what: str) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node.parts, list):
            raise refusal(
                f"{what!r} is not a list", "begin each of them with '- ' on a line of its own", self._name, node.line
            )
        return node.parts

    def _text(self, node: Node | None) -> str | None:
        if node is None or node.value is None:
            return None
        if not isinstance(node.value, str):
            raise refusal(f"{_shape_of(node)} in place of a text", "write a text", self._name, node.line)
        return node.value

    def _texts(self, node: Node | None, what: str) -> list[str]:
        """One text or a list of them."""
        if node is None:
            return []
        nodes = node.parts if isinstance(node.parts, list) else [node]
        texts = [text for part in nodes if (text := self._text(part)) is not None]
        if not texts:
            raise refusal(f"{what} is empty", f"write {what}: TEXT or leave it out", self._name, node.line)
        return texts

    def _choice(self, node: Node | None, what: str, choices: Mapping[str, T]) -> T | None:
        text = self._text(node)
        if node is None or text is None:
            return None
        if text not in choices:
            known = [word for word in choices if len(word) > 1] or list(choices)
            raise refusal(
                f"{what} cannot be {quoted(text)}", suggestion(text, known, "it is one of"), self._name, node.line
            )
        return choices[text]

    def _count(self, node: Node | None) -> int:
        text = self._text(node)
        if node is None or text is None:
            return 0
        if not (text.isascii() and text.isdecimal() and len(text) < 8 and int(text) <= MOST_SKIPPED):
            raise refusal(
                f"skip cannot be {quoted(text)}", "write how many lines stand above the header", self._name, node.line
            )
        return int(text)

    def _encoding(self, node: Node | None) -> str:
        text = self._text(node)
        if node is None or text is None:
            return "utf-8-sig"
        try:
            found = codecs.lookup(text)
            b"a".decode(text) if found.name not in ("utf-16", "utf-32") else None
        except (LookupError, ValueError):
            raise refusal(
                f"there is no encoding {quoted(text)} of text",
                "write utf-8, latin-1, windows-1252 or another that Python knows",
                self._name,
                node.line,
            ) from None
        return "utf-8-sig" if found.name == "utf-8" else found.name


def suggestion(word: str, known: tuple[str, ...] | list[str], otherwise: str) -> str:
    """The word that was probably meant, or all there are."""
    close = get_close_matches(shortened(word), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"{otherwise} {', '.join(known)}"


def _shape_of(node: Node) -> str:
    if isinstance(node.parts, list):
        return "a list"
    return "a mapping" if isinstance(node.parts, dict) else "a text"


def read_mapping_file(path: Path) -> SheetMapping:
    """The mapping in a file; raises UnreadableDossier, and what `read_mapping` raises."""
    try:
        with path.open("rb") as file:
            text = whole_text(file, str(path), MAX_BYTES, "name a mapping")
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    return read_mapping(text, str(path))
