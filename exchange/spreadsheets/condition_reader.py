"""Reads conditions: which rows a part of a mapping is for."""

from __future__ import annotations

from armsledger.exchange.dossiers.yaml import Node
from armsledger.exchange.spreadsheets.node_reader import NodeReader
from armsledger.exchange.spreadsheets.value import Condition

KEYS = ("column", "is", "not", "present")
TRUTH = {"true": True, "false": False}


class ConditionReader(NodeReader):
    """Reads conditions of one mapping."""

    def condition(self, node: Node, what: str = "when") -> Condition:
        """One condition; raises UnreadableDossier."""
        example = f"write {what}: {{column: NAME, is: TEXT}}, with is, not or present"
        parts = self.parts(node, KEYS, "a condition", example)
        column = self.optional(parts.get("column"))
        tests = [name for name in ("is", "not", "present") if name in parts]
        if column is None or len(tests) != 1:
            raise self.refusal(node, "a condition names one column and one of is, not, present", example)
        (test,) = tests
        columns = (" ".join(column.split()),)
        if test == "present":
            return Condition(columns, None, bool(self.choice(parts[test], "present", TRUTH)))
        among = frozenset(text.strip().casefold() for text in self.texts(parts[test], test))
        return Condition(columns, among, test == "is")
