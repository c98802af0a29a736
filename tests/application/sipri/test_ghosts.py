"""No deal of a register is a ghost: what is listed has its parties, and what is not listed has vanished whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import permutations
from typing import Any, NamedTuple

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.domain.events.delivery import Delivered
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.register import Listed
from armsledger.exchange.sipri.row import Words
from armsledger.exchange.sipri.same_day import ExportsDiffer
from armsledger.exchange.sipri.statements import is_complete, statements_of
from tests.application.sipri.test_registers import KESTREL, a_ledger, exported, take
from tests.exchange.sipri.register_text import DEALS_HEAD, NAMES, register, row

DEAL = f"deal/{KESTREL}"
STAYS = row(year="2017", years="2018")
"""A row of another deal that no release drops."""
OPEN = {"delivered": "0", "delivered_flag": "", "years": ""}
PLANNED = row(**OPEN, comment="delivery planned 2024-2026")
DAYS = [date(2020 + number, 3, 18).isoformat() for number in range(7)]
ABOUT_ENTRIES = frozenset(
    {"corrected", "retracted", "disputed", "resolved", "expectation-revised", "expectation-withdrawn"}
)


def taken(*releases: Sequence[str], **options: Any) -> Ledger:
    """A ledger that has taken some releases of these rows, a year apart."""
    ledger = a_ledger()
    for day, lines in zip(DAYS, releases, strict=False):
        take(ledger, register(*lines, released=day), force=True, **options)
    return ledger


def entry_of(ledger: Ledger, event: str, stream: str = DEAL) -> str:
    """The address of the first entry of an event."""
    return next(entry.entry for entry in ledger.log(stream) if entry.event == event)


def standing(ledger: Ledger, stream: str = DEAL) -> list[str]:
    """The events by which releases say something of a deal, and that nobody has taken back."""
    return [
        entry["event"]
        for entry in ledger.log(stream).to_dicts()
        if entry["event"] not in ABOUT_ENTRIES and entry["retracted_by"] is None and is_release(entry["source"])
    ]


def is_release(source: str | None) -> bool:
    """Whether a source is a release, by its key."""
    return source is not None and source.startswith("sipri-")


def without_parties(ledger: Ledger, day: str | None = None) -> list[str]:
    """The deals that are listed at a day without a supplier or a buyer."""
    return [one.deal for one in ledger.at(day).deals() if one.supplier is None or one.buyer is None]


def with_press(ledger: Ledger, event: str = "tranche-paid", **fields: Any) -> Any:
    """The ledger after a newspaper has said something of the deal."""
    ledger.record("source/press", "registered", publisher="Press", published="2020-01-01")
    return ledger.record(DEAL, event, on="2019", source="press", **fields)


def test_a_plan_that_was_dropped_vanishes_with_its_row() -> None:
    others = [STAYS, row(**OPEN, year="2016")]
    with taken([PLANNED, *others], [row(**OPEN, comment=""), *others], others) as ledger:
        assert standing(ledger) == []
        assert without_parties(ledger, "2020-12-31") == [], "between its statement and its withdrawal"


def test_a_dropped_plan_comes_back_as_dropped() -> None:
    none = row(**OPEN, comment="")
    with taken([PLANNED, STAYS], [none, STAYS], [STAYS], [none, STAYS]) as ledger:
        (plan,) = ledger.at().deal(KESTREL).to_dict()["certain"]["expectations"]
        assert plan["outcome"] == "withdrawn"
        assert Counter(standing(ledger)) == Counter(["opened", "contract-signed", "expected", "listed"])


def test_a_plan_whose_withdrawal_was_retracted_is_the_plan_that_the_register_moves() -> None:
    with taken([PLANNED], [row(**OPEN, comment="")]) as ledger:
        ledger.retract(entry_of(ledger, "expectation-withdrawn"), reason="entry-error")
        take(ledger, register(row(**OPEN, comment="delivery planned 2027"), released=DAYS[2]))
        assert standing(ledger).count("expected") == 1
        plans = ledger.at().deal(KESTREL).to_dict()["certain"]["expectations"]
        assert [(plan["due"], plan["outcome"]) for plan in plans] == [("2024/2026", "revised"), ("2027", "pending")]


def test_all_that_cites_a_release_vanishes_with_the_row() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        for year in ("2018", "2019"):
            ledger.record(DEAL, "delivered", on=year, quantity="1 SAM system", source=f"sipri-{DAYS[0]}")
        take(ledger, register(STAYS, released=DAYS[4]), force=True)
        assert standing(ledger) == []
        assert without_parties(ledger) == []


def test_the_registers_own_number_is_corrected_and_not_that_of_a_person_who_cites_it() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        ledger.record(DEAL, "delivered", on="2019", quantity="1 SAM system", source=f"sipri-{DAYS[0]}")
        take(ledger, register(row(years="2018", delivered="8"), STAYS, released=DAYS[1]))
        assert _numbers(ledger) == [8, 1]


def test_what_others_took_back_keeps_no_opening() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        with_press(ledger, amount="USD 1m")
        ledger.retract(entry_of(ledger, "tranche-paid"), reason="entry-error")
        take(ledger, register(STAYS, released=DAYS[1]))
        assert standing(ledger) == []


def test_a_repair_by_others_keeps_no_opening() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        ledger.correct(entry_of(ledger, "delivered"), set={"quantity": "7 SAM systems"}, reason="entry-error")
        ledger.record("source/press", "registered", publisher="Press", published="2020-01-01")
        ledger.record(DEAL, "disputed", target=entry_of(ledger, "delivered"), reason="other", source="press")
        take(ledger, register(STAYS, released=DAYS[1]))
        assert standing(ledger) == []


def test_an_opening_that_stayed_for_others_goes_once_they_have_gone() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        with_press(ledger, amount="USD 1m")
        take(ledger, register(STAYS, released=DAYS[1]))
        assert standing(ledger) == ["opened"]
        ledger.retract(entry_of(ledger, "tranche-paid"), reason="entry-error")
        report = take(ledger, register(STAYS, released=DAYS[2]))
        assert (standing(ledger), report.vanished) == ([], 0), "it had vanished the year before"


def test_a_deal_that_somebody_has_taken_back_is_stated_whole_when_the_register_changes_its_number() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        for event in ("listed", "delivered", "contract-signed", "opened"):
            ledger.retract(entry_of(ledger, event), reason="entry-error")
        take(ledger, register(row(years="2018", comment="By air"), STAYS, released=DAYS[1]))
        assert standing(ledger) == [], "what changed was not what it says of the deal"
        changed = row(years="2018", comment="By air", delivered="8")
        take(ledger, register(changed, STAYS, released=DAYS[2]))
        assert standing(ledger) == ["delivered", "opened", "listed"]
        assert without_parties(ledger) == []
        assert sorted(exported(ledger)) == sorted([changed, STAYS])
        take(ledger, register(STAYS, released=DAYS[3]))
        assert standing(ledger) == []
        assert take(ledger, register(STAYS, released=DAYS[4])).vanished == 0


def test_a_listing_that_somebody_has_taken_back_vanishes_once() -> None:
    with taken([row(years="2018"), STAYS]) as ledger:
        ledger.retract(entry_of(ledger, "listed"), reason="entry-error")
        vanished = [take(ledger, register(STAYS, released=day)).vanished for day in DAYS[1:3]]
        assert (vanished, standing(ledger)) == ([1, 0], [])
        changed = row(years="2018", delivered="8")
        report = take(ledger, register(changed, STAYS, released=DAYS[3]))
        assert (report.reappeared, without_parties(ledger)) == (1, [])
        assert sorted(exported(ledger)) == sorted([changed, STAYS])


def test_a_deal_that_somebody_has_brought_back_vanishes_again_with_the_next_release() -> None:
    with taken([row(years="2018"), STAYS], [STAYS]) as ledger:
        for entry in list(ledger.log(DEAL)):
            if entry.event == "retracted":
                ledger.retract(entry.entry, reason="entry-error")
        report = take(ledger, register(STAYS, released=DAYS[2]))
        assert (report.vanished, standing(ledger)) == (1, [])


def test_a_statement_that_somebody_has_brought_back_of_a_vanished_deal_vanishes_again() -> None:
    with taken([row(years="2018"), STAYS], [STAYS]) as ledger:
        retraction = ledger.log(DEAL).to_dicts()[1]["retracted_by"]
        ledger.retract(retraction, reason="entry-error")
        assert without_parties(ledger) == [KESTREL]
        take(ledger, register(STAYS, released=DAYS[2]))
        assert standing(ledger) == []


def by_year_of(*years: str, deal: str = "101") -> list[str]:
    """Rows of a deal in the layout by year, of years such as ``2 in 2018``."""
    cells = "{},Russia,India,Kestrel-4,SAM system,Air defence,2018,No,{},No,{},No,New,65,65,130,No"
    return [cells.format(deal, *one.split(" in ")) for one in years]


def test_a_year_of_delivery_that_somebody_has_corrected_is_still_that_of_its_row() -> None:
    with a_ledger() as ledger:
        take(ledger, register(*by_year_of("2 in 2018", "3 in 2019"), released=DAYS[0], header=DEALS_HEAD))
        ledger.correct(entry_of(ledger, "delivered"), set={"on": "2019"}, reason="entry-error")
        take(ledger, register(*by_year_of("4 in 2018", "3 in 2019"), released=DAYS[1], header=DEALS_HEAD))
        assert _numbers(ledger) == [4, 3]


@pytest.mark.parametrize("files", list(permutations(["1 in 2016", "2 in 2017", "3 in 2018"])))
def test_what_several_files_of_one_day_say_of_a_deal_adds_up_in_whatever_order_they_come(files: list[str]) -> None:
    with a_ledger() as ledger:
        take(ledger, register(*by_year_of("9 in 2015"), released=DAYS[0], header=DEALS_HEAD))
        for one in files:
            take(ledger, register(*by_year_of("9 in 2015", one), released=DAYS[1], header=DEALS_HEAD))
        assert Counter(_numbers(ledger)) == Counter([9, 1, 2, 3])
        whole = by_year_of("9 in 2015", "1 in 2016", "2 in 2017", "3 in 2018")
        assert sorted(exported(ledger)) == sorted(whole)
        take(ledger, register(*whole, released=DAYS[2], header=DEALS_HEAD))
        assert sorted(exported(ledger, DAYS[1])) == sorted(whole)
        (revised,) = ledger.revisions(known=(DAYS[0], DAYS[1]))
        assert revised.revisions == ("value",)
        assert not ledger.revisions(known=(DAYS[1], DAYS[2]))


def _numbers(ledger: Ledger) -> list[int]:
    """The numbers delivered of the deal, as corrected, in the order of recording."""
    belief = ledger.at().belief(DEAL)
    events = [belief.current(entry).event for entry in belief.entries]
    return [event.quantity.least for event in events if isinstance(event, Delivered) and event.quantity is not None]


# Any sequence of releases, of what others record, and of what analysts repair


class Step(NamedTuple):
    """What happens next: a release of some rows, or what somebody does to one of the deals that there are."""

    kind: str
    lines: tuple[str, ...] = ()
    which: int = 0
    entry: int = 0


designations = st.sampled_from(["Kestrel-4", "Garza"])
comments = st.sampled_from(
    ["", "Delivery planned 2022-2027", "delivery planned from 2026", "Selected but not yet ordered", "By ship"]
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A row of the register, of very few keys, so that rows come and go, change and repeat."""
    delivered = draw(st.sampled_from(["0", "0", "1", "2", "3"]))
    return row(
        supplier=draw(st.sampled_from(["Russia", "Russia", "France"])),
        year=draw(st.sampled_from(["2014", "2014", "2015", ""])),
        year_flag="",
        ordered=draw(st.sampled_from(["", "2", "3"])),
        designation=draw(designations),
        delivered=delivered,
        delivered_flag="",
        years="" if delivered == "0" else draw(st.sampled_from(["2015", "2016; 2017", "2017", "2016; 20177"])),
        comment=draw(comments),
    )


@st.composite
def by_year(draw: st.DrawFn) -> str:
    """A row of the layout by year of delivery."""
    deal = draw(st.sampled_from(["101", "102"]))
    number, year = draw(st.sampled_from(["1", "2"])), draw(st.sampled_from(["2015", "2016", "2017", "20177"]))
    description = draw(st.sampled_from(["SAM system", "SAM system", "SAM"]))
    return f"{deal},Russia,India,K-{deal},{description},Air defence,2014,No,{number},No,{year},No,New,65,65,130,No"


def sequences(of: st.SearchStrategy[str]) -> st.SearchStrategy[list[Step]]:
    """Releases of rows, with what happens between them."""
    numbers, none = st.integers(0, 40), st.just(0)
    kinds = st.sampled_from(["full", "full", "deliveries", "more"])
    releases = st.builds(Step, kinds, st.lists(of, min_size=1, max_size=5).map(tuple), none, none)
    acts = st.builds(
        Step, st.sampled_from(["pay", "deliver", "correct", "retract", "retract"]), st.just(()), numbers, numbers
    )
    return st.lists(st.one_of(releases, releases, acts), min_size=2, max_size=9)


class World:
    """A ledger that takes the steps, and knows which deals somebody has repaired since the register spoke of them."""

    def __init__(self, ledger: Ledger, header: str) -> None:
        self.ledger = ledger
        self.header = header
        self.day = -1
        self.repaired: set[str] = set()
        self.ever_repaired: set[str] = set()
        self.acts = 0
        ledger.record("source/press", "registered", publisher="Press", published="2019-01-01")

    def take(self, step: Step) -> None:
        """Take a step."""
        if step.kind in ("full", "deliveries", "more"):
            self._release(step)
        elif streams := list(self.ledger.streams("deal")):
            self._act(step, streams[step.which % len(streams)])

    def _release(self, step: Step) -> None:
        lengths = self._lengths()
        chosen: Iterable[str] = step.lines
        if step.kind != "more" or self.day < 0:
            self.day += 1
        which = "deliveries or orders"
        if step.kind == "deliveries" and self.header != DEALS_HEAD:
            chosen = [line for line in step.lines if line.split(",")[10]] or [STAYS]
            which = "deliveries"
        text = register(*chosen, released=DAYS[self.day], which=which, **self._headers())
        before = self.ledger.position()
        try:
            take(self.ledger, text, force=True, accept_vanished=True)
        except ExportsDiffer:  # two files of one day contradict each other
            assert self.ledger.position() == before
            return
        self.repaired = {stream for stream in self.repaired if self._lengths()[stream] == lengths.get(stream)}

    def _headers(self) -> dict[str, str]:
        return {"header": self.header} if self.header == DEALS_HEAD else {}

    def _lengths(self) -> dict[str, int]:
        return {stream: len(self.ledger.log(stream)) for stream in self.ledger.streams("deal")}

    def _act(self, step: Step, stream: str) -> None:
        self.acts += 1
        entries = [entry for entry in self.ledger.log(stream).to_dicts() if entry["retracted_by"] is None]
        entry = entries[step.entry % len(entries)]
        self.repaired.add(stream)
        self.ever_repaired.add(stream)
        match step.kind:
            case "pay":
                self.ledger.record(stream, "tranche-paid", on="2016", amount=f"USD {self.acts}m", source="press")
            case "deliver":
                self.ledger.record(stream, "delivered", on="2016", quantity=f"{self.acts} guns", source="press")
            case "correct":
                if entry["event"] not in ABOUT_ENTRIES:
                    self.ledger.correct(entry["entry"], set={"note": f"seen {self.acts}"}, reason="entry-error")
            case "retract":
                note(f"{entry['entry']} ({entry['event']}) is retracted")
                self.ledger.retract(entry["entry"], reason="entry-error")


def check_whole(world: World) -> None:
    """Every deal that is listed has its parties, and fits its row; of every other the register says nothing."""
    ledger = world.ledger
    for stream in ledger.streams("deal"):
        if stream in world.repaired:
            continue
        events = Counter(standing(ledger, stream))
        if events["listed"]:
            assert (events["listed"], events["opened"]) == (1, 1), f"{stream}: {events}"
            if stream not in world.ever_repaired:
                assert_fits(ledger, stream)
        else:
            allowed = {"opened"} if _others(ledger, stream) else set()
            assert events.keys() <= allowed, f"{stream} is not listed: {events}"
    for day in (None, *DAYS[: world.day + 1]):
        ghosts = {f"deal/{deal}" for deal in without_parties(ledger, day)} - world.repaired
        assert [stream for stream in ghosts if standing(ledger, stream)] == [], f"at {day}"
        assert ghosts <= world.ever_repaired, f"at {day}: what others say of a deal needs its parties"


def _others(ledger: Ledger, stream: str) -> list[str]:
    return [
        entry["event"]
        for entry in ledger.log(stream).to_dicts()
        if entry["event"] not in ABOUT_ENTRIES and entry["retracted_by"] is None and not is_release(entry["source"])
    ]


def assert_fits(ledger: Ledger, stream: str) -> None:
    """The statements that stand are those that the listed row makes, each once."""
    belief = ledger.at().belief(stream)
    retracted = belief.repairs.retracted_by
    events = [belief.current(one).event for one in belief.entries if one.id not in retracted]
    (listed,) = [event for event in events if isinstance(event, Listed)]
    words: Words = {name: value for name, value in fields_of(listed).items() if name in Listed.model_fields}
    expected = statements_of(words, NAMES.known(words["recipient"]), NAMES.known(words["supplier"]))
    stated = [event for event in events if event.name in ("opened", "contract-signed", "delivered")]
    names = Counter(slot.partition(" ")[0] for slot in expected if slot != "expected")
    assert Counter(event.name for event in stated) == names, stream
    numbers = sorted(str(event.quantity) for event in stated if isinstance(event, Delivered))
    assert numbers == sorted(_text(one) for slot, one in expected.items() if slot.startswith("delivered")), stream
    state = ledger.at().state(stream).to_dict()["certain"]
    plans = [one["due"] for one in state["expectations"] if one["outcome"] not in ("withdrawn", "revised")]
    waiting = [one for one in state["expectations"] if one["outcome"] in ("pending", "overdue", "partially-met")]
    if "expected" in expected:
        assert expected["expected"]["due"] in plans, stream
    else:
        assert waiting == [] or is_complete(words), stream


def _text(statement: Mapping[str, Any]) -> str:
    quantity = statement["quantity"]
    mark = "~" if quantity.get("approximate") else ""
    plural = "s" if quantity["count"] != 1 else ""
    return f"{mark}{quantity['count']} {quantity['unit']}{plural}"


def check_sequence(steps: list[Step], header: str = "") -> None:
    """Take all steps; after each the register holds together."""
    with a_ledger() as ledger:
        world = World(ledger, header)
        for step in steps:
            if world.day + 1 < len(DAYS) or step.kind not in ("full", "deliveries"):
                world.take(step)
                check_whole(world)


@settings(max_examples=settings().max_examples // 3)
@given(sequences(lines()))
def test_after_any_sequence_of_releases_what_is_listed_is_whole_and_the_rest_is_gone(steps: list[Step]) -> None:
    check_sequence(steps)


@settings(max_examples=settings().max_examples // 3)
@given(sequences(by_year()))
def test_the_same_holds_where_each_year_of_delivery_has_its_row(steps: list[Step]) -> None:
    check_sequence(steps, DEALS_HEAD)
