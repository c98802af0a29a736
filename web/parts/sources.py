"""The sources that entries cite: how far each can be relied on, and where it is to be read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from armsledger.application.pictures.standpoint import Graded, Standpoint
from armsledger.domain.states.source import Source
from armsledger.web.grades import grade_badge, grades_legend
from armsledger.web.part import Markup, Part, Slots, escape
from armsledger.web.words import anchor, when_words

SCHEMES: Final = ("http", "https")
"""What a browser may be led to; anything else is told as text."""


@dataclass(frozen=True)
class Cited:
    """A source as believed, and the entries that cite it."""

    key: str
    source: Source
    grades: tuple[Graded, ...]
    entries: tuple[str, ...]


class Sources(Part):
    """The sources in the order of their keys."""

    name: ClassVar[str] = "sources"
    by_day: ClassVar[bool] = False

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The sources that the entries known cite."""
        self._stream = standpoint.stream
        citing: dict[str, list[str]] = {}
        for belief in (standpoint.stream_day.belief, *(day.belief for day in standpoint.beside)):
            for entry in belief.entries:
                if entry.event.source is not None:
                    citing.setdefault(entry.event.source, []).append(entry.address)
        return {
            f"sources/{key}": Cited(key, source, standpoint.gradings.get(key, ()), tuple(citing.get(key, ())))
            for key, source in standpoint.sources.items()
        }

    def html(self, slot: str, data: Any) -> Markup:
        """The cells of one source."""
        cited: Cited = data
        source = cited.source
        name = source.publisher or cited.key
        title = Markup("<br><span class=mute>{}</span>").format(source.title) if source.title else Markup()
        history = "; ".join(map(_grade_words, cited.grades))
        return Markup("<td>{}{}<br><code>{}</code><td>{}{}<td>{}<td>{}").format(
            _linked(name, source.url),
            title,
            self._page_of(cited.key),
            grade_badge(source.reliability),
            Markup('<br><span class="mute small">{}</span>').format(history) if history else "",
            when_words(source.published) if source.published is not None else "undated",
            self._entries(cited.entries),
        )

    def _entries(self, addresses: Sequence[str]) -> Markup:
        """References to the entries that cite a source; those of meetings around the stream by its key."""
        told = []
        for stream, some in groupby(addresses, key=lambda address: address.rpartition("@")[0]):
            name = Markup() if stream == self._stream else Markup("{} ").format(stream.partition("/")[2])
            numbers = (
                Markup('<a class="r" href="#{}">{}</a>').format(anchor(one, self._stream), one.rpartition("@")[2])
                for one in some
            )
            told.append(name + Markup(" ").join(numbers))
        return Markup(", ").join(told)

    def _page_of(self, key: str) -> Markup:
        """The key of a source, as a link where there is a page of it."""
        address = self.links.stream(f"source/{key}")
        return escape(key) if address is None else Markup('<a href="{}">{}</a>').format(address, key)

    def section(self, slots: Slots) -> Markup:
        """The table of the sources; nothing where none is cited, as by sources themselves."""
        if not slots.of(self):
            return Markup()
        rows = Markup("").join(slots.element(name, "tr", id=f"s-{name.partition('/')[2]}") for name in slots.of(self))
        return Markup(
            '<section id="sources"><h2>Sources</h2><p class="sub">Grades are those of the Admiralty code: the letter '
            'says {}.</p><table class="au cited"><thead><tr><th>Source</th><th>Grade</th><th>Published</th>'
            "<th>Entries</th></tr></thead><tbody>{}</tbody></table></section>"
        ).format(grades_legend(), rows)


def _grade_words(grade: Graded) -> str:
    """``C at first``, ``A from 1 Mar 2022, confirmed by the ministry``."""
    since = "at first" if grade.since is None else f"from {when_words(grade.since)}"
    return f"{grade.reliability} {since}{f', {grade.reason}' if grade.reason else ''}"


def _linked(name: str, url: str | None) -> Markup:
    """The name as a link where the address is one of the web, else beside the address as text."""
    if url is None:
        return Markup("{}").format(name)
    if not is_web_address(url):
        return Markup('{} <span class="mute small">{}</span>').format(name, url)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, name)


def is_web_address(url: str) -> bool:
    """Whether a text is the address of something on the web, and nothing that a browser would run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc) and url.isprintable()
