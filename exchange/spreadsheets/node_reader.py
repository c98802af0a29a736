"""Parts of a mapping's YAML as what they must be: mappings, lists, texts and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from armsledger.domain.errors import UnreadableDossier, quoted
from armsledger.domain.near import near
from armsledger.exchange.dossiers.yaml import Node, refusal

T = TypeVar("T")


class NodeReader:
    """Reads parts of one mapping; ``name`` is what errors call its file. All methods raise UnreadableDossier."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refusal(self, node: Node, message: str, remedy: str) -> UnreadableDossier:
        """The refusal of a part."""
        return refusal(message, remedy, self.name, node.line)

    def parts(self, node: Node, known: Iterable[str] | None, what: str, remedy: str) -> dict[str, Node]:
        """The parts of a mapping that have a value; refuses keys that are not known."""
        if not isinstance(node.parts, dict):
            raise self.refusal(node, f"{what} is {_shape_of(node)}, not a mapping", remedy)
        for name, line, _ in node.named_parts():
            if known is not None and name not in known:
                raise refusal(
                    f"{what} has no key {quoted(name)}", suggestion(name, known, "its keys are"), self.name, line
                )
        return {name: part for name, _, part in node.named_parts() if part.value is not None}

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list; none if there is no list."""
        if node is None:
            return []
        if not isinstance(node.parts, list):
            raise self.refusal(node, f"{what!r} is not a list", "begin each of them with '- ' on a line of its own")
        return node.parts

    def text(self, node: Node) -> str:
        """A text."""
        if not isinstance(node.value, str):
            missing = "a text is missing here" if node.value is None else f"{_shape_of(node)} in place of a text"
            raise self.refusal(node, missing, "write a text")
        return node.value

    def optional(self, node: Node | None) -> str | None:
        """A text, None if there is no such part."""
        return None if node is None or node.value is None else self.text(node)

    def texts(self, node: Node | None, what: str) -> list[str]:
        """One text or a list of texts."""
        if node is None:
            return []
        nodes = node.parts if isinstance(node.parts, list) else [node]
        texts = [text for part in nodes if (text := self.optional(part)) is not None]
        if not texts:
            raise self.refusal(node, f"{what} is empty", f"write {what}: TEXT or leave it out")
        return texts

    def choice(self, node: Node | None, what: str, choices: Mapping[str, T]) -> T | None:
        """What one of some words stands for, None if there is no such part."""
        text = self.optional(node)
        if node is None or text is None:
            return None
        if text not in choices:
            words = [word for word in choices if len(word) > 1] or list(choices)
            raise self.refusal(node, f"{what} cannot be {quoted(text)}", suggestion(text, words, "it is one of"))
        return choices[text]


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """The word that was probably meant, or all that are known."""
    close = near(word, known)
    return f"did you mean {close[0]!r}?" if close else f"{otherwise} {', '.join(known)}"


def _shape_of(node: Node) -> str:
    if isinstance(node.parts, list):
        return "a list"
    return "a mapping" if isinstance(node.parts, dict) else "a text"
