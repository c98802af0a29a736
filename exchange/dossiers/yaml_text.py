"""YAML 1.2 as dossiers use it: every scalar is text exactly as written, and every value knows its line.

Built from the parser's events and not from ruamel.yaml's nodes, so that nothing is resolved to numbers,
dates or booleans, nothing recurses, and nesting is refused where it begins: composing 100,000 times ``[``
takes ruamel.yaml minutes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from armsledger.domain.errors import LedgerError, UnreadableDossier
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.exchange.dossiers.json_text import whole
from armsledger.exchange.dossiers.yaml_node import Node

# What is wrong with a YAML text: ruamel.yaml's findings in one sentence, with a remedy.

QUOTES = "put the text in quotes"
INDENT = "give the keys of one entry the same indentation, in blanks"

KNOWN = (
    (
        r"found character '\\t' that cannot start any token",
        "a tab where only blanks may stand",
        "indent and separate with blanks, never with tabs",
    ),
    (r"found character ['\"](.+)['\"] that cannot start any token", r"a text cannot begin with \1", QUOTES),
    (
        r"mapping values are not allowed here",
        "a ': ' inside a text, or a key that is indented deeper than its neighbours",
        f"put a text that holds ': ' in quotes, and {INDENT}",
    ),
    (
        r"sequence entries are not allowed here",
        "a '- ' where no list can begin",
        "begin a list on a line of its own, or write it as [one, two]",
    ),
    (
        r"could not find expected ':'",
        "a line without ': ' where a key is expected",
        "write KEY: VALUE, and put a text of several lines in quotes",
    ),
    (r"expected <block end>, but found .*", "the line does not fit those above it", INDENT),
    (
        r"expected ',' or '([\]}])', but got '<stream end>'",
        r"the list or mapping that begins here has no '\1'",
        "close it, or put a text that begins with [ or { in quotes",
    ),
    (
        r"expected ',' or '([\]}])', but got .*",
        r"a ',' or a '\1' is missing",
        "put a comma between the parts, and a text that holds , : [ ] { or } in quotes",
    ),
    (
        r"found unexpected (end of stream|document separator)",
        "the quote that begins here is not closed",
        "close it; an apostrophe inside '...' is doubled",
    ),
    (
        r"found unknown escape character .*|expected escape sequence of .*",
        'a backslash in "..." that begins no escape of YAML\'s',
        r"double it, as \\, or use '...', where a backslash is itself",
    ),
    (
        r"expected '<document start>', but found .*",
        "something stands outside the dossier's mapping",
        "write 'sources:' and 'entries:' at the beginning of a line, with a blank behind each colon",
    ),
    (
        r"expected alphabetic or numeric character, but found .*",
        "a text cannot begin with *, & or %",
        QUOTES,
    ),
)
"""What ruamel.yaml says, as a pattern; what is told, and the remedy. The first that fits is taken."""

REMEDY = f"{INDENT}, and put a text with special characters in quotes"
AT_THE_BEGINNING = re.compile(r"end of stream|<stream end>|document separator|could not find expected ':'")
"""Findings at the end of something that began lines earlier."""


class Mistake(NamedTuple):
    """What is wrong, the remedy, and where; line and column are counted from 1, a column of 0 is unknown."""

    message: str
    remedy: str
    line: int
    column: int


def mistake_of(error: Exception, line: int) -> Mistake:
    """What ruamel.yaml has found; ``line`` is the last that it had read, should the error not tell."""
    if not isinstance(error, MarkedYAMLError):
        return Mistake(*_unforeseen(error), line, 0)
    problem = str(error.problem or error.context or "unknown")
    mark = error.problem_mark or error.context_mark
    if AT_THE_BEGINNING.search(problem) and error.context_mark is not None:
        mark = error.context_mark
    message, remedy = _in_our_words(problem)
    where = (line, 0) if mark is None else (mark.line + 1, mark.column + 1)
    return Mistake(f"not YAML: {message}", remedy, *where)


def _in_our_words(problem: str) -> tuple[str, str]:
    for pattern, message, remedy in KNOWN:
        found = re.fullmatch(pattern, problem)
        if found is not None:
            return found.expand(message) if found.re.groups else message, remedy
    return shortened(" ".join(problem.split()), 200), REMEDY


def _unforeseen(error: Exception) -> tuple[str, str]:
    """An error of Python's that ruamel.yaml lets through, and the remedy."""
    reason = " ".join(str(error).split())
    if isinstance(error, OverflowError) or "chr()" in reason:
        return "not YAML: an escape \\U... beyond the last character of Unicode", "write the character itself"
    return f"not YAML that can be read: {reason[:200] or type(error).__name__}", REMEDY


MAX_DEPTH = 32
MAX_VALUES = 5_000_000
MAX_ALIASED = 500_000
"""Values that aliases stand for: each is a line to whoever writes it, and memory to whoever reads it."""
NULLS = frozenset({"", "~", "null"})
"""Plain scalars that stand for no value; in quotes they are text."""

NO_BREAKS = {0x85: 0x1FFFE, 0x2028: 0x1FFFF, 0x2029: 0x2FFFE}
"""What is a line break in YAML 1.1 only and to ruamel.yaml still; non-characters stand in for it."""

BREAKS_AGAIN = {stand_in: character for character, stand_in in NO_BREAKS.items()}
OLD_BREAK = re.compile("[\x85\u2028\u2029]")
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0001fffd\U00020000-\U0002fffd\U0002ffff-\U0010ffff]"
)
"""What YAML does not allow unescaped, and the non-characters above."""


def read_yaml(text: str, name: str) -> Node | None:
    """The one document of a text, None if there is none; raises UnreadableDossier with file and line."""
    _check_characters(text, name)
    has_old_breaks = OLD_BREAK.search(text) is not None
    tree = _Tree(name, has_old_breaks=has_old_breaks)
    events = YAML(typ="safe", pure=True).parse(text.translate(NO_BREAKS) if has_old_breaks else text)
    try:
        for event in events:
            tree.take(event)
    except (LedgerError, MemoryError):
        raise
    except Exception as error:  # besides its own errors, ruamel.yaml lets some of Python's through
        mistake = mistake_of(error, tree.line)
        raise refusal(mistake.message, mistake.remedy, name, mistake.line, mistake.column) from error
    finally:
        events.close()
    return tree.root


def refusal(message: str, remedy: str, name: str, line: int, column: int = 0) -> UnreadableDossier:
    """The refusal of a text at a line and a column, both counted from 1; a column of 0 is not told."""
    at = f" (column {column})" if column else ""
    return UnreadableDossier(f"{message}{at}", remedy=remedy).at(f"{name}:{line}")


def _check_characters(text: str, name: str) -> None:
    found = UNPRINTABLE.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        what = "a NUL" if found[0] == "\0" else f"the control character U+{ord(found[0]):04X}"
        raise refusal(f"{what} in the text", "delete it; a dossier is plain text", name, line, column)


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "height", "is_mapping", "items", "key", "line", "pairs", "size")

    def __init__(self, event: CollectionStartEvent) -> None:
        self.anchor: str | None = event.anchor
        self.line: int = event.start_mark.line + 1
        self.is_mapping = isinstance(event, MappingStartEvent)
        self.items: list[Node] = []
        self.pairs: dict[str, tuple[int, Node]] = {}
        self.key: tuple[str, int] | None = None
        self.size = 1
        self.height = 1

    @property
    def wants_key(self) -> bool:
        """Whether what comes next is a key of this mapping."""
        return self.is_mapping and self.key is None

    def add(self, node: Node) -> None:
        """Take in an item, or the value of the key that came before."""
        self.size += node.size
        self.height = max(self.height, node.height + 1)
        if self.key is None:
            self.items.append(node)
        else:
            name, line = self.key
            self.pairs[name] = (line, node)
            self.key = None

    def closed(self) -> Node:
        """The node, now that all its parts are there."""
        if self.is_mapping:
            value = {name: node.value for name, (_, node) in self.pairs.items()}
            return Node(value, self.line, self.pairs, self.size, self.height)
        return Node([node.value for node in self.items], self.line, self.items, self.size, self.height)


class _Tree:
    """Builds the node of a document from the parser's events."""

    def __init__(self, name: str, *, has_old_breaks: bool) -> None:
        self.root: Node | None = None
        self.line = 1
        self._name = name
        self._has_old_breaks = has_old_breaks
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._values = 0
        self._aliased = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take in the next event; raises UnreadableDossier."""
        self.line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            self._put(self._scalar(event), event)
        elif isinstance(event, CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, CollectionEndEvent):
            self._end()
        elif isinstance(event, AliasEvent):
            self._put(self._alias(event), event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refusal(event, "a second document ('---')", "put each document in a file of its own")

    def _scalar(self, event: ScalarEvent) -> Node:
        self._check_tag(event)
        self._count(1, event)
        value: str | None = event.value
        if not event.style and value in NULLS:
            value = None
        elif event.style == '"':
            value = self._unescaped(event)
        if self._has_old_breaks and value:
            value = value.translate(BREAKS_AGAIN)
        return self._anchored(event.anchor, Node(value, event.start_mark.line + 1))

    def _unescaped(self, event: ScalarEvent) -> str:
        try:
            return whole(event.value)
        except ValueError as error:
            raise self._refusal(event, str(error), "write the character itself, or leave it out") from error

    def _alias(self, event: AliasEvent) -> Node:
        name = event.anchor
        if any(collection.anchor == name for collection in self._open):
            raise self._refusal(event, f"*{shortened(name)} stands inside what it names", "write its parts out")
        node = self._anchors.get(name)
        if node is None:
            raise self._refusal(
                event,
                f"nothing is named &{shortened(name)}",
                "put a text that begins with * in quotes, or name it above",
            )
        self._aliased += node.size
        if self._aliased > MAX_ALIASED:
            raise self._refusal(
                event,
                f"aliases that stand for more than {MAX_ALIASED:,} values",
                "write the values out, or use fewer aliases",
            )
        self._check_depth(len(self._open) + node.height, event)
        return node

    def _begin(self, event: CollectionStartEvent) -> None:
        self._check_tag(event)
        self._count(1, event)
        self._check_depth(len(self._open) + 1, event)
        if self._open and self._open[-1].wants_key:
            raise self._no_text(event)
        self._open.append(_Open(event))

    def _end(self) -> None:
        collection = self._open.pop()
        node = self._anchored(collection.anchor, collection.closed())
        if self._open:
            self._open[-1].add(node)
        else:
            self.root = node

    def _put(self, node: Node, event: NodeEvent) -> None:
        """Put a scalar or an alias where it belongs: it is a key, a value, an item or the whole document."""
        if not self._open:
            self.root = node
        elif self._open[-1].wants_key:
            self._open[-1].key = (self._key(node, event), event.start_mark.line + 1)
        else:
            self._open[-1].add(node)

    def _key(self, node: Node, event: NodeEvent) -> str:
        key = node.value
        if not isinstance(key, str):
            raise self._no_text(event)
        if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
            raise self._refusal(
                event, "'<<' merges mappings in YAML 1.1 only", "write the fields out; plain aliases (*name) are read"
            )
        if key in self._open[-1].pairs:
            first, _ = self._open[-1].pairs[key]
            raise self._refusal(
                event, f"the key {quoted(key)} is given twice, first on line {first}", "leave one of them out"
            )
        return key

    def _anchored(self, anchor: str | None, node: Node) -> Node:
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _check_tag(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.tag is not None:
            raise self._refusal(
                event,
                f"a tag, {shortened(str(event.tag))}",
                "leave it out, as each field reads its own text; put a text that begins with ! in quotes",
            )

    def _check_depth(self, depth: int, event: Event) -> None:
        if depth > MAX_DEPTH:
            raise self._refusal(event, f"nested deeper than {MAX_DEPTH} levels", "an entry needs three or four levels")

    def _count(self, values: int, event: Event) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise self._refusal(
                event,
                f"more than {MAX_VALUES:,} values",
                "split the dossier, or write it as JSONL",
            )

    def _no_text(self, event: Event) -> UnreadableDossier:
        return self._refusal(event, "a key that is not a text", "put the key in quotes, and text with ':' too")

    def _refusal(self, event: Event, message: str, remedy: str) -> UnreadableDossier:
        mark = event.start_mark
        return refusal(message, remedy, self._name, mark.line + 1, mark.column + 1)
