"""What changed between two beliefs about one day, and every change of belief."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar, Final

from armsledger.application.pictures.belief_history import Believed, Word, belief_history, last_change
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.main_fields import Batches, Bound, Payments, fields_of, main_fields
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.web.grades import grade_badge
from armsledger.web.part import Markup, Part, Slots, escape
from armsledger.web.words import belief_words, counted, day_words, party_words, refs, when_words

TEXT, KNOWN = "changes/text", "changes/known"
"""What slots begin with: the texts of the main fields, and which entries are known. compare.js reads them."""
MOST: Final = 60
"""Changes of belief that are listed; the last ones if there are more."""
LABELS: Final[Mapping[str, str]] = {
    "signed_on": "Signed",
    "held_on": "Held",
    "in_force_since": "In force",
    "ended_on": "Ended",
    "contested": "Contested fields",
}
"""The fields whose names do not do."""
SILENT: Final[Mapping[str, str]] = {
    "stage": "not begun",
    "status": "not begun",
    "signed_on": "not signed",
    "ordered": "nothing",
    "delivered": "nothing reported",
    "paid": "nothing reported",
    "sanctions": "none",
    "forecasts": "none",
    "contested": "none",
    "outcomes": "none",
}
"""What stands for a field of which nothing is known; of others that it is not stated."""
STAGES: Final = {"signed": "contract signed"}
OUTCOMES: Final[Mapping[str, str]] = {
    "met": "met",
    "met-early": "met early",
    "met-late": "met late",
    "kept": "kept",
    "broken": "broken",
    "partially-met": "met in part",
    "overdue": "overdue",
    "pending": "open",
    "indeterminate": "cannot be told",
    "moot": "moot",
    "withdrawn": "withdrawn",
    "revised": "revised",
}
"""What became of forecasts, in the order in which it is told."""


class Changes(Part):
    """One comparison and the list of all changes, for the day of the page; with JavaScript for any day and beliefs."""

    name: ClassVar[str] = "changes"

    compare: int | None = None
    """The day (a proleptic ordinal) of the belief to compare with; else it is the one before the last change."""

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The main fields, and the entries known."""
        self._standpoint = standpoint
        fields = main_fields(standpoint.stream_day)
        told: dict[str, Hashable] = {_slot(place, name): fields[name] for place, name in enumerate(fields)}
        known = tuple([entry.version for entry in standpoint.stream_day.belief.entries])
        return {**told, KNOWN: known}

    def html(self, slot: str, data: Any) -> Markup:
        """The text of a field, or the numbers of the entries known."""
        if slot == KNOWN:
            return escape(" ".join(_ranges(data)))
        return field_html(_names(self._standpoint.kind)[int(slot.split("/")[2].partition(" ")[0])], data)

    def section(self, slots: Slots) -> Markup:
        """The comparison, and the list."""
        view = self._standpoint.view
        history = belief_history(Pictures(view), self._standpoint.stream, MOST)
        if len(history) < 2:
            return Markup()
        return Markup(
            '<section id="changed"{3}><h2>What changed between two beliefs</h2>'
            '<p class="sub">One day, as two readers would describe it: one at the earlier belief date, one at the '
            "later.</p>"
            '<form class="pick js noprint"><label>State at <b id="compared-day">{0}</b>, as believed on<br>'
            '<select id="compared-from"></select></label><label>against<br><select id="compared-to"></select></label>'
            '<button type="button" id="changed-since" hidden></button></form>'
            '<div id="compared"><p class="asof">State at {0}.</p>{1}</div>'
            "<details><summary>Every change of belief about this day, in the order in which it came</summary>"
            '<div id="every-change">{2}</div></details></section>'
        ).format(
            day_words(view.at.toordinal()),
            self._comparison(history),
            self._list(history),
            "" if self.compare is None else Markup(' data-compare="{}"').format(self.compare),
        )

    # Without JavaScript

    def _comparison(self, history: Sequence[Believed]) -> Markup:
        """Two beliefs side by side."""
        earlier, later = history[self._earlier(history)], history[-1]
        names = _names(self._standpoint.kind)
        rows = [
            Markup(
                '<tr><td>{}</td><td data-l="then"><del>{}</del></td><td data-l="now"><ins>{}</ins></td></tr>'
            ).format(label(name), field_html(name, earlier.fields[name]), field_html(name, later.fields[name]))
            for name in names
            if earlier.fields[name] != later.fields[name]
        ]
        head = (f"As believed on {belief_words(one.belief)}" for one in (earlier, later))
        table = Markup(
            '<table class="diff"><thead><tr><th>Field</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>'
        ).format(*head, Markup("").join(rows) or SAME)
        fresh = sorted(later.known - earlier.known, key=_version)
        news = Markup('<p class="small news">{} known only to the later belief: {}</p>').format(
            counted(len(fresh), "entry is", "entries are"), self._refs(fresh)
        )
        return table + (news if fresh else Markup())

    def _earlier(self, history: Sequence[Believed]) -> int:
        """The place of the belief that a reader would ask for."""
        if self.compare is not None:
            asked = bisect_right([one.belief.day for one in history], self.compare) - 1
            return min(max(asked, 0), len(history) - 2)
        changed = last_change(history)
        return len(history) - 2 if changed is None else changed - 1

    def _list(self, history: Sequence[Believed]) -> Markup:
        """A line for each change."""
        shown = history[1:] if len(history) > MOST else history
        before: list[Believed | None] = [history[0] if len(history) > MOST else None, *shown]
        rows = Markup("").join(self._line(one, other) for one, other in zip(before, shown, strict=False))
        left_out = Markup('<p class="small mute">The last {} changes.</p>').format(MOST) if before[0] else Markup()
        return left_out + Markup(
            '<table class="diff every"><thead><tr><th>Since</th><th>What it changed</th><th>On whose word</th></tr>'
            "</thead><tbody>{}</tbody></table>"
        ).format(rows)

    def _line(self, before: Believed | None, now: Believed) -> Markup:
        changes = Markup("<br>").join(self._changes(before, now))
        return Markup('<tr><td class="num">{}</td><td class="wide">{}</td><td>{}</td></tr>').format(
            belief_words(now.belief), changes or NOTHING, self._whose(now.words) if now.words else REGRADED
        )

    def _changes(self, before: Believed | None, now: Believed) -> Iterator[Markup]:
        for name in _names(self._standpoint.kind):
            new = now.fields[name]
            if before is None:
                if field_words(name, new):
                    yield Markup("<b>{}</b> {}").format(label(name), field_html(name, new))
            elif new != before.fields[name]:
                old = field_html(name, before.fields[name])
                yield Markup("<b>{}</b> {} → {}").format(label(name), old, field_html(name, new))

    def _whose(self, words: Iterable[Word]) -> Markup:
        """The sources of entries, each once with its entries."""
        told = []
        for key, some in groupby(
            words, key=lambda word: (word.publisher or word.source or "the ledger", word.reliability)
        ):
            entries = list(some)
            name, reliability = key
            badge = grade_badge(reliability) if reliability is not None else ""
            told.append(Markup("{} {}{}").format(badge, name, self._refs([word.address for word in entries])))
        return Markup(", ").join(told)

    def _refs(self, addresses: Sequence[str]) -> Markup:
        return Markup(" ").join(refs([address], self._standpoint.stream) for address in addresses)


SAME: Final = Markup('<tr><td colspan="3" class="mute">Nothing in these fields.</td></tr>')
NOTHING: Final = Markup('<span class="mute">nothing in these fields</span>')
REGRADED: Final = Markup('<span class="mute">a source was graded anew</span>')


def _names(kind: str) -> tuple[str, ...]:
    return fields_of(kind)


def _slot(place: int, name: str) -> str:
    """``changes/text/0 Stage``: compare.js takes the label from it."""
    return f"{TEXT}/{place} {label(name)}"


def label(name: str) -> str:
    """What a field is called."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def field_html(name: str, value: Any) -> Markup:
    """A main field in words, and what stands for one of which nothing is known."""
    words = field_words(name, value)
    return escape(words) if words else Markup('<span class="mute">{}</span>').format(SILENT.get(name, "not stated"))


def field_words(name: str, value: Any) -> str:
    """A main field in words: for certain, and possibly where that is something else; empty where nothing is known."""
    if not isinstance(value, Bound):
        return str(value or "")
    certain, possible = (_words(name, bound) for bound in (value.certain, value.possible))
    if certain == possible:
        return certain
    if not possible:
        return f"{certain}; possibly {SILENT.get(name, 'not')}"
    return f"{certain}; possibly {possible}" if certain else f"possibly {possible}"


def _words(name: str, value: Any) -> str:
    """One bound of a field in words; empty where it says nothing."""
    match value:
        case None | () | "":
            return ""
        case When():
            return when_words(value)
        case Party():
            return party_words(value)
        case Batches():
            return "; ".join([*map(str, value.sums), *(_batch(*batch) for batch in value.batches)])
        case Payments():
            undisclosed = counted(
                value.undisclosed, "payment of an undisclosed amount", "payments of undisclosed amounts"
            )
            return " + ".join([*map(str, value.sums), *([undisclosed] if value.undisclosed else [])])
        case Sanction():
            told = (value.status, value.position and value.position.replace("-", " "))
            return ", ".join(str(part) for part in told if part)
        case tuple() if name == "forecasts":
            return ", ".join(
                f"{dict(value)[outcome]} {told}" for outcome, told in OUTCOMES.items() if outcome in dict(value)
            )
        case tuple():
            return ", ".join(_words(name, part) for part in value)
    return STAGES.get(str(value), str(value)) if name in ("stage", "status") else str(value)


def _batch(tranche: int | str | None, is_complete: bool) -> str:
    name = "deliveries" if tranche is None else f"batch {tranche}" if isinstance(tranche, int) else tranche
    return f"{name} {'complete' if is_complete else 'begun'}"


def _version(address: str) -> int:
    return int(address.rpartition("@")[2])


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Numbers in their order, runs of them as ranges: ``1-8``, ``10``."""
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        first, *rest = [number for _, number in run]
        yield f"{first}-{rest[-1]}" if rest else str(first)
