"""Mappings: YAML that says how the rows of a sheet become entries (docs/spreadsheets.md)."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from armsledger.domain.errors import LedgerError, Refused, quoted
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement
from armsledger.domain.limits import LONGEST_KEY, MAPPING_BYTES
from armsledger.domain.values.stream import StreamKind
from armsledger.exchange.dossiers.lines import place_of
from armsledger.exchange.dossiers.objects import OF_A_SOURCE
from armsledger.exchange.dossiers.yaml import Node, NodeLines, read_yaml, refusal
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import whole_text
from armsledger.exchange.slug import slug
from armsledger.exchange.spreadsheets.column import Column, Text
from armsledger.exchange.spreadsheets.each_reader import Each, EachReader
from armsledger.exchange.spreadsheets.fields import check_fields, event_of
from armsledger.exchange.spreadsheets.value import Condition, Value
from armsledger.exchange.spreadsheets.value_reader import DATES, MARKS, Style, ValueReader

READING = ("sheet", "skip", "header", "delimiter", "encoding", "dates", "decimal", "nulls", "fill_down")
SETTINGS = (*READING, "longest_key", "leftovers", "set_aside", "name", "key")
SECTIONS = ("sources", "entries")
STREAMS: tuple[StreamKind, ...] = ("deal", "engagement", "framework")
DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
HEADER = {"none": False}
LEFTOVERS = {"skip": False, "refuse": True}
SHORTEST_LIMIT = 20
LONGEST_TITLE = 40
LONGEST_ROW_KEY = 80
"""The id of an entry holds both, and the name of its event."""
MOST_SKIPPED = 1_000_000
BEGIN = "begin with 'entries:' and a list of what each row tells, or let 'armsledger template' write a mapping"
WRITE_FIELDS = "write its fields as KEY: VALUE behind the '- '"


class EntryMapping(NamedTuple):
    """One source or entry that rows become, and the lines of the mapping that it stands on.

    ``columns_of`` names the column that a field is filled from, by the field's path. Rows that agree in the columns of
    ``group`` become one entry. ``label`` tells it from the other entries of a row, whatever their order.
    """

    section: str
    kind: StreamKind
    event: type[Statement]
    values: Mapping[str, Value]
    when: tuple[Condition, ...]
    lines: Mapping[str, int]
    columns_of: Mapping[str, str]
    group: tuple[str, ...] = ()
    label: str = ""

    @property
    def columns(self) -> Iterator[tuple[str, str]]:
        """The columns it reads, each with the field that it is read for."""
        yield from ((column, name) for name, value in self.values.items() for column in value.columns)
        rows = "when" if "when" in self.lines else "each"
        yield from ((column, rows) for condition in self.when for column in condition.columns)
        yield from ((column, "group") for column in self.group)

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for all rows, and so becomes one entry."""
        return not any(True for _ in self.columns)


class SheetMapping(NamedTuple):
    """How a sheet is written, and what its rows become.

    ``refuses_leftovers`` if a row or cell that no entry takes is refused. Otherwise such rows are reported, and such
    cells ignored. Rows that cannot be taken go to the file ``set_aside``. With a ``key``, rows are known again by
    it, in the sheet that is called ``title``.
    """

    name: str
    sheets: tuple[str, ...]
    skip: int
    delimiter: str | None
    encoding: str
    nulls: frozenset[str]
    refuses_leftovers: bool
    entries: tuple[EntryMapping, ...]
    has_header: bool = True
    fill_down: tuple[str, ...] = ()
    line_of_fill: int = 1
    set_aside: str | None = None
    title: str = ""
    key: Text | None = None
    line_of_key: int = 1

    def columns(self) -> dict[str, int]:
        """The columns that it reads, each with the line that names it first."""
        lines: dict[str, int] = {}
        for entry in self.entries:
            for column, path in entry.columns:
                lines.setdefault(column, entry.lines[path])
        for column in self.fill_down:
            lines.setdefault(column, self.line_of_fill)
        for column in () if self.key is None else self.key.columns:
            lines.setdefault(column, self.line_of_key)
        return lines


def read_mapping_file(path: Path) -> SheetMapping:
    """The mapping in a file; raises UnreadableDossier, and what `read_mapping` raises."""
    try:
        with path.open("rb") as file:
            text = whole_text(file, str(path), MAPPING_BYTES, "name a mapping")
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    return read_mapping(text, str(path))


def read_mapping(text: str, name: str) -> SheetMapping:
    """The mapping of a YAML text; raises UnreadableDossier, UnknownEvent, UnknownField, MissingField, UnreadableValue.

    ``name`` is what errors call the file.
    """
    return _MappingReader(name).mapping(read_yaml(text, name))


class _MappingReader(EachReader):
    """Reads one mapping."""

    def mapping(self, root: Node | None) -> SheetMapping:
        """The whole mapping."""
        if root is None or root.value is None:
            raise refusal("the mapping is empty", BEGIN, self.name, 1)
        parts = self.parts(root, (*SETTINGS, *SECTIONS), "the mapping", BEGIN)
        style = Style(
            self.choice(parts.get("dates"), "dates", DATES),
            self.choice(parts.get("decimal"), "decimal", MARKS),
            self._longest_key(parts.get("longest_key")),
        )
        entries = (
            *(self._source(node, style) for node in self.items(parts.get("sources"), "sources")),
            *(
                self._entry(node, style, each)
                for item in self.items(parts.get("entries"), "entries")
                for node, each in self.repeated(item)
            ),
        )
        if "key" in parts and any("id" in entry.values for entry in entries):
            raise self.refusal(parts["key"], "key makes the ids of entries", "leave id out, or key")
        if all(entry.is_constant for entry in entries):
            raise self.refusal(root, "the mapping makes nothing of the rows", BEGIN)
        return SheetMapping(
            name=self.name,
            sheets=tuple(self.texts(parts.get("sheet"), "sheet")),
            skip=self._skip(parts.get("skip")),
            delimiter=self.choice(parts.get("delimiter"), "delimiter", DELIMITERS),
            encoding=self._encoding(parts.get("encoding")),
            nulls=frozenset(text.strip().casefold() for text in self.texts(parts.get("nulls"), "nulls")),
            refuses_leftovers=bool(self.choice(parts.get("leftovers"), "leftovers", LEFTOVERS)),
            entries=tuple(_labelled(entries)),
            has_header=self.choice(parts.get("header"), "header", HEADER) is not False,
            fill_down=tuple(" ".join(text.split()) for text in self.texts(parts.get("fill_down"), "fill_down")),
            line_of_fill=parts["fill_down"].line if "fill_down" in parts else 1,
            set_aside=self.optional(parts.get("set_aside")),
            title=self._title(parts),
            key=self._key(parts.get("key"), style),
            line_of_key=parts["key"].line if "key" in parts else 1,
        )

    def _source(self, node: Node, style: Style) -> EntryMapping:
        parts = self.parts(node, None, "a source", WRITE_FIELDS)
        if "key" not in parts:
            raise self.refusal(node, "the source has no key", "add key, such as key: sipri-2025 or key: ${Source}")
        return self._mapped("sources", "source", Registered, node, style, None)

    def _entry(self, node: Node, style: Style, each: Each | None) -> EntryMapping:
        parts = self.parts(node, None, "an entry", WRITE_FIELDS)
        name = parts.get("event")
        if name is None:
            raise self.refusal(node, "the entry names no event", "add event, such as event: delivered")
        line, _ = node.part("event")
        if not isinstance(name.value, str) or "${" in name.value:
            raise refusal(
                "the event is not the same for all rows",
                "write one entry for each event, and choose its rows by when: {column: NAME, is: TEXT}",
                self.name,
                line,
            )
        kind = self._kind(parts, name.value, node)
        try:
            event = event_of(kind, name.value)
        except Refused as error:
            raise error.at(f"{self.name}:{line}") from None
        return self._mapped("entries", kind, event, node, style, each)

    def _kind(self, parts: Mapping[str, Node], event: str, node: Node) -> StreamKind:
        """The kind of stream that an entry belongs to."""
        kinds = [kind for kind in STREAMS if kind in parts]
        if len(kinds) > 1:
            raise self.refusal(
                node,
                f"the entry names two streams, by {kinds[0]} and by {kinds[1]}",
                "an entry belongs to one stream: leave one of them out",
            )
        if kinds:
            return kinds[0]
        if event in OF_A_SOURCE and "source" in parts:
            return "source"
        raise self.refusal(
            node,
            "the entry names no stream",
            "add deal, engagement or framework with a key, such as deal: ${Buyer}-${Weapon} or deal: {column: Deal}",
        )

    def _mapped(
        self, section: str, kind: StreamKind, event: type[Statement], node: Node, style: Style, each: Each | None
    ) -> EntryMapping:
        lines = NodeLines(node)
        reader = ValueReader(self.name, event, style)
        values = reader.values(node)
        when = (*self._conditions(node), *(() if each is None else [each.condition]))
        try:
            check_fields(kind, event, values)
        except LedgerError as error:
            raise error.at(place_of(self.name, lines, error.field if isinstance(error, Refused) else "")) from None
        group = tuple(" ".join(text.split()) for text in self._group(node))
        label = event.name if each is None else f"{event.name}.{slug(each.header)}"
        return EntryMapping(section, kind, event, values, when, lines, reader.columns_of, group, label)

    def _group(self, node: Node) -> list[str]:
        if "group" not in node.value:
            return []
        return self.texts(node.part("group")[1], "group")

    def _conditions(self, node: Node) -> Iterator[Condition]:
        if "when" not in node.value or node.value["when"] is None:
            return
        _, when = node.part("when")
        for condition in when.parts if isinstance(when.parts, list) else [when]:
            yield self.condition(condition)

    def _title(self, parts: Mapping[str, Node]) -> str:
        """The name of the sheet, by which its rows are told from those of others."""
        text = self.optional(parts.get("name"))
        if text is None:
            if "key" in parts:
                remedy = "add name: and what the sheet is called for good, such as name: contracts"
                raise self.refusal(parts["key"], "key is given, and the sheet has no name", remedy)
            return ""
        if "key" not in parts:
            remedy = "add key: and the columns that identify a row, or leave name out"
            raise self.refusal(parts["name"], "name is given without a key", remedy)
        if not slug(text) or len(slug(text)) > LONGEST_TITLE:
            raise self.refusal(parts["name"], f"{quoted(text)} is no name", "write a word or two, such as contracts")
        return slug(text)

    def _key(self, node: Node | None, style: Style) -> Text | None:
        """What identifies a row: a text with cells in it, or the columns one after another."""
        if node is None:
            return None
        if isinstance(node.value, str) and "${" in node.value:
            value = ValueReader(self.name, Registered, style).key_text(node)
        else:
            columns = [Column(" ".join(text.split())) for text in self.texts(node, "key")]
            value = Text(tuple(part for column in columns for part in (column, "-"))[:-1])
        return value._replace(is_key=True, longest=LONGEST_ROW_KEY)

    def _longest_key(self, node: Node | None) -> int:
        text = self.optional(node)
        if node is None or text is None:
            return LONGEST_KEY
        if not (text.isascii() and text.isdecimal() and SHORTEST_LIMIT <= int(text[:9]) <= LONGEST_KEY):
            remedy = f"write a number from {SHORTEST_LIMIT} to {LONGEST_KEY}"
            raise self.refusal(node, f"longest_key cannot be {quoted(text)}", remedy)
        return int(text)

    def _skip(self, node: Node | None) -> int:
        text = self.optional(node)
        if node is None or text is None:
            return 0
        if not (text.isascii() and text.isdecimal() and len(text) < 8 and int(text) <= MOST_SKIPPED):
            raise self.refusal(node, f"skip cannot be {quoted(text)}", "write how many lines stand above the header")
        return int(text)

    def _encoding(self, node: Node | None) -> str:
        text = self.optional(node)
        if node is None or text is None:
            return "utf-8-sig"
        try:
            codec = codecs.lookup(text)
            if codec.name not in ("utf-16", "utf-32"):
                b"a".decode(text)  # some codecs of Python are not of text
        except (LookupError, ValueError):
            raise self.refusal(
                node,
                f"there is no encoding {quoted(text)} of text",
                "write utf-8, latin-1, windows-1252 or another that Python knows",
            ) from None
        return "utf-8-sig" if codec.name == "utf-8" else codec.name


def _labelled(entries: Iterable[EntryMapping]) -> Iterator[EntryMapping]:
    """The entries with labels that differ: a second one of an event is numbered."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.label] += 1
        yield entry if seen[entry.label] == 1 else entry._replace(label=f"{entry.label}.{seen[entry.label]}")
