"""Questions of stories, their right answers, and what is asked of the ledger and of the plain model."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from armsledger import Ledger
from tests.rules import plain_model

STORIES = Path(__file__).parent / "stories"
Story = dict[str, Any]


@cache
def stories() -> Sequence[tuple[str, Story]]:
    """Each story with the name of its file; sources and first entries of the file are the story's own."""
    contents = {
        path.stem: YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for path in sorted(STORIES.glob("*.yaml"))
    }
    return [
        (name, {"sources": content["sources"], "first": content["first"], **case})
        for name, content in contents.items()
        for case in content["cases"]
    ]


def orders(story: Story) -> list[list[dict[str, Any]]]:
    """The entries as written and, where nothing depends on it, in reverse; a list among them stays together."""
    entries = story["entries"]
    return [entries] if story.get("orders", 2) == 1 else [entries, entries[::-1]]


def recorded(story: Story, entries: list[dict[str, Any]], folder: Path) -> str:
    """The address of a ledger in which a story was recorded, entry by entry."""
    address = str(folder / f"{len(list(folder.iterdir()))}.db")
    with Ledger(address) as ledger:
        ledger.record_stream(_dossier({"sources": story["sources"], "entries": story["first"]}))
        one_by_one = story.get("one_by_one") or entries is not story["entries"]
        for part in [[entry] for entry in entries] if one_by_one else [entries]:
            ledger.record_stream(_dossier({"entries": flat(part)}))
    return address


def flat(entries: list[Any]) -> list[dict[str, Any]]:
    """The entries of a story without the lists that hold some of them together."""
    return [one for entry in entries for one in (entry if isinstance(entry, list) else [entry])]


def _dossier(content: dict[str, Any]) -> Any:
    from io import BytesIO

    return BytesIO(json.dumps(content, default=str).encode())  # JSON is YAML, too


def dig(answer: Any, path: str) -> Any:
    """The value at a path such as ``certain.paid``; None where a part of it is not there."""
    for step in re.findall(r"[^.\[\]]+", path):
        if answer is None:
            return None
        answer = answer[int(step)] if isinstance(answer, list) else answer.get(step)
    return answer


def is_right(question: dict[str, Any], answer: Any) -> bool:
    """Whether an answer is the right one; ``has`` and ``lacks`` look for a member of a list."""
    value = dig(answer, question.get("get", ""))
    if "has" in question:
        return any(same(one, question["has"]) for one in value or [])
    if "lacks" in question:
        return not any(same(one, question["lacks"]) for one in value or [])
    return same(value, question["want"])


def same(value: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted: of a mapping the keys that are named, of a list the members in any order."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(same(value.get(key), part) for key, part in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(value) == len(wanted)
            and all(any(same(one, part) for one in value) for part in wanted)
        )
    if isinstance(wanted, bool) or wanted is None or isinstance(value, bool):
        return bool(value == wanted)
    try:
        return float(value) == float(wanted)
    except (TypeError, ValueError):
        return bool(value == wanted)


# What the model answers, in the shape of the ledger's JSON

SHAPED = ("stage", "ordered", "paid", "delivered", "in_service", "sanctions", "licences", "expectations")
MODELLED = {
    "denied", "unverified", "perhaps-the-same", "perhaps-the-sum", "contradicts-total", "out-of-order", "two-endings",
    "after-ending", "contract-after-ending", "delivery-before-signature", "delivered-more-than-ordered",
    "paid-more-than-value",
}  # fmt: skip
"""The findings that the model knows."""


def of_the_model(story: Story, entries: list[dict[str, Any]], words: list[str]) -> dict[str, Any]:
    """The model's answer to ``show deal/KEY --at D [--known K --known-by asserted]``."""
    options = dict(zip(words[2::2], words[3::2], strict=True))
    deal = words[1].partition("/")[2]
    own = [e for e in flat([*story["first"], *entries]) if e.get("deal") == deal or e["event"] == "regraded"]
    known = plain_model.interval(options["--known"])[1] if "--known" in options else None
    day = plain_model.interval(options["--at"])[1]
    answer = plain_model.answer(own, story["sources"], day, known, options.get("--known-by", "recorded"))
    findings = [{"code": code} for code in answer["findings"]]
    return {"certain": shaped(answer["certain"]), "possible": shaped(answer["possible"]), "findings": findings}


def shaped(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """A state of the model in the shape of the ledger's JSON."""
    if state is None:
        return None
    sums = {name: _lines(state[name], "count", "unit") for name in ("ordered", "delivered", "in_service")}
    outcomes = [{"outcome": outcome} for outcome in state["outcomes"]]
    return {**state, **sums, "paid": _lines(state["paid"], "amount", "currency"), "expectations": outcomes}


def _lines(sums: dict[tuple[Any, str], float], count: str, unit: str) -> list[dict[str, Any]]:
    return [{count: n, unit: name} | ({"item": item} if item else {}) for (item, name), n in sums.items()]
