"""What a source said, in all streams that cite it, and what became of its forecasts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.citations import Citation, Citations
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.values.when import When
from armsledger.web.glance.outcomes import KINDS, WORDS, Tally
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.parts.links import stream_link
from armsledger.web.saying import event_words, says
from armsledger.web.words import counted, when_words


class Statement(NamedTuple):
    """One entry on the word of the source: of which stream, what it says, and what became of it."""

    stream: str
    address: str
    event: str
    told: Markup
    quote: str | None
    on: When
    status: str
    is_retracted: bool
    outcome: str | None


class Count(NamedTuple):
    """How many entries cite the source, of how many streams, and what its forecasts came to."""

    statements: int
    streams: int
    tally: Tally

    def words(self) -> str:
        """``16 statements about 5 streams. Of 8 forecasts, 4 came true and 4 are overdue.``"""
        told = f"{counted(self.statements, 'statement')} about {counted(self.streams, 'stream')}."
        return f"{told} {self.tally.words()}" if self.tally.total else told


class TooMany(NamedTuple):
    """How many streams cite a source that is told by their number alone."""

    streams: int
    key: str


class Said(Part):
    """The statements of a source, as each belief has them on the day of the page."""

    name: ClassVar[str] = "said"
    by_day: ClassVar[bool] = False

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._citations: Citations | None = None

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """A row for each statement, and their count."""
        key = standpoint.stream_day.key
        if self._citations is None:
            self._citations = Citations(Pictures(standpoint.view), key)
        if not self._citations.are_told:
            return {"said/count": TooMany(self._citations.streams, key)}
        found = self._citations.at(standpoint)
        if not found:
            return {}
        outcomes = [KINDS[one.outcome] for one in found if one.outcome is not None and one.outcome in KINDS]
        tally = Tally(**{kind: outcomes.count(kind) for kind in set(outcomes)})
        rows: dict[str, Hashable] = {f"said/row-{one.entry.position:09}": _statement(one) for one in found}
        return rows | {"said/count": Count(len(found), len({one.entry.stream for one in found}), tally)}

    def html(self, slot: str, data: Any) -> Markup:
        """The count in a sentence, or the cells of a row."""
        match data:
            case Count():
                return escape(data.words())
            case TooMany():
                return Markup("{} cite it: <code>armsledger log --source {}</code> tells what it said.").format(
                    counted(data.streams, "stream"), data.key
                )
        return self._row(data)

    def section(self, slots: Slots) -> Markup:
        """Nothing where no stream cites it."""
        names = slots.of(self)
        if not names:
            return Markup("")
        rows = Markup("").join(slots.element(name, "tr") for name in names if name != "said/count")
        table = Markup(
            '<table class="ft"><thead><tr><th scope="col">Of what</th><th scope="col">Statement</th>'
            '<th scope="col">On</th><th scope="col">Outcome</th></tr></thead><tbody>{}</tbody></table>'
        ).format(rows)
        return Markup('<section id="said"><h2>What it said</h2>{}{}</section>').format(
            slots.element("said/count", "p", class_="sub"), table if rows else ""
        )

    def _row(self, row: Statement) -> Markup:
        quote = Markup("<br><q>{}</q>").format(row.quote) if row.quote else ""
        status = f" ({row.status})" if row.status != "fact" else ""
        outcome = "" if row.outcome is None else WORDS[row.outcome]
        mark = Markup('<span class="tag o-{}">{}</span>').format(row.outcome, outcome) if outcome else Markup("")
        if row.is_retracted:
            mark = Markup('<span class="tag mute">taken back</span>')
        cells: Sequence[Markup] = (
            Markup('<td class="wide">{}<span class="mono mute">{}</span></td>').format(
                stream_link(self.links, row.stream), row.address.removeprefix(row.stream)
            ),
            Markup('<td class="wide"><b>{}</b>{} {}{}</td>').format(event_words(row.event), status, row.told, quote),
            Markup('<td class="num" data-l="on">{}</td>').format(when_words(row.on)),
            Markup("<td>{}</td>").format(mark),
        )
        return Markup("").join(cells)


def _statement(citation: Citation) -> Statement:
    entry, event = citation.entry, citation.entry.event

    def reference(entry_id: str) -> Markup:
        return Markup('<span class="mono small">{}</span>').format(citation.addresses.get(entry_id, entry_id))

    return Statement(
        stream=entry.stream,
        address=entry.address,
        event=event.name,
        told=says(entry, reference),
        quote=event.quote,
        on=event.on,
        status=event.status,
        is_retracted=citation.is_retracted,
        outcome=citation.outcome,
    )
