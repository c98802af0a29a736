"""The parts of a YAML dossier: its sources and entries, its groups, and what the entries of each part share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from armsledger.domain.decisions.event_names import NAMES
from armsledger.domain.decisions.wording import near_word, shape_of
from armsledger.domain.errors import UnreadableDossier, quoted, shortened
from armsledger.domain.events.statement import COMMON_FIELDS
from armsledger.exchange.dossiers.lines import Origin
from armsledger.exchange.dossiers.shared import DEFAULTS, NOTHING_SHARED, SOURCE, Shared, SharedValue
from armsledger.exchange.dossiers.short_form import STREAM_KEYS
from armsledger.exchange.dossiers.yaml import Node, NodeLines, refusal

LISTS: Final = ("sources", "entries")
GROUPS: Final = "groups"
SHARED_BY_ALL: Final = "defaults"
KEYS_OF_A_GROUP: Final = (*LISTS, SHARED_BY_ALL, SOURCE, *STREAM_KEYS)
KEYS: Final = (*KEYS_OF_A_GROUP, GROUPS)
BEGIN: Final = "begin with 'sources:' or 'entries:' and the list of them"
EVERYDAY: Final = {"events": "entries", "entry": "entries", "default": "defaults", "group": "groups"}
IN_ENTRIES: Final = "put the entry in the list under 'entries:'"
NO_KEY: Final = "?"
"""Stands for the key of a shared source that gives none, so that the entries are not blamed for it."""


class DossierObject(NamedTuple):
    """An object of the dossier, whether it is a source, and what it shares with others."""

    node: Node
    is_source: bool
    shared: Shared = NOTHING_SHARED


class DossierParts:
    """The objects of a dossier in the order of the text, with what cannot be read as one in its place."""

    def __init__(self, root: Node | None, name: str) -> None:
        """Raises UnreadableDossier for what is no dossier at all."""
        self.objects: list[DossierObject | UnreadableDossier] = []
        self._name = name
        self._values: list[tuple[str, SharedValue, int]] = []
        self._used: set[int] = set()
        if root is None or root.value is None:
            raise refusal("the file is empty", BEGIN, name, 1)
        if not isinstance(root.value, dict):
            raise refusal(f"the dossier is {shape_of(root.value)}, not a mapping", BEGIN, name, root.line)
        if not root.value:
            raise refusal("the dossier has neither sources nor entries", BEGIN, name, root.line)
        self._take(root, "a dossier", KEYS, Shared({}, self._used))

    def unused(self) -> Iterator[UnreadableDossier]:
        """An error for each shared value that no entry has taken."""
        for name, value, line in self._values:
            if value.number not in self._used:
                yield refusal(
                    f"{name} is shared here, and no entry takes it",
                    "leave it out, or move it to the part whose entries it is for",
                    self._name,
                    line,
                )

    def _take(self, part: Node, what: str, keys: Collection[str], outer: Shared) -> None:
        """Take the objects of the whole dossier or of a group."""
        parts = list(self._known(part, what, keys))
        shared = outer.within(self._shared(part, parts))
        for key, node in parts:
            if key in LISTS:
                for item in self._items(key, node):
                    self.objects.append(DossierObject(item, key == "sources", shared))
            elif key == SOURCE and isinstance(node.value, dict):
                self.objects.append(DossierObject(node, is_source=True))
            elif key == GROUPS:
                for item in self._items(key, node):
                    self._take(item, "a group", KEYS_OF_A_GROUP, shared)

    def _known(self, part: Node, what: str, keys: Collection[str]) -> Iterator[tuple[str, Node]]:
        """The parts with their keys; a misspelt key is told, and read as the one that is meant."""
        for key, line, node in part.named_parts():
            if key in keys:
                yield key, node
                continue
            near = near_word(shortened(key), keys, EVERYDAY)
            self._refuse(f"{what} has no key {quoted(key)}", self._remedy(key, near, part, what), line)
            if near is not None and near not in part.value:
                yield near, node

    @staticmethod
    def _remedy(key: str, near: str | None, part: Node, what: str) -> str:
        if key == GROUPS:
            return "a group holds no groups: put it beside the others, at the top of the file"
        if near is not None:
            return f"did you mean {near!r}?"
        if key in COMMON_FIELDS and "event" not in part.value:
            return "put what entries share under 'defaults:'"
        if key in NAMES or "event" in part.value:
            return IN_ENTRIES
        return f"{what} has 'sources' and 'entries'; what an entry tells stands in the list under 'entries:'"

    def _items(self, key: str, node: Node) -> Iterator[Node]:
        """The items of a list, all of them mappings."""
        if node.value is None:
            return
        if not isinstance(node.parts, list):
            self._refuse(f"{key!r} is not a list", "begin each of them with '- ' on a line of its own", node.line)
            return
        for item in node.parts:
            if isinstance(item.value, dict):
                yield item
            else:
                remedy = "write its fields as KEY: VALUE behind the '- '"
                self._refuse(f"an item of {key!r} is not a mapping", remedy, item.line)

    # What entries share.

    def _shared(self, part: Node, parts: list[tuple[str, Node]]) -> dict[str, SharedValue]:
        """What the entries of a part share by what this part says."""
        values: dict[str, SharedValue] = {}
        for key, node in parts:
            if key == SHARED_BY_ALL:
                for name, line, default in self._defaults(node):
                    self._share(values, name, default, Origin(NodeLines(node), name), line)
            elif key == SOURCE and isinstance(node.value, dict):
                self._share_source(values, node)
            elif key == SOURCE or key in STREAM_KEYS:
                self._share(values, key, node, Origin(NodeLines(node), ""), node.line)
        return values

    def _defaults(self, node: Node) -> Iterator[tuple[str, int, Node]]:
        if node.value is not None and not isinstance(node.value, dict):
            remedy = "write its fields as KEY: VALUE below it"
            self._refuse(f"'defaults' is {shape_of(node.value)}, not a mapping", remedy, node.line)
        for name, line, default in node.named_parts() if isinstance(node.value, dict) else ():
            if name in DEFAULTS:
                yield name, line, default
                continue
            near = near_word(shortened(name), DEFAULTS, {})
            remedy = "write it in each entry; entries share what any of them may have: "
            self._refuse(
                f"'defaults' cannot hold {quoted(name)}",
                f"did you mean {near!r}?" if near else f"{remedy}{', '.join(DEFAULTS)}",
                line,
            )

    def _share(self, values: dict[str, SharedValue], name: str, node: Node, origin: Origin, line: int) -> None:
        if node.value is None:
            return
        names_entry_or_stream = name == SOURCE or name in STREAM_KEYS
        other = name if name in values else next((key for key in STREAM_KEYS if key in values), None)
        if names_entry_or_stream and not isinstance(node.value, str):
            self._refuse(f"{name} is {shape_of(node.value)}, not a text", f"write {name}: TEXT", line)
        elif name in values or (name in STREAM_KEYS and other is not None):
            told = f"{name} is shared twice" if name == other else f"two streams are shared, by {other} and by {name}"
            self._refuse(told, "leave one of them out", line)
        else:
            number = len(self._values)
            values[name] = SharedValue(node.value, origin, number)
            self._values.append((name, values[name], line))

    def _share_source(self, values: dict[str, SharedValue], node: Node) -> None:
        """Share the source that is registered here; whether an entry takes it does not matter."""
        key = node.value.get("key")
        lines = NodeLines(node)
        origin = Origin(lines, "key" if key is not None else "")
        if SOURCE in values:
            self._refuse("source is shared twice", "leave one of them out", node.line)
        values[SOURCE] = SharedValue(key if isinstance(key, str) else NO_KEY, origin, -1)

    def _refuse(self, message: str, remedy: str, line: int) -> None:
        self.objects.append(refusal(message, remedy, self._name, line))
