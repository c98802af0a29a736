"""Random histories: legal ones, built by deciding entry by entry, and wild ones that nobody decided upon."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import Refused
from armsledger.domain.events.catalogue import CATALOGUE, COMMON
from armsledger.domain.events.repair import OUR_COPY, Corrected, Resolved
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.when import When
from tests.domain.specification import ELSEWHERE, PUBLISHED, Case, Said, recorded, said

SOURCES = tuple(PUBLISHED)
REFERENCES = ("target", "preferred", "same_as", "apart_from")
FIRST_DAY = date(2017, 1, 1)
DAYS = 3285
"""Nine years, from 2017 to 2025, in which everything of a random history happens."""

GRADES: tuple[Reliability, ...] = ("A", "B", "C", "D", "E", "F")
grades: st.SearchStrategy[dict[str, Reliability]] = st.dictionaries(
    st.sampled_from(SOURCES), st.sampled_from(GRADES), max_size=5
)
days = st.integers(0, DAYS).map(lambda number: FIRST_DAY + timedelta(number))
amounts = st.sampled_from(["USD 100m", "~USD 300m", "INR 20bn", "USD 100m-200m"])
quantities = st.sampled_from(["1 unit", "2 units", "~1 unit", "1 regiment", "1-3 units", "up to 2 units"])
tranches = st.sampled_from([1, 1, None, "advance"])
items = st.sampled_from([None, None, "S-400", "48N6"])
lines = st.sampled_from(
    [[], [], [{"designation": "S-400", "quantity": "2 units"}, {"designation": "48N6", "quantity": "9 missiles"}]]
)
perhaps = st.sampled_from([None, None, None, "yes"])
values = st.one_of(amounts, amounts, st.just(["USD 300m", "INR 20bn"]))
suppliers = st.sampled_from(["RUS", "RUS", ["RUS", "USA"]])
parties = st.sampled_from([None, "IND", "RUS", ["IND", "RUS"]])
others = st.sampled_from([None, "TUR", "UKR"])


@st.composite
def dates(draw: st.DrawFn) -> str:
    """A date as uncertain as sources leave them."""
    day = draw(days)
    end = day + timedelta(draw(st.integers(1, 400)))
    forms = [f"{day}", f"{day:%Y-%m}", f"{day:%Y}~", f"{day}/{end}", f"../{day}", f"{day:%Y-%m}/.."]
    return draw(st.sampled_from(forms))


SANCTIONED = {"by": "USA", "against": "IND", "basis": "CAATSA"}
LICENCE = {
    "authority": "BIS",
    "reference": st.sampled_from([None, "D-1", "D-2"]),
    "scope": st.sampled_from([None, "missiles"]),
}
ONWARD = {"authority": st.sampled_from(["RUS", "USA"]), "to": others, "quantity": st.none() | quantities, "item": items}
GIVEN = {"by": parties, "quantity": st.none() | quantities, "items": lines}
FORMS = st.sampled_from(["offset", "workshare"])
CLAIM = {
    "by": st.sampled_from([None, "IND"]),
    "against": st.sampled_from([None, "RUS"]),
    "forum": st.sampled_from([None, "ICC"]),
    "amount": st.none() | amounts,
}
LINK = {"to": st.sampled_from(sorted(ELSEWHERE)), "relation": st.sampled_from(["part-of", "succeeds", "listed-as"])}
OCCURRENCES: Mapping[str, Mapping[str, Any]] = {
    "approval-granted": {"authority": "CCS"},
    "agreement-signed": {},
    "approval-denied": {"authority": "CCS"},
    "notified": {"legislature": "Congress", "reference": st.sampled_from([None, "21-1"]), "quantity": quantities},
    "offer-issued": {"value": values, "items": lines},
    "pledged": {**GIVEN, "value": st.none() | values},
    "pledge-withdrawn": GIVEN,
    "contract-signed": {"value": values, "quantity": quantities, "items": lines, "until": st.none() | dates()},
    "amended": {"value": values, "quantity": quantities, "items": lines},
    "option-agreed": {"option": st.sampled_from([None, "B"]), "quantity": quantities, "until": st.none() | dates()},
    "option-exercised": {"option": st.sampled_from([None, "B"]), "quantity": st.none() | quantities},
    "option-lapsed": {"option": st.sampled_from([None, "B"])},
    "suspended": {"by": parties, "until": st.none() | dates()},
    "resumed": {},
    "terminated": {},
    "completed": {},
    "payment-scheduled": {"tranche": st.sampled_from([1, "advance"]), "due": dates(), "amount": amounts},
    "payment-delayed": {"tranche": tranches},
    "delivery-scheduled": {"tranche": tranches, "quantity": quantities, "window": dates()},
    "inducted": {"tranche": tranches, "place": "Punjab"},
    "tranche-paid": {
        "tranche": tranches,
        "amount": st.none() | amounts,
        "payer": st.sampled_from([None, "IND", "RUS"]),
        "so_far": perhaps,
        "part": perhaps,
        "covers": st.sampled_from([None, None, ["india-s300"]]),
    },
    "payment-refunded": {"tranche": tranches, "amount": amounts},
    "delivery-begun": {"tranche": tranches},
    "delivered": {
        "tranche": tranches,
        "quantity": st.none() | quantities,
        "item": items,
        "so_far": perhaps,
        "part": perhaps,
        "by": st.sampled_from([None, None, "RUS", "USA"]),
        "to": others,
    },
    "returned": {"quantity": st.none() | quantities, "item": items, "so_far": perhaps},
    "lost": {"quantity": st.none() | quantities, "item": items, "so_far": perhaps},
    "delivery-completed": {"tranche": tranches},
    "delivery-suspended": {},
    "delivery-resumed": {},
    "milestone-reached": {"milestone": st.sampled_from(["launched", "first-flight"]), "item": items},
    "tested": {"tranche": tranches, "result": st.sampled_from([None, "passed", "failed"])},
    "onward-transfer-requested": {**ONWARD, "by": parties.filter(lambda by: not isinstance(by, list))},
    "onward-transfer-consented": ONWARD,
    "onward-transfer-refused": ONWARD,
    "transferred-onward": {
        "to": st.sampled_from(["TUR", "UKR"]),
        "quantity": st.none() | quantities,
        "item": items,
        "so_far": perhaps,
    },
    "industrial-arrangement-agreed": {
        "form": FORMS,
        "value": st.none() | amounts,
        "scope": st.sampled_from([None, "radars"]),
        "partner": st.sampled_from([None, "org:BEL"]),
    },
    "industrial-arrangement-discharged": {"form": FORMS, "value": st.none() | amounts, "so_far": perhaps},
    "claim-filed": CLAIM,
    "claim-settled": CLAIM,
    "claim-withdrawn": CLAIM,
    "linked": LINK,
    "unlinked": LINK,
    "licence-applied": LICENCE,
    "licence-granted": {**LICENCE, "until": st.none() | dates()},
    "licence-denied": LICENCE,
    "licence-revoked": LICENCE,
    "sanction-threat-raised": SANCTIONED,
    "sanction-position-stated": {"by": "USA", "position": "under-review"},
    "sanction-imposed": SANCTIONED,
    "sanction-threat-withdrawn": SANCTIONED,
    "sanction-lifted": SANCTIONED,
    "waiver-granted": {**SANCTIONED, "until": st.none() | dates()},
    "waiver-expired": SANCTIONED,
    "opened": {"supplier": suppliers, "buyer": "IND"},
}
OFTEN = ("contract-signed", "tranche-paid", "delivery-begun", "delivered")
"""Events of which a history shall have several, so that statements compete."""
THEMES: Sequence[Sequence[str]] = (
    ("pledged", "pledge-withdrawn"),
    ("approval-granted", "approval-denied", "notified", "offer-issued"),
    ("amended", "option-agreed", "option-exercised", "option-lapsed"),
    ("suspended", "resumed", "terminated", "completed"),
    ("delivery-suspended", "delivery-resumed", "milestone-reached", "tested"),
    ("transferred-onward", "returned", "lost"),
    ("onward-transfer-requested", "onward-transfer-consented", "onward-transfer-refused"),
    ("industrial-arrangement-agreed", "industrial-arrangement-discharged"),
    ("claim-filed", "claim-settled", "claim-withdrawn"),
    ("licence-applied", "licence-granted", "licence-denied", "licence-revoked"),
    ("sanction-threat-raised", "sanction-imposed", "sanction-lifted", "waiver-granted", "waiver-expired"),
    ("linked", "unlinked"),
)
"""Events that act on one another: each history has one of these themes, and so several events of it."""


@dataclass
class Story:
    """A legal history of a deal, the case in which it was decided, and what it tells more of than others."""

    case: Case
    asserted: list[str]
    theme: Sequence[str]

    @property
    def entries(self) -> list[Entry]:
        """The entries in the order in which they were recorded."""
        return self.case.entries

    def ids(self, *events: str) -> list[str]:
        """The ids of all entries, or of those of some events."""
        return [entry.id for entry in self.entries if not events or entry.event.name in events]


def _fields(draw: st.DrawFn, event: str) -> dict[str, Any]:
    fields = OCCURRENCES[event]
    return {name: draw(value) if isinstance(value, st.SearchStrategy) else value for name, value in fields.items()}


def _occurrence(draw: st.DrawFn, story: Story) -> Said:
    event = draw(st.sampled_from(draw(st.sampled_from([OFTEN, story.theme, list(OCCURRENCES)]))))
    status = draw(st.sampled_from(["fact", "fact", "fact", "reported", "claim", "denial", "inference"]))
    credibility = draw(st.sampled_from([None, 1, 3]))
    alike = story.ids(event)
    same_as = draw(st.sampled_from([None, None, *alike])) if alike else None
    link = draw(st.sampled_from(["same_as", "same_as", "apart_from"]))
    fields = {**_fields(draw, event), "status": status, "credibility": credibility, link: same_as}
    return said(event, on=draw(dates()), source=draw(st.sampled_from(SOURCES)), **fields)


def _expectation(draw: st.DrawFn, story: Story) -> Said:
    what: dict[str, Any] = {
        "event": draw(st.sampled_from(["delivered", "tranche-paid", "delivery-begun", "completed"]))
    }
    if what["event"] != "completed":
        what["tranche"] = draw(tranches)
    if what["event"] == "delivered":
        what["item"] = draw(items)
    fields = {"quantity": draw(st.sampled_from([None, "2 units", "1-3 units"])), "so_far": draw(perhaps)}
    if what["event"] == "tranche-paid":
        fields = {"amount": draw(st.none() | amounts), "so_far": draw(perhaps)}
    modality = draw(st.sampled_from([None, "planned", "ruled-out"]))
    source = draw(st.sampled_from(SOURCES))
    return said("expected", what=what, due=draw(dates()), modality=modality, source=source, **fields)


def _later_word(draw: st.DrawFn, story: Story) -> Said:
    target = draw(st.sampled_from(story.ids("expected", "expectation-revised") or story.ids()))
    source = draw(st.sampled_from(SOURCES))
    if draw(st.booleans()):
        quantity = draw(st.sampled_from([None, None, "1 unit"]))
        return said("expectation-revised", target=target, due=draw(dates()), quantity=quantity, source=source)
    return said("expectation-withdrawn", target=target, source=source)


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "on": dates(),
        "amount": st.one_of(st.none(), amounts),
        "quantity": quantities,
        "tranche": tranches,
        "source": st.sampled_from(SOURCES),
        "status": st.sampled_from(["fact", "claim", "denial"]),
        "due": dates(),
        "value": amounts,
    },
).filter(bool)


def _correction(draw: st.DrawFn, story: Story) -> Said:
    target = draw(st.sampled_from(story.entries))
    changes: dict[str, Any] = {
        name: value for name, value in draw(CHANGES).items() if name in type(target.event).model_fields
    }
    if isinstance(target.event, Corrected):
        changes = {"set": changes}
    elif draw(st.integers(0, 9)) == 0:
        changes["asserted"] = story.asserted.pop()
    reason = draw(st.sampled_from(["entry-error", "source-error", "new-information", "translation"]))
    return said("corrected", target=target.id, set=changes, reason=reason)


def _retraction(draw: st.DrawFn, story: Story) -> Said:
    reason = draw(st.sampled_from(["entry-error", "it was wrong"]))
    target = draw(st.sampled_from(story.ids() + story.ids("retracted", "corrected", "resolved") * 3))
    return said("retracted", target=target, reason=reason)


def _judgement(draw: st.DrawFn, story: Story) -> Said:
    rivals = [(a.id, b.id) for a in story.entries for b in story.entries if a is not b and _alike(a, b)]
    if draw(st.integers(0, 4)) == 0:
        return said("disputed", target=draw(st.sampled_from(story.ids())))
    if not rivals:
        return _occurrence(draw, story)
    preferred, other = draw(st.sampled_from(rivals))
    return said("resolved", preferred=preferred, over=[other])


def _alike(one: Entry, other: Entry) -> bool:
    """Whether two entries may speak of one occurrence."""
    key = one.event.occurrence_key()
    return type(one.event) is type(other.event) and key is not None and key == other.event.occurrence_key()


ACTIONS = (*[_occurrence] * 5, _expectation, _later_word, _correction, _retraction, *[_judgement] * 2)


@st.composite
def stories(draw: st.DrawFn, max_size: int = 18) -> Story:
    """A legal history of a deal. In some of them many entries were asserted on one day, so that there are full ties."""
    known: dict[str, Reliability] = draw(grades)
    some = st.integers(0, DAYS) if draw(st.booleans()) else st.sampled_from(range(0, DAYS, DAYS // 3))
    numbers = draw(st.lists(some, min_size=2 * max_size, max_size=2 * max_size))
    asserted = [f"{FIRST_DAY + timedelta(number)}" for number in numbers]
    story = Story(Case("deal/random", known), asserted, draw(st.sampled_from(THEMES)))
    opening = said("opened", on=draw(dates()), supplier="RUS", buyer="IND")
    for number in range(draw(st.integers(6, max_size))):
        statement = draw(st.sampled_from(ACTIONS))(draw, story) if number else opening
        fields = {**statement.fields, "asserted": story.asserted.pop()}
        if "on" in fields and When.parse(fields["on"]).first > When.parse(fields["asserted"]).last:
            fields["on"] = fields["asserted"]  # nobody tells what is yet to come
        try:
            story.case.record(Said(statement.event, fields, f"e{number}"), is_new=True)
        except Refused:
            continue
    return story


def references(event: Statement) -> set[str]:
    """The ids of the entries that an event speaks of, as it was written or in what it corrects."""
    given = {**event.__dict__, **(event.set if isinstance(event, Corrected) else {})}
    single = {given[name] for name in REFERENCES if isinstance(given.get(name), str)}
    return single | set(event.over if isinstance(event, Resolved) else ())


def roots(entry: Entry, by_id: Mapping[str, Entry]) -> set[str]:
    """The entries, themselves no repairs, that a repair speaks of in the end."""
    if entry.event.role is not Role.REPAIR:
        return {entry.id}
    return {root for other in references(entry.event) if other in by_id for root in roots(by_id[other], by_id)}


def predecessors(entries: Sequence[Entry]) -> dict[str, set[str]]:
    """For each entry those that stay before it: what it speaks of, and earlier repairs of our own copy of the same
    entries."""
    by_id = {entry.id: entry for entry in entries}
    before = {entry.id: references(entry.event) for entry in entries}
    repairs = [entry for entry in entries if getattr(entry.event, "reason", None) in OUR_COPY]
    for number, entry in enumerate(repairs):
        mine = roots(entry, by_id)
        before[entry.id] |= {other.id for other in repairs[:number] if roots(other, by_id) & mine}
    return before


@st.composite
def reorderings(draw: st.DrawFn, entries: Sequence[Entry]) -> list[Entry]:
    """The same entries recorded in another order, in which each still comes after those it speaks of."""
    before = predecessors(entries)
    waiting = draw(st.permutations(list(entries)))
    done: list[Entry] = []
    while waiting:
        free = next(entry for entry in waiting if before[entry.id] <= {other.id for other in done})
        waiting.remove(free)
        done.append(free)
    return [recorded(Draft(e.stream, n, e.id, e.event), n) for n, e in enumerate(done, start=1)]


# wild histories

PAYLOADS = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "events" / "samples").glob("*"))
]
IDS = [f"e{number}" for number in range(12)]
references_to_anything = st.sampled_from([*IDS, "nothing"])
wild_changes = st.dictionaries(
    st.sampled_from(["on", "amount", "tranche", "target", "same_as", "set", "nonsense", "asserted"]),
    st.sampled_from([None, 5, "2019", "USD 1m", "e1", {"amount": "2"}, ["e1"], True]),
    min_size=1,
)


@st.composite
def wild_histories(draw: st.DrawFn) -> tuple[str, list[Entry]]:
    """Events of one kind of stream that say anything of anything, and refer to anything."""
    kind = draw(st.sampled_from(["deal", "engagement", "framework", "source"]))
    common = [p for p in PAYLOADS if p["name"].partition(".")[2] in COMMON_NAMES]
    samples = [p for p in PAYLOADS if p["name"].startswith(f"{kind}.")]
    count = draw(st.integers(0, len(IDS)))
    return kind, [_wild_entry(draw, kind, number, draw(st.sampled_from(samples + common))) for number in range(count)]


COMMON_NAMES = {event.name for event in COMMON}


def _wild_entry(draw: st.DrawFn, kind: str, number: int, stored: Mapping[str, Any]) -> Entry:
    name = stored["name"].partition(".")[2]
    fields = {**stored["payload"], "on": draw(dates()), "asserted": draw(dates())}
    fields |= {"source": draw(st.sampled_from([*SOURCES, None])), "same_as": draw(st.none() | references_to_anything)}
    fields["apart_from"] = draw(st.none() | references_to_anything)
    fields["status"] = draw(st.sampled_from(["fact", "claim", "denial"]))
    for field in ("target", "preferred"):
        if field in fields:
            fields[field] = draw(references_to_anything)
    if name == "resolved":
        fields["over"] = draw(st.lists(references_to_anything, min_size=1, max_size=3))
    if "set" in fields:
        fields["set"] = draw(wild_changes)
    if "due" in fields:
        fields["due"] = draw(dates())
    given = {field: value for field, value in fields.items() if value is not None}
    event = CATALOGUE.by_kind[kind][name].model_validate_json(json.dumps(given))  # type: ignore[index]  # a kind
    return recorded(Draft(f"{kind}/wild", number + 1, IDS[number], event), number + 1)
