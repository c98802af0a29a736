"""Pages that step through days and beliefs, read as a browser reads them, without one."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

STEPS = re.compile(r'<script type="application/json" id="steps">(.*?)</script>', re.DOTALL)
SPOKEN = frozenset({"aria-label", "aria-description", "aria-valuetext", "title", "alt", "placeholder", "value"})
"""Attributes whose text is read out, or shown on hovering."""
SILENT = frozenset({"script", "style", "head"})
"""The title of the page is that of its first state; its script writes it anew with each step."""
WRITTEN_ANEW = frozenset({"compared", "every-change"})
"""Elements that a script of the page fills with each step, up to the belief at which the page stands."""
VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "wbr"})


@dataclass(frozen=True)
class Stepped:
    """What a page carries: its days (proleptic ordinals), its belief dates, and the HTML of its slots at each."""

    days: Sequence[int]
    known: Sequence[str]
    _texts: Sequence[str]
    _lists: Sequence[Sequence[int]]
    _slots: Mapping[str, tuple[Sequence[int], Sequence[int]]]
    _begun: Mapping[str, str]

    def fragment(self, slot: str, day: int, known: int) -> str:
        """The HTML of a slot, at the day and the belief in these places."""
        numbers, runs = self._slots.get(slot, ((), ()))
        found = _held(runs, known)
        return self._text(slot, _held(self._lists[found], day) if found >= 0 else -1, numbers)

    def at_belief(self, known: int) -> Iterator[tuple[str, str]]:
        """All that the slots show by the belief in this place, on whatever day: the slot and its HTML."""
        for slot, (numbers, runs) in self._slots.items():
            if (found := _held(runs, known)) >= 0:
                yield from {(slot, self._text(slot, place, numbers)) for place in self._lists[found][1::2]}

    def _text(self, slot: str, place: int, numbers: Sequence[int]) -> str:
        if place < 0:
            return ""
        return self._begun[slot] if numbers[place] < 0 else self._texts[numbers[place]]


def _held(runs: Sequence[int], place: int) -> int:
    """The number that holds at a place of runs (place, number, place, number, ...); -1 before the first."""
    found = bisect_right(runs[::2], place) - 1
    return runs[2 * found + 1] if found >= 0 else -1


def stepped(page: str) -> Stepped:
    """What a page carries."""
    match = STEPS.search(page)
    assert match, "the page carries no steps"
    steps: Any = json.loads(match[1])
    texts = [text.replace("`", '"') for text in steps["texts"]]
    slots = {before + name: runs for before, names in steps["slots"].items() for name, runs in names.items()}
    return Stepped(steps["days"], [text for text, _ in steps["known"]], texts, steps["lists"], slots, inner_html(page))


class _Reader(HTMLParser):
    """Collects what is read in HTML, in the slots and around them, and the HTML of each slot."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.around: list[str] = []
        self.inside: list[str] = []
        self.slots: dict[str, str] = {}
        self._html = html
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self._open: list[tuple[str, str | None, int]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            start = self._offset() + len(self.get_starttag_text() or "")
            anew = given.get("id") if given.get("id") in WRITTEN_ANEW else None
            self._open.append((tag, given.get("data-slot") or anew, start))
        self._told.extend(value for name, value in attrs if name in SPOKEN and value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._told.extend(value for name, value in attrs if name in SPOKEN and value)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, slot, start = self._open.pop()
            if slot is not None:
                self.slots[slot] = self._html[start : self._offset()]
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _, _ in self._open):
            self._told.append(data)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    @property
    def _told(self) -> list[str]:
        return self.inside if any(slot is not None for _, slot, _ in self._open) else self.around


def inner_html(page: str) -> dict[str, str]:
    """By slot, the HTML that stands in it at first."""
    return _Reader(page).slots


def text_of(html: str) -> str:
    """The text of a piece of HTML, and what is read out or shown on hovering."""
    reader = _Reader(html)
    return " ".join([*reader.around, *reader.inside])


def text_around(page: str) -> str:
    """The text of a page outside its slots: what it says whatever the day and the belief."""
    return " ".join(_Reader(page).around)
