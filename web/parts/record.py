"""The record: every entry of a stream, on whose word it stands, and the proof that it is in the ledger."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple

from armsledger.application.pictures.record_rows import RecordRow, record_rows
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.application.pictures.stream_proof import Kept, StreamProof, stream_proof
from armsledger.application.wording import PLAIN
from armsledger.domain.entry import Entry, named_with_login
from armsledger.domain.events.statement import Role
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.when import When
from armsledger.web.glance.forecasts import NOBODY
from armsledger.web.grades import grade_badge
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots, escape
from armsledger.web.saying import event_words, says
from armsledger.web.words import anchor, counted, day_words, refs, when_words

COLUMNS: Final = ("No.", "Statement", "On", "Said", "Source and speaker", "Quote")
LEAF_COLUMNS: Final = ("No.", "Position", "Recorded", "By", "Hash (SHA-256) of what is stored")
OWN, NEAR, LEAF, COUNT = "record/entry", "record/near", "record/leaf", "record/count"
"""What slots begin with: the stream's own entries, those of meetings around it, the leaves, and how many there are."""
STRUCK, FORECAST = " class=struck", " class=fc"
NOTE: Final = "/note"
"""What the slot of a note ends with."""


class Leaf(NamedTuple):
    """Where an entry stands in the ledger, and when and by whom it was recorded."""

    version: int
    position: int
    recorded_at: datetime
    recorded_by: str
    login: str | None

    @classmethod
    def of(cls, entry: Entry) -> Leaf:
        """The leaf of an entry."""
        return cls(entry.version, entry.position, entry.recorded_at, entry.recorded_by, entry.login)


class Recorded(NamedTuple):
    """How many entries a belief knows, and from when to when they were recorded."""

    entries: int
    first: datetime
    last: datetime

    @classmethod
    def of(cls, leaves: Sequence[Leaf]) -> Recorded:
        """What some leaves come to; there is one at least."""
        times = [leaf.recorded_at for leaf in leaves]
        return cls(len(leaves), min(times), max(times))


class Record(Part):
    """The entries in the order of recording; one that a belief does not know has no text."""

    name: ClassVar[str] = "record"
    by_day: ClassVar[bool] = False

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._near: dict[str, int] = {}
        """The meetings and frameworks around the stream, numbered as they come to be known."""

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """A row for each entry that is known, and what of them can be proved."""
        self._standpoint = standpoint
        publishers = {key: source.publisher or key for key, source in standpoint.sources.items()}
        belief = standpoint.stream_day.belief
        own = {f"{OWN}/{row.entry.version:05}": row for row in record_rows(belief, publishers)}
        beside = {
            f"{NEAR}/{self._near.setdefault(day.stream, len(self._near)):03}/{row.entry.version:05}": row
            for day in standpoint.beside
            for row in record_rows(day.belief, publishers)
        }
        if not own:
            return beside
        notes = {
            f"{slot}{NOTE}": row.entry.event.note
            for slot, row in (*own.items(), *beside.items())
            if row.entry.event.note and _is_noted(row.entry, standpoint)
        }
        leaves = {f"{LEAF}/{row.entry.version:05}": Leaf.of(row.entry) for row in own.values()}
        return {**own, **beside, **notes, **leaves, COUNT: Recorded.of(list(leaves.values()))}

    @cached_property
    def _proof(self) -> StreamProof:
        """The proof of all entries up to the position of the page, however few of them a belief knows."""
        view = self._standpoint.view
        return stream_proof(view.reader, self._stream, view.question.position)

    @property
    def _stream(self) -> str:
        return self._standpoint.stream

    def html(self, slot: str, data: Any) -> Markup:
        """The cells of one entry, its note or its leaf, or how many entries there are."""
        match data:
            case Recorded():
                return self._counted(data)
            case Leaf():
                return self._leaf_cells(data)
            case str():
                return Markup("<td></td><td class=no colspan=5>{}").format(data)
        return self._cells(data)

    def section(self, slots: Slots) -> Markup:
        """The proof, the table of the entries, and that of the entries of meetings around the deal."""
        own, beside, leaves = (
            [name for name in slots.of(self) if name.startswith(start)] for start in (OWN, NEAR, LEAF)
        )
        around = Markup(
            '<details class="near"><summary>Meetings and frameworks around it</summary>{}</details>'
        ).format(self._table(slots, beside))
        return Markup(
            '<section id="record"><h2>The record</h2><p class="sub">Every entry in the order of recording: what it '
            "says, when that was so and when it was said, and on whose word. What was corrected or taken back stays in "
            "view.</p>{}{}{}{}</section>"
        ).format(
            self._proof_cells(slots) if own else "",
            Markup(
                '<details class="leaves"><summary>When each entry was recorded, and its hash</summary>{}</details>'
            ).format(_table(LEAF_COLUMNS, _bodies(slots, leaves), "hashes")),
            self._table(slots, own),
            around if beside else "",
        )

    def _table(self, slots: Slots, names: Sequence[str]) -> Markup:
        entries = [name for name in names if not name.endswith(NOTE)]
        bodies = (
            Markup('<tbody id="{}">{}{}</tbody>').format(
                self._anchor(name),
                slots.element(name, "tr"),
                slots.element(f"{name}{NOTE}", "tr") if slots.has(f"{name}{NOTE}") else "",
            )
            for name in entries
        )
        return _table(COLUMNS, bodies)

    def _anchor(self, slot: str) -> str:
        """Where a reference to the entry of a slot leads."""
        if slot.startswith(OWN):
            return anchor(f"{self._stream}@{int(slot.removeprefix(f'{OWN}/'))}", self._stream)
        number, version = map(int, slot.removeprefix(f"{NEAR}/").split("/"))
        return anchor(f"{list(self._near)[number]}@{version}", self._stream)

    # One entry

    def _cells(self, row: RecordRow) -> Markup:
        event = row.entry.event
        is_forecast = event.role is Role.EXPECTATION
        struck = STRUCK if row.retracted_by else ""
        cells = (
            escape(self._label(row)),
            f"<b{struck or (FORECAST if is_forecast else '')}>{escape(event_words(event.name))}</b><br>"
            f"<span{struck}>{says(row.entry, lambda entry_id: self._refs([row.address_of(entry_id)]))}</span>"
            f"{self._standing(row)}",
            "<span class=mute>forecast</span>" if is_forecast else _when(event.on),
            _when(event.asserted),
            self._source(row),
            self._rest(row),
        )
        return Markup("<td>" + "<td>".join(cells))  # each of the cells is escaped

    def _label(self, row: RecordRow) -> str:
        """The entry's number; of another stream its key, too."""
        own = row.entry.stream == self._stream
        return str(row.entry.version) if own else row.address.partition("/")[2]

    def _refs(self, addresses: Sequence[str]) -> Markup:
        return refs(addresses, self._stream)

    def _standing(self, row: RecordRow) -> Markup:
        """What other entries have done to this one."""
        told = (
            ("Retracted by", () if row.retracted_by is None else (row.retracted_by,)),
            ("Corrected by", row.corrected_by),
            ("Disputed by", row.disputed_by),
            ("Another is preferred, by", row.overruled_by),
        )
        return Markup("").join(
            Markup("<span class=stt><b>{}</b> {}</span>").format(what, self._refs(by)) for what, by in told if by
        )

    def _source(self, row: RecordRow) -> Markup:
        event = row.entry.event
        speaker = attribution_words(event.attribution)
        told = Markup("<br><span class=mute>{}</span>").format(speaker) if speaker else Markup()
        if event.source is None:
            return Markup("<span class=mute>no source: the ledger speaks</span>") + told
        badge = grade_badge(row.reliability, event.credibility)
        name = row.publisher or event.source
        return Markup('{} <a class="who" href="#s-{}">{}</a>{}').format(badge, event.source, name, told)

    def _rest(self, row: RecordRow) -> Markup:
        event = row.entry.event
        parts = [
            Markup("<q>{}</q>").format(event.quote) if event.quote else "",
            Markup('<a class="ne" href="#disagree">≠ rival</a>') if row.has_rivals else "",
            Markup("<span class=stt>Status: {}</span>").format(event.status) if event.status != "fact" else "",
        ]
        return Markup("").join(part for part in parts if part)

    # The proof

    def _leaf_cells(self, leaf: Leaf) -> Markup:
        told = (
            str(leaf.version),
            f"{leaf.position:,}",
            f"{_moment(leaf.recorded_at)} {leaf.recorded_at:%H:%M} UTC",
            escape(named_with_login(leaf.recorded_by, leaf.login)),
            self._proof.leaves.get(leaf.version, "what is stored cannot be read"),
        )
        return Markup("<td>" + "<td>".join(told))  # who recorded it is escaped

    def _proof_cells(self, slots: Slots) -> Markup:
        """What was checked when the page was made, which holds whatever a belief knows of it; and what was not."""
        cells = (self._fitting(slots), self._checkpoint(self._proof.kept), self._unchecked())
        return Markup('<div class="ver">{}</div>').format(Markup("").join(cells))

    def _counted(self, recorded: Recorded) -> Markup:
        """How many entries fit, and when they were recorded."""
        first, last = _moment(recorded.first), _moment(recorded.last)
        when = f"on {first}" if first == last else f"from {first} to {last}"
        fitting = "One entry, unaltered" if recorded.entries == 1 else f"{recorded.entries:,} entries, unaltered"
        verdict = "Not all entries fit" if self._proof.misfits else fitting
        return Markup("<b>{}</b>Recorded {}. ").format(verdict, when)

    def _fitting(self, slots: Slots) -> Markup:
        proof = self._proof
        counted_entries = slots.element(COUNT, "span")
        if proof.misfits:
            entries = self._refs([f"{self._stream}@{version}" for version in proof.misfits])
            return Markup(
                '<div class="bad">{}What {} say is not what was hashed when it was recorded, or the hashes beside '
                "other entries were changed. <code>armsledger verify</code> says where.</div>"
            ).format(counted_entries, entries)
        return Markup(
            "<div>{}When this page was made, each entry of this stream was hashed anew from what is stored and leads "
            'to the root of the tree of the ledger, of {}: <span class="mono hash">{}</span></div>'
        ).format(counted_entries, counted(proof.size, "entry", "entries"), proof.root)

    def _checkpoint(self, kept: Kept | None) -> Markup:
        if kept is None:
            return Markup(
                '<div class="q"><b>No checkpoint</b>Nobody has signed for this root. Whoever edits entries and '
                "rebuilds the tree would not be noticed. <code>armsledger proof checkpoint</code> signs for it.</div>"
            )
        when = _moment(datetime.fromisoformat(kept.made_at))
        who = " and ".join(kept.names)
        if not kept.is_continued:
            return Markup(
                '<div class="bad"><b>The last checkpoint does not fit</b>It is of {} and names {}; the tree of this '
                "ledger does not continue it. <code>armsledger verify</code> says more.</div>"
            ).format(counted(kept.size, "entry", "entries"), who)
        later = self._proof.size - kept.size
        rest = "" if later <= 0 else f" {counted(later, 'entry', 'entries')} came after it."
        return Markup(
            "<div><b>Checkpoint of {}</b>Of {}; this tree continues it.{} Its signatures name {}, and were not checked "
            "here: <code>armsledger verify --checkpoint FILE --key VERIFIER</code> does.</div>"
        ).format(when, counted(kept.size, "entry", "entries"), rest, who)

    def _unchecked(self) -> Markup:
        makes = f"armsledger proof make {self._stream}@1 entry.tlog-proof --key KEYFILE"
        checks = "armsledger proof check entry.tlog-proof --key VERIFIER"
        return Markup(
            '<div class="q"><b>Not checked: other entries, and the world</b>The rest of the ledger was not gone '
            "through (<code>armsledger verify</code> does), nor does a hash say that a source is right. "
            "For one entry: <code>{}</code>; whoever gets it: <code>{}</code></div>"
        ).format(makes, checks)


def _is_noted(entry: Entry, standpoint: Standpoint) -> bool:
    """Whether the note of an entry was known: whoever recorded it made that, and may know more than the source did."""
    believed, is_of_today = standpoint.believed, standpoint.view.question.cut.day is None
    if believed.moment is not None or (standpoint.is_latest and is_of_today):
        return True
    return entry.recorded_at.toordinal() <= believed.day


def _bodies(slots: Slots, names: Iterable[str]) -> Iterator[Markup]:
    for name in names:
        yield Markup("<tbody>{}</tbody>").format(slots.element(name, "tr"))


def _table(columns: Iterable[str], bodies: Iterable[Markup], kind: str = "") -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(column) for column in columns)
    table = Markup('<table class="au entries {}"><thead><tr>{}</tr></thead>{}</table>')
    return table.format(kind, head, Markup("").join(bodies))


def _when(when: When) -> Markup:
    """A date in words, and as it is stated where the words may not say all."""
    told = escape(when_words(when))
    if PLAIN.fullmatch(when.text) and not when.qualifier:
        return told
    return told + Markup(' <code class="edtf">{}</code>').format(when.text)


def _moment(moment: datetime) -> str:
    return day_words(moment.date().toordinal())


def attribution_words(attribution: Attribution | None) -> str:
    """Whom a source quotes; ``nobody named`` where it speaks for itself, or names no one."""
    if attribution is None:
        return ""
    is_nobody = attribution.speaker is not None and attribution.speaker.casefold() in NOBODY
    return "nobody named" if is_nobody else str(attribution)
