"""Deals that nobody made: realistic life cycles for measurements and tests, the same for the same seed.

A deal is made from its number and the seed alone, so the first thousand of a million deals are the same
as a thousand deals. Every proposal is one that a ledger takes if the sources are registered first, in
the order given, on any day from 2024 on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from armsledger.domain.decisions.entry_id import own_id
from armsledger.domain.decisions.fields import event_class, read_event
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Proposal
from armsledger.domain.events.payload import Payload
from armsledger.domain.values.stream import StreamId

SEED = 20181005
SOURCES = tuple(f"wire-{number:02}" for number in range(60))
FIRST_DAY = date(1992, 1, 1)
DAYS_OF_OPENING = 9_000

STATES = ("RUS", "USA", "FRA", "DEU", "GBR", "CHN", "ISR", "ITA", "KOR", "TUR", "SWE", "ESP")
BUYERS = ("IND", "SAU", "EGY", "VNM", "POL", "IDN", "QAT", "ARE", "MAR", "DZA", "GRC", "BRA", "PAK", "THA")
GOODS = (
    ("S-400 Triumf", "SAM system"),
    ("Rafale", "multirole fighter"),
    ("Type 209", "submarine"),
    ("K9 Thunder", "self-propelled howitzer"),
    ("Bayraktar TB2", "armed UAV"),
    ("MH-60R Seahawk", "ASW helicopter"),
    ("Leopard 2A7", "main battle tank"),
    ("Exocet MM-40", "anti-ship missile"),
)
UNITS = ("units", "regiments", "squadrons", "systems")
AUTHORITIES = ("Cabinet Committee on Security", "Defence Acquisition Council", "State Department", "Bundestag")
SPEAKERS = ("defence ministry official (anonymous)", "chief of the air staff", "spokesperson of the maker")
QUOTES = (
    "the two sides signed the contract on the sidelines of the annual summit",
    "according to people familiar with the development, who asked not to be named",
    "deliveries will follow the schedule laid down in the contract",
    "the ministry declined to comment on the terms of payment",
)
NOTE = "The page gives the month; the day is that of the agency's first report."


def generate_sources() -> Iterator[Proposal]:
    """The registrations of the sources that tell the deals, to be recorded first; every seventh has no grade."""
    for number, key in enumerate(SOURCES):
        grade = {} if number % 7 == 6 else {"reliability": "AABBBCCD"[number % 8]}
        fields = {"publisher": f"Wire {number}", "on": "1991", "asserted": "1991", **grade}
        yield Proposal(StreamId("source", key), "registered", fields)


def generate_deals(count: int, seed: int = SEED) -> Iterator[Proposal]:
    """The entries of so many deals, about ten for each, deal by deal."""
    for number in range(count):
        yield from generate_deal(number, seed)


def generate_deal(number: int, seed: int = SEED) -> list[Proposal]:
    """The entries of one deal, in the order in which they are recorded."""
    story = Story(number, seed)
    _open(story)
    _agree(story)
    _sign(story)
    _expect(story)
    _pay(story)
    _threaten(story)
    _deliver(story)
    _end(story)
    _hear_others(story)
    _repair(story)
    return story.proposals


class Story:
    """One deal as it is told: what has been said so far, and the day that it has come to."""

    def __init__(self, number: int, seed: int) -> None:
        self.random = Random(f"{seed}/{number}")
        self.stream = StreamId("deal", f"generated-{number:06}")
        self.supplier = self.random.choice(STATES)
        self.buyer = self.random.choice(BUYERS)
        self.unit = self.random.choice(UNITS)
        self.millions = self.random.randrange(40, 9_000)
        self.day = FIRST_DAY + timedelta(days=self.random.randrange(DAYS_OF_OPENING))
        self.proposals: list[Proposal] = []
        self.expected: list[int] = []
        """The places of what was expected among the proposals."""

    def happens(self, chance: float) -> bool:
        """Whether something happens that does so with a chance of 0 to 1."""
        return self.random.random() < chance

    def pass_days(self, most: int) -> None:
        """Let some days pass."""
        self.day += timedelta(days=self.random.randrange(1, most))

    def tell(self, event: str, *, source: str | None = None, **fields: Any) -> int:
        """Have a source say it, a few days after it happened; returns its place among the proposals."""
        said = self.day + timedelta(days=self.random.randrange(30))
        fields.setdefault("on", uncertain(self.day, self.random))
        fields |= {"asserted": said.isoformat(), "source": source or self.random.choice(SOURCES)}
        fields["credibility"] = self.random.choice((1, 2, 2, 2, 3, 3, 4))
        self.proposals.append(Proposal(self.stream, event, fields | self._manner()))
        return len(self.proposals) - 1

    def _manner(self) -> dict[str, Any]:
        """How the source puts it."""
        manner: dict[str, Any] = {}
        if self.happens(0.4):
            manner["status"] = self.random.choices(("reported", "claim", "inference"), weights=(90, 5, 5))[0]
        if self.happens(0.3):
            manner["attribution"] = self.random.choice(SPEAKERS)
        if self.happens(0.5):
            manner["quote"] = self.random.choice(QUOTES)
        if self.happens(0.1):
            manner["note"] = NOTE
        return manner

    def id_of(self, place: int) -> str:
        """The id of what was told; given to it when another entry first speaks of it, as people do."""
        proposal = self.proposals[place]
        if proposal.id is None:
            proposal = self.proposals[place] = replace(proposal, id=f"{self.stream.key}-{place + 1}")
        return proposal.id or ""

    def places(self, *events: str) -> list[int]:
        """The places of all that was told of some events."""
        return [place for place, proposal in enumerate(self.proposals) if proposal.event in events]


def uncertain(day: date, random: Random) -> str:
    """A day as precisely as sources tell it: mostly the day or the month."""
    text = day.isoformat()
    month = text[:7]
    later = (day + timedelta(days=random.randrange(31, 90))).isoformat()[:7]
    forms = (text, month, f"{month}~", text[:4], f"{month}/{later}", f"../{later}")
    return random.choices(forms, weights=(60, 18, 6, 6, 5, 5))[0]


def _open(story: Story) -> None:
    designation, description = story.random.choice(GOODS)
    title = {"title": f"{designation} for {story.buyer}"} if story.happens(0.6) else {}
    items = [{"designation": designation, "description": description}]
    story.tell("opened", supplier=story.supplier, buyer=story.buyer, items=items, **title)
    story.pass_days(400)


def _agree(story: Story) -> None:
    if story.happens(0.65):
        story.tell("approval-granted", authority=story.random.choice(AUTHORITIES))
        story.pass_days(200)
    if story.happens(0.2):
        story.tell("agreement-signed", place="on the sidelines of the annual summit")
        story.pass_days(200)


def _sign(story: Story) -> None:
    count = story.random.randrange(2, 60)
    mode = {"mode": "sale"} if story.happens(0.7) else {}
    story.tell("contract-signed", value=money(story.millions), quantity=f"{count} {story.unit}", **mode)
    story.pass_days(150)


def money(millions: int) -> str:
    """An amount as people write it; a source rounds one ending in an even figure."""
    return f"{'~' if millions % 2 == 0 else ''}USD {millions}m"


def _expect(story: Story) -> None:
    for tranche in range(1, story.random.choice((1, 1, 1, 2, 2, 3))):
        due = story.day + timedelta(days=story.random.randrange(300, 1_500))
        window = story.random.choice((f"../{due}", f"{due.year}", f"{due}~"))
        what = {"event": "delivered", "tranche": tranche}
        story.expected.append(story.tell("expected", what=what, due=window, modality="scheduled"))
    if story.expected and story.happens(0.3):
        target, later = story.id_of(story.expected[0]), story.day + timedelta(days=1_800)
        story.tell("expectation-revised", target=target, due=f"../{later.year}")
    if story.expected and story.happens(0.08):
        story.tell("expectation-withdrawn", target=story.id_of(story.expected[-1]))


def _pay(story: Story) -> None:
    tranches = story.random.choice((2, 2, 3))
    for tranche in range(1, tranches + 1):
        story.pass_days(300)
        amount = {"amount": money(story.millions // (tranches + 1))} if story.happens(0.85) else {}
        story.tell("tranche-paid", tranche=tranche, payer=story.buyer, payee=story.supplier, **amount)


def _threaten(story: Story) -> None:
    if not story.happens(0.1):
        return
    of = {"by": "USA", "against": story.buyer, "basis": "CAATSA"}
    story.tell("sanction-threat-raised", strength="warn", over="going ahead with the contract", **of)
    if story.happens(0.4):
        story.pass_days(300)
        story.tell(story.random.choice(("waiver-granted", "sanction-threat-withdrawn")), **of)


def _deliver(story: Story) -> None:
    if story.happens(0.2):
        story.tell("delivery-begun")
    for tranche in range(1, story.random.choice((1, 2, 2, 3)) + 1):
        story.pass_days(400)
        story.tell("delivered", tranche=tranche, quantity=f"{story.random.randrange(1, 20)} {story.unit}")


def _end(story: Story) -> None:
    if story.happens(0.2):
        story.tell("commitment-reaffirmed", by=[story.buyer, story.supplier])
    story.pass_days(300)
    ending = story.random.choices(("completed", "terminated", ""), weights=(45, 4, 51))[0]
    if ending:
        story.tell(ending)


def _hear_others(story: Story) -> None:
    """Other sources speak of what has been told, and mostly tell it a little otherwise."""
    told = story.places("contract-signed", "tranche-paid", "delivered")
    for place in story.random.sample(told, story.random.choice((0, 0, 0, 1, 1, 2))):
        second = _told_by_another(story, place)
        if story.happens(0.1) and story.proposals[second].fields.get("status") != "denial":
            story.tell("resolved", preferred=story.id_of(place), over=[story.id_of(second)])


def _told_by_another(story: Story, place: int) -> int:
    first = story.proposals[place]
    kept = {name: first.fields[name] for name in ("tranche", "quantity", "mode") if name in first.fields}
    if first.event == "contract-signed":
        kept["value"] = money(story.millions + story.random.randrange(-30, 30))
    if first.event == "delivered":
        kept["same_as"] = story.id_of(place)
    other = SOURCES[(SOURCES.index(first.fields["source"]) + 1 + place) % len(SOURCES)]
    return story.tell(first.event, source=other, **kept)


def _repair(story: Story) -> None:
    """One entry in fifty is repaired, and a few are disputed."""
    repaired, retracted, disputed = story.random.sample(story.places("tranche-paid", "delivered"), 3)
    if story.happens(0.12):
        again = {"on": uncertain(story.day, story.random), "credibility": 5}
        story.tell("corrected", target=story.id_of(repaired), set=again, reason="new-information")
    if story.happens(0.07):
        story.tell("retracted", target=story.id_of(retracted), reason="entry-error")
    if story.happens(0.02):
        story.tell("disputed", target=story.id_of(disputed), reason="the maker denies it")


def drafts(proposals: Iterable[Proposal], versions: Counter[str] | None = None) -> Iterator[Draft]:
    """The proposals as drafts, ready to be appended to an empty journal without a decision upon each.

    ``versions`` holds how many entries each stream has, where others were appended before, and keeps count.
    """
    versions = Counter() if versions is None else versions
    for proposal in proposals:
        stream = str(proposal.stream)
        versions[stream] += 1
        event = read_event(event_class(proposal.stream, proposal.event), proposal.fields)
        entry_id = proposal.id or own_id(History(stream), event, Payload.of(event), frozenset())
        yield Draft(stream, versions[stream], entry_id, event)


def write_jsonl(proposals: Iterable[Proposal], path: Path) -> int:
    """Write the proposals as a dossier, an object a line; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for proposal in proposals:
            named = {} if proposal.id is None else {"id": proposal.id}
            head = {"stream": str(proposal.stream), "event": proposal.event, **named}
            file.write(json.dumps({**head, **proposal.fields}) + "\n")
            count += 1
    return count
