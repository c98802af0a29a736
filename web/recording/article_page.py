"""The page "Record an article": its form, and what would be recorded of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.application.recording.event_fields import summary_of
from armsledger.application.saying import saying
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import COMMON_FIELDS
from armsledger.domain.values.stream import KINDS
from armsledger.web.recording.article import SOURCE, Article, kept_aside
from armsledger.web.recording.attempt import Attempt, Refusal
from armsledger.web.recording.entry_words import told_in_short
from armsledger.web.recording.form_fields import FormField, events_to_record, form_fields, grouped
from armsledger.web.recording.inputs import OF_THE_STREAM, Input, Places, box_groups, boxes
from armsledger.web.recording.preview import Line, preview, previewed
from armsledger.web.recording.problems import joined, problems_of
from armsledger.web.recording.written import Pairs, Written, in_a_line

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.web.recording.desk import Desk

FORM: Final = "article"
GIVEN_ONCE: Final = frozenset({"source"})
"""Fields of an entry that the page gives once for all of them."""
FIRST_OF_SOURCE: Final = ("publisher", "title", "url", "published", "reliability")
"""What is asked of a source before all else."""
KEY: Final = FormField(
    "key",
    "text",
    "the deal, meeting or agreement that it is about; a new key opens one",
    "india-s400",
    required=True,
    completes="key",
)
SOURCE_KEY: Final = FormField(
    "source",
    "text",
    "of a source that the ledger holds, or of a new one: the publisher and the day",
    "theprint-2021-11-12",
    required=True,
    completes="source",
)


class Beside(NamedTuple):
    """Another entry of the page than the one whose fields are shown."""

    number: int
    stream: str
    event: str
    says: str
    refusals: tuple[Refusal, ...]


def form_page(
    desk: Desk,
    ledger: Ledger | None,
    article: Article,
    refusals: Sequence[Refusal] = (),
    told: str = "",
    errors: Sequence[LedgerError] = (),
) -> str:
    """The form, with what is wrong beside its fields; ``errors`` are about no field."""
    article = _turned_to_the_wrong_entry(article, refusals)
    shown = article.shown
    places = Places(
        [one for one in refusals if one.entry is not None and one.entry == article.under_way],
        {**dict.fromkeys(OF_THE_STREAM, "key"), "event": "tells", "source": "source", "": "entry"},
    )
    groups = box_groups(grouped(shown.kind, shown.event, GIVEN_ONCE), shown.values, places)
    of_source = Places(
        [one for one in refusals if one.entry is not None and one.entry >= len(article.entries)],
        {"key": "source", "": "source", "sha256": "digest"},
    )
    source_boxes = boxes(source_fields(), article.source.values, of_source, SOURCE)
    wrong = joined(places.rest(), of_source.rest())
    of_nothing = [one for one in refusals if one.entry is None]
    others = list(_others(article, refusals))
    of_others = {f"entry-{one.number}": one.refusals for one in others}
    return desk.page(
        "article.html",
        FORM,
        article=article,
        shown=shown,
        shown_summary=_summary(shown),
        kept=kept_aside(shown),
        catalogue={kind: list(events_to_record(kind)) for kind in KINDS},
        key=Input("key", KEY, shown.key, tuple(wrong.get("key", ()))),
        source_key=Input("source", SOURCE_KEY, article.source.key, tuple(wrong.get("source", ()))),
        tells_refusals=tuple(wrong.get("tells", ())),
        source_boxes=source_boxes,
        source_known=_source_known(ledger, article.source.key),
        opens_source=article.describes_source or any(name.startswith(SOURCE) for name in wrong),
        entry_groups=groups,
        others=others,
        problems=problems_of({**wrong, **of_others}, [*errors, *of_nothing]),
        told=told,
        known=desk.known(shown.kind, entries_in_short(ledger, shown.stream)),
    )


def source_fields() -> list[FormField]:
    """The fields of a new source, the usual ones first."""
    fields = {one.name: one for one in form_fields("source", "registered") if one.name not in ("sha256", "on")}
    first = [fields.pop(name) for name in FIRST_OF_SOURCE]
    return [*first, *fields.values()]


def _turned_to_the_wrong_entry(article: Article, refusals: Sequence[Refusal]) -> Article:
    """The form with the fields of the first entry that is refused, unless that of the one under way is."""
    wrong = sorted({one.entry for one in refusals if one.entry is not None and one.entry < len(article.entries)})
    if not wrong or article.under_way in wrong:
        return article
    return article.edited(wrong[0])


def _others(article: Article, refusals: Sequence[Refusal]) -> Iterator[Beside]:
    for number, one in article.others:
        wrong = tuple(refusal for refusal in refusals if refusal.entry == number)
        yield Beside(number, one.stream, one.event or "nothing chosen", in_short(one), wrong)


def in_short(written: Written) -> str:
    """What an entry says, in the words in which it was written."""
    values = {one.name: in_a_line(typed) for one, typed in written.given}
    own = {name: text for name, text in values.items() if name not in COMMON_FIELDS}
    return f"on {values['on']}: {saying(own)}" if "on" in values else saying(own)


def _summary(written: Written) -> str:
    event = CATALOGUE.by_kind[written.kind].get(written.event)
    return "" if event is None else summary_of(event).partition("\n")[0]


def entries_in_short(ledger: Ledger | None, stream: str) -> dict[str, str]:
    """The entries of a stream by ``@7``, and what each says; none of a stream that is not there."""
    if ledger is None or not ledger.exists():
        return {}
    try:
        entries = ledger.journal().reader.stream(stream)
    except LedgerError:
        return {}
    return {f"@{one.version}": told_in_short(one.event) for one in entries}


def _source_known(ledger: Ledger | None, key: str) -> str:
    """What the ledger holds of a source, in a line; empty where it holds nothing of it."""
    if ledger is None or not key:
        return ""
    try:
        source = ledger.at().source(key).certain
    except LedgerError:
        return ""
    if source is None:
        return ""
    return ", ".join(
        str(told) for told in (source.publisher, source.title, source.published, source.reliability) if told
    )


def preview_page(desk: Desk, article: Article, tried: Attempt, pairs: Pairs, today: date) -> str:
    """What would be recorded: each value as it is read, and the findings that it would cause."""
    written = [*article.entries, *([article.source] if article.describes_source else [])]
    entries = [previewed(number, one, tried, today) for number, one in enumerate(written)]
    if article.describes_source:
        entries = [entries[-1], *entries[:-1]]
        if article.keeps_digest:
            digest = Line("SHA-256 of the text", article.digest)
            entries[0] = entries[0]._replace(lines=(*entries[0].lines, digest))
    return preview(desk, FORM, desk.home, pairs, entries, tried, article.source.key)
