"""The pages that repair: correct an entry, take it back, prefer one statement to others, say whether two are one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.web.recording.answer import REFUSED, Answer, as_told, distrust, recorded, status_of
from armsledger.web.recording.article_page import entries_in_short
from armsledger.web.recording.attempt import Attempt, Refusal, attempt
from armsledger.web.recording.entry_words import Card
from armsledger.web.recording.form_fields import grouped
from armsledger.web.recording.gate import Token
from armsledger.web.recording.inputs import Places, box_groups, boxes
from armsledger.web.recording.preview import Line, Previewed, preview
from armsledger.web.recording.problems import joined, problems_of
from armsledger.web.recording.repairs import EVENTS, OF_REPAIR, Deed, Repair, cards_of, repair_of, with_sent
from armsledger.web.recording.written import Pairs, in_a_line

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.web.recording.desk import Desk

NO_CHANGE: Final = Refusal(
    0, "set", "nothing is changed", "give a field another value, or take the whole entry back: retract"
)


NO_CHOICE: Final = Refusal(0, "preferred", "nothing is chosen", "choose one of these")


class Words(NamedTuple):
    """What the page of a deed is called, and what it says."""

    title: str
    deck: str
    choice: str = ""


WORDS: Final[Mapping[Deed, Words]] = {
    "correct": Words(
        "Correct an entry",
        "Change what the source is said to say, and say why. What was written stays in the record, and counts no longer"
        " from the day on which the correction holds.",
    ),
    "retract": Words(
        "Take an entry back",
        "The entry stays in the record, and counts no longer. A retraction can be taken back, too.",
    ),
    "resolve": Words(
        "Resolve a disagreement",
        "Choose the statement to prefer. The others stay in the record, and the disagreement is settled.",
        "Prefer",
    ),
    "same": Words(
        "One or two?",
        "Two statements look alike. If they speak of one thing, it is counted once; if of two, both count.",
        "They speak of",
    ),
}
VERDICT_WORDS: Final = {
    "same_as": ("one and the same", "It is counted once, and the better graded statement holds."),
    "apart_from": ("two different things", "Both are counted, and nobody is asked again."),
}


class Choice(NamedTuple):
    """One of several that somebody chooses from."""

    value: str
    label: str
    says: tuple[str, ...]


def opened(deed: Deed) -> Callable[[Desk, Mapping[str, str]], Answer]:
    """What opens the page of a deed; its address names the entries."""

    def page(desk: Desk, asked: Mapping[str, str]) -> Answer:
        with desk.ledger() as ledger:
            return Answer(_form(desk, ledger, repair_of(ledger, deed, asked.get("entry", ""))))

    return page


def sent(deed: Deed) -> Callable[[Desk, Pairs, Token], Answer]:
    """What a form of a deed is answered with when it is sent."""

    def take(desk: Desk, pairs: Pairs, token: Token) -> Answer:
        with desk.ledger() as ledger:
            repair = with_sent(repair_of(ledger, deed, pairs.get("entry", "")), pairs)
            try:
                if (error := distrust(token)) is not None:
                    raise error
                return _done(desk, ledger, repair, pairs)
            except LedgerError as error:
                return Answer(_form(desk, ledger, repair, errors=[as_told(error)]), status_of(error))

    return take


def _done(desk: Desk, ledger: Ledger, repair: Repair, pairs: Pairs) -> Answer:
    do = pairs.get("do", "show")
    if do not in ("preview", "record"):
        return Answer(_form(desk, ledger, repair))
    if repair.deed == "correct" and not repair.changed:
        return Answer(_form(desk, ledger, repair, [NO_CHANGE]), REFUSED)
    if repair.deed in ("resolve", "same") and not repair.choice:
        return Answer(_form(desk, ledger, repair, [NO_CHOICE]), REFUSED)
    tried = attempt(ledger, [repair.as_object(ledger.session.today)], dry_run=do == "preview")
    if tried.report is None:
        return Answer(_form(desk, ledger, repair, tried.refusals), REFUSED)
    if do == "record":
        return recorded(desk.home, tried)
    return Answer(_preview(desk, repair, tried, pairs))


def _form(
    desk: Desk,
    ledger: Ledger,
    repair: Repair,
    refusals: Sequence[Refusal] = (),
    errors: Sequence[LedgerError] = (),
) -> str:
    cards = cards_of(ledger, repair)
    about_target = [one for one in refusals if _is_of_target(repair, one)]
    own = Places(
        [one for one in refusals if one not in about_target],
        {"preferred": "choice", "over": "choice", "set": "choice", "target": "entry", "": "entry"},
    )
    target = Places(map(_of_field, about_target), {"": "entry"})
    own_boxes = boxes(repair.own_fields, repair.typed, own, OF_REPAIR)
    groups = (
        box_groups(grouped(repair.kind, repair.target_event.name), repair.fields, target)
        if repair.deed == "correct"
        else ()
    )
    wrong = joined(own.rest(), target.rest())
    return desk.page(
        "repair.html",
        repair.deed,
        deed=repair.deed,
        words=WORDS[repair.deed],
        action=f"{desk.home}/{repair.deed}",
        stream=repair.stream,
        entry=" ".join(entry.address for entry in repair.entries),
        cards=cards,
        choices=list(_choices(repair, cards)),
        choice=repair.choice,
        choice_refusals=tuple(wrong.get("choice", ())),
        entry_groups=groups,
        own_boxes=own_boxes,
        before=json.dumps(dict(repair.before)),
        problems=problems_of(wrong, errors),
        known=desk.known("source", entries_in_short(ledger, repair.stream)),
    )


def _is_of_target(repair: Repair, refusal: Refusal) -> bool:
    """Whether a refusal is about a value that a correction sets, and not about a field of the correction itself."""
    name = refusal.field.partition(".")[0]
    own = {one.name for one in repair.own_fields if one.name in repair.typed}
    return refusal.field.startswith("set.") or name in {one.name for one in repair.changed} - own


def _of_field(refusal: Refusal) -> Refusal:
    """The refusal with the field of the entry that is corrected."""
    return replace(refusal, field=refusal.field.removeprefix("set."))


def _choices(repair: Repair, cards: Sequence[Card]) -> Iterator[Choice]:
    if repair.deed == "same":
        for value, (label, says) in VERDICT_WORDS.items():
            yield Choice(value, label, (says,))
    elif repair.deed == "resolve":
        for one in cards:
            yield Choice(one.address, one.says, (one.address, one.cited, one.quote))


def _preview(desk: Desk, repair: Repair, tried: Attempt, pairs: Pairs) -> str:
    assert tried.report is not None
    entry = Previewed(EVENTS[repair.deed].name, repair.stream, tried.address_of(0), tuple(_lines(repair, tried)))
    return preview(desk, repair.deed, f"{desk.home}/{repair.deed}", pairs, [entry], tried)


def _lines(repair: Repair, tried: Attempt) -> Iterator[Line]:
    readings = {one.field: one.read for one in tried.readings_of(0)}
    if repair.deed == "resolve":
        yield Line("Prefers", repair.choice)
        yield Line("Over", ", ".join(repair.others))
    else:
        yield Line("Entry", repair.target.address)
    for change in repair.changes():
        before = f"{change.before} becomes " if change.before else ""
        yield Line(change.label, f"{before}{change.after or 'not said'}", readings.get(change.path, ""))
    for one in repair.own_fields:
        text = in_a_line(repair.typed.get(one.name))
        if text:
            yield Line(one.label, text, readings.get(one.name, ""))
