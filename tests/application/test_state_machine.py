"""Any sequence of what a user can do with a ledger, step by step beside a model of dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from armsledger import Ledger
from armsledger.domain.errors import (
    FutureDate,
    IdTaken,
    NotOpened,
    Refused,
    RetractedTarget,
    SelfContradiction,
    UnknownCode,
    UnknownField,
    UnknownSource,
    UnknownTarget,
    UnreadableValue,
    WrongTarget,
)
from tests.application.book import Clock, take
from tests.application.dictionary_model import Cut, DictionaryLedger, Entry, State, address, money
from tests.application.read_models import little_kept
from tests.soak import tell
from tests.storage.drafts import NOON

DEALS = ("deal/a", "deal/b", "deal/c")
SOURCES = ("wire", "paper", "rumour")
DAYS = [f"{year}-{month:02}-{day:02}" for year in range(2018, 2023) for month in (2, 7) for day in (1, 15)]
ONCE = ("contract-signed", "terminated")
CHANGEABLE = {"tranche-paid": "amount", "delivered": "quantity", "contract-signed": "value", "amended": "value"}
"""What a correction changes besides the date."""

days = st.sampled_from(DAYS)
amounts = st.builds(money, st.integers(1, 9), st.sampled_from(["USD", "INR"]))
quantities = st.builds(
    lambda count, unit: {"count": count, "unit": unit}, st.integers(1, 5), st.sampled_from(["unit", "tank"])
)


class LedgerMachine(RuleBasedStateMachine):
    """What is done to a ledger in a file is done to the dictionaries too; after each step they say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Clock(NOON)
        self.model = DictionaryLedger()
        self.recorded: list[list[Entry]] = []
        self.ids = 0
        self.exports = 0
        self.ledger = self.opened()

    def opened(self) -> Ledger:
        """The ledger's file, opened anew."""
        return Ledger(Path(self.folder.name, "ledger.db"), recorded_by="tester", clock=self.clock)

    def teardown(self) -> None:
        """Close the ledger and take the file away."""
        self.ledger.close()
        self.folder.cleanup()

    # Proposals that are legal after what the model holds

    def named(self, stream: str, event: str, **fields: Any) -> Entry:
        """A proposal with an id of its own."""
        self.ids += 1
        return {"stream": stream, "event": event, "id": f"e{self.ids}", **fields}

    def proposal(self, draw: st.DataObject, model: DictionaryLedger) -> Entry:
        """A legal proposal: something new of a deal, or a repair of what stands."""
        open_deals = [stream for stream in DEALS if stream in model.versions]
        standing = [entry for entry in model.current(model.entries) if entry["stream"] in DEALS]
        sources = [entry["stream"].partition("/")[2] for entry in model.entries if entry["event"] == "registered"]
        said = {"source": draw.draw(st.sampled_from(sources)), "asserted": draw.draw(days)}
        kind = draw.draw(st.sampled_from(["event", "open", "correct", "retract", "event", "expect"]))
        closed = [stream for stream in DEALS if stream not in model.versions]
        if not open_deals or (kind == "open" and closed):
            fields = {"on": told_by(said, draw.draw(days)), "supplier": "RUS", "buyer": "IND", **said}
            return self.named(draw.draw(st.sampled_from(closed)), "opened", **fields)
        changeable = [entry for entry in standing if entry["event"] in CHANGEABLE]
        if kind == "correct" and changeable:
            return self.correction(draw, draw.draw(st.sampled_from(changeable)), said)
        if kind == "retract" and standing:
            target = draw.draw(st.sampled_from(standing))
            fields = {"on": said["asserted"], "target": target["id"], "reason": "it was wrong", **said}
            return self.named(target["stream"], "retracted", **fields)
        stream = draw.draw(st.sampled_from(open_deals))
        if kind == "expect":
            what = {"event": "delivered", "tranche": draw.draw(st.integers(1, 9))}
            return self.named(stream, "expected", on=said["asserted"], what=what, due="2030", **said)
        return self.event(draw, model, stream, said)

    def event(self, draw: st.DataObject, model: DictionaryLedger, stream: str, said: dict[str, str]) -> Entry:
        """Something that happened to a deal: an occurrence of its own, so that no two statements compete."""
        held = {entry["event"] for entry in model.entries if entry["stream"] == stream}
        names = ["tranche-paid", "tranche-paid", "delivered", "amended", "suspended", "resumed"]
        name = draw.draw(st.sampled_from([*names, *(name for name in ONCE if name not in held)]))
        fields: dict[str, Any] = {"on": told_by(said, draw.draw(days)), **said}
        if name in CHANGEABLE:
            fields[CHANGEABLE[name]] = draw.draw(quantities if name == "delivered" else amounts)
        if name in ("tranche-paid", "delivered"):
            fields["tranche"] = self.ids + 1
        return self.named(stream, name, **fields)

    def correction(self, draw: st.DataObject, target: Entry, said: dict[str, str]) -> Entry:
        """Another value, or another day, for something that stands."""
        field = CHANGEABLE[target["event"]]
        values = quantities if field == "quantity" else amounts
        known_by = max(target["asserted"], said["asserted"])
        past = days.filter(lambda day: day <= known_by)
        changes = draw.draw(
            st.fixed_dictionaries({}, optional={"on": past, field: values}).filter(
                lambda found: any(target[name] != value for name, value in found.items())
            )
        )
        fields = {"on": said["asserted"], "target": target["id"], "set": changes, "reason": "new-information", **said}
        return self.named(target["stream"], "corrected", **fields)

    def batch(self, draw: st.DataObject, least: int = 1) -> list[Entry]:
        """Some legal proposals, each legal after those before it."""
        model, found = self.copy(), list[Entry]()
        for _ in range(draw.draw(st.integers(least, least + 5))):
            found.append(self.proposal(draw, model))
            model.take(found[-1:], self.clock.now)
        return found

    def copy(self) -> DictionaryLedger:
        """The model, to go on from for a trial."""
        model = DictionaryLedger()
        model.entries, model.versions, model.by_id = (
            [*self.model.entries],
            {**self.model.versions},
            {**self.model.by_id},
        )
        return model

    def keep(self, proposals: Sequence[Entry]) -> None:
        """The proposals were recorded."""
        self.model.take(proposals, self.clock.now)
        self.recorded.append(list(proposals))

    # Rules

    @initialize(draw=st.data())
    def begin(self, draw: st.DataObject) -> None:
        """Every entry cites a source; a deal with some history is more than most steps would make."""
        self.register("wire")
        given = self.batch(draw, least=4)
        take(self.ledger, *given)
        self.keep(given)

    def register(self, key: str) -> None:
        """Take a source into the ledger, by a single call."""
        given = self.named(f"source/{key}", "registered", publisher=key, published="2020-01-01")
        recorded = self.ledger.record(
            given["stream"], "registered", id=given["id"], publisher=key, published="2020-01-01"
        )
        assert recorded.address == f"source/{key}@1"
        self.keep([{**given, "on": "2020-01-01", "asserted": "2020-01-01"}])

    @rule(key=st.sampled_from(SOURCES))
    def register_a_source(self, key: str) -> None:
        """Another source, unless it is there."""
        if f"source/{key}" not in self.model.versions:
            self.register(key)

    @rule(draw=st.data())
    def record_another_dossier(self, draw: st.DataObject) -> None:
        """The same as below: without recording, the other steps have little to look at."""
        self.record_a_dossier(draw)

    @rule(draw=st.data())
    def record_one(self, draw: st.DataObject) -> None:
        """A single entry."""
        given = self.proposal(draw, self.model)
        recorded = self.ledger.record(given["stream"], given["event"], **of_a_call(given))
        self.keep([given])
        assert (recorded.address, recorded.known_before) == (address(self.model.entries[-1]), False)

    @rule(draw=st.data())
    def record_a_dossier(self, draw: st.DataObject) -> None:
        """Several entries at once."""
        given = self.batch(draw)
        report = take(self.ledger, *given)
        head = len(self.model.entries)
        assert (report.recorded, report.known, report.first, report.last) == (
            len(given),
            0,
            head + 1,
            head + len(given),
        )
        self.keep(given)

    @rule(draw=st.data())
    def try_a_dossier(self, draw: st.DataObject) -> None:
        """A dry run records nothing."""
        given = self.batch(draw)
        report = take(self.ledger, *given, dry_run=True)
        assert (report.recorded, report.dry_run) == (len(given), True)

    @rule(draw=st.data())
    def record_the_same_again(self, draw: st.DataObject) -> None:
        """What is known adds nothing, in a dossier or by itself."""
        given = draw.draw(st.sampled_from(self.recorded))
        report = take(self.ledger, *given)
        assert (report.recorded, report.known) == (0, len(given))
        one = draw.draw(st.sampled_from(given))
        recorded = self.ledger.record(one["stream"], one["event"], **of_a_call(one))
        assert (recorded.known_before, recorded.address) == (True, address(self.model.by_id[one["id"]]))

    @rule(draw=st.data())
    def record_what_is_refused(self, draw: st.DataObject) -> None:
        """An entry that is refused takes the whole dossier with it."""
        good = self.batch(draw)
        refused = self.refusals(draw, good)
        if not refused:
            return
        kind, bad = draw.draw(st.sampled_from(refused))
        at = draw.draw(st.integers(0, len(good)))
        for proposals in ([*good[:at], bad, *good[at:]], [bad]):
            with pytest.raises(Refused) as caught:
                take(self.ledger, *proposals)
            assert type(caught.value) is kind or kind is IdTaken

    def refusals(self, draw: st.DataObject, good: Sequence[Entry]) -> list[tuple[type[Refused], Entry]]:
        """Entries that are refused whatever else is in the dossier, and as what."""
        stream = next((name for name in DEALS if name in self.model.versions), None)
        if stream is None:
            return [(NotOpened, self.named("deal/nix", "amended", on="2019", value="USD 1m", source="wire"))]
        cited = {"on": "2019-01-01", "source": "wire"}
        wrong: list[tuple[type[Refused], str, dict[str, Any]]] = [
            (UnknownSource, "suspended", {**cited, "source": "nobody"}),
            (UnreadableValue, "suspended", {**cited, "on": "12/11/2021"}),
            (UnreadableValue, "amended", {**cited, "value": "USD -1m"}),
            (UnknownCode, "amended", {**cited, "value": "ZZZ 1m"}),
            (UnknownField, "suspended", {**cited, "colour": "red"}),
            (FutureDate, "suspended", {**cited, "on": "2031-01-01"}),
            (UnknownTarget, "retracted", {"target": "@999", "reason": "it was wrong"}),
        ]
        found = [(kind, self.named(stream, event, **fields)) for kind, event, fields in wrong]
        return found + self.refusals_of_repairs(good)

    def refusals_of_repairs(self, good: Sequence[Entry]) -> list[tuple[type[Refused], Entry]]:
        """Repairs of what is retracted, corrections that change nothing, and other content under a known id."""
        found: list[tuple[type[Refused], Entry]] = []
        touched: set[Any] = set()
        spoken_of = {entry["target"] for entry in good if "target" in entry}
        while spoken_of:  # whoever retracts a retraction speaks of what that had retracted
            touched |= spoken_of
            behind = (self.model.by_id.get(target, {}).get("target") for target in spoken_of)
            spoken_of = {target for target in behind if target is not None}
        gone = self.model.retractions(self.model.entries)
        for entry in self.model.current(self.model.entries):
            if entry["event"] not in CHANGEABLE or entry["id"] in touched:
                continue
            field, stream = CHANGEABLE[entry["event"]], entry["stream"]
            same: dict[str, Any] = {"target": entry["id"], "set": {field: entry[field]}, "reason": "new-information"}
            found.append((WrongTarget, self.named(stream, "corrected", asserted="2022-01-01", **same)))
            other: dict[str, Any] = {"quantity": "77 tanks"} if field == "quantity" else {field: "USD 77m"}
            cited: dict[str, Any] = {
                name: entry[name] for name in ("on", "source", "asserted", "tranche") if name in entry
            }
            found.append((IdTaken, {"stream": stream, "event": entry["event"], "id": entry["id"], **cited, **other}))
            if entry["event"] in ("tranche-paid", "contract-signed") and entry["on"] <= entry["asserted"]:
                found.append((SelfContradiction, self.named(stream, entry["event"], **cited, **other)))
        for entry in self.model.entries:
            if entry["id"] in gone and gone[entry["id"]]["id"] not in touched and entry["event"] in CHANGEABLE:
                again = {"target": entry["id"], "reason": "it was wrong", "asserted": "2022-01-01"}
                found.append((RetractedTarget, self.named(entry["stream"], "retracted", **again)))
        return found

    @rule(minutes=st.integers(-3000, 3000))
    def pass_time(self, minutes: int) -> None:
        """The clock goes on, or is set back."""
        self.clock.now = max(NOON, self.clock.now + timedelta(minutes=minutes))

    @rule()
    def close_and_open(self) -> None:
        """Nothing is kept but in the file."""
        self.ledger.close()
        self.ledger = self.opened()

    @rule(names=st.sampled_from([(), ("deals",), ("payments", "standing")]))
    def rebuild(self, names: tuple[str, ...]) -> None:
        """Read models are made again."""
        self.ledger.rebuild(*names, workers=0)

    @precondition(lambda self: self.model.entries)
    @rule()
    def export_and_restore(self) -> None:
        """Another ledger made from the export has the same log and the same states."""
        self.exports += 1
        path = Path(self.folder.name, f"export-{self.exports}.jsonl")
        assert self.ledger.export_jsonl(path) == len(self.model.entries)
        now = max([self.clock(), *(entry["recorded_at"] for entry in self.model.entries)])
        with Ledger.in_memory(clock=lambda: now) as copy:  # it takes no times to come
            copy.record_file(path)
            assert copy.log().to_dicts() == self.ledger.log().to_dicts()
            assert told(copy, "2022-12-31", None, self.model) == self.model.deals("2022-12-31")

    @rule(day=days, known=st.data())
    def ask(self, day: str, known: st.DataObject) -> None:
        """A question at any day, as known at any position, time, or day of the sources."""
        cut: Cut = known.draw(
            st.one_of(
                st.tuples(st.just("position"), st.integers(0, len(self.model.entries))),
                st.tuples(st.just("time"), st.sampled_from([e["recorded_at"] for e in self.model.entries] or [NOON])),
                st.tuples(st.just("asserted"), days),
            )
        )
        assert told(self.ledger, day, cut, self.model) == self.model.deals(day, cut)

    # What holds after every step

    @invariant()
    def the_log_is_the_list(self) -> None:
        """Order, versions, gapless positions, times, events, data and standing, now and at an earlier position."""
        head = len(self.model.entries)
        if head == 0:
            return
        assert self.ledger.position() == head
        earlier = (self.ids * 7) % head
        for known in (None, earlier):
            log = [compared(row) for row in self.ledger.log(known=known).to_dicts()]
            assert log == self.model.log(None if known is None else ("position", known))
            assert [row["position"] for row in log] == list(range(1, (head if known is None else known) + 1))

    @invariant()
    def the_states_are_those_of_the_dictionaries(self) -> None:
        """Now, at the end of all that is told."""
        if self.model.entries:
            assert told(self.ledger, "2022-12-31", None, self.model) == self.model.deals("2022-12-31")


def told_by(said: dict[str, str], day: str) -> str:
    """The day, or the one on which the source spoke: nobody tells what is yet to come."""
    return min(day, said["asserted"])


def of_a_call(given: Entry) -> dict[str, Any]:
    """The fields of a proposal as `Ledger.record` takes them; a target may be an address too."""
    return {name: value for name, value in given.items() if name not in ("stream", "event")}


def compared(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the audit trail as far as the model knows it."""
    at = datetime.fromisoformat(row["recorded_at"])
    names = ("entry", "position", "event", "id", "on", "asserted", "source", "corrects", "retracted_by", "data")
    return {name: row[name] for name in names} | {"recorded_at": at}


def told(ledger: Ledger, day: str, cut: Cut | None, model: DictionaryLedger) -> dict[str, State | None]:
    """What the ledger says of each deal: by its state, and by the tables of deals, payments and deliveries."""
    question: dict[str, Any] = {}
    if cut is not None:
        kind, value = cut
        question = {"known": value if kind != "time" else value.isoformat()}
        question |= {"known_by": "asserted"} if kind == "asserted" else {}
    view = ledger.at(day, **question)
    rows = {f"deal/{row.deal}": row for row in view.deals()}
    payments = [f"deal/{row.deal}" for row in view.payments() if row.status == "paid"]
    found: dict[str, State | None] = {}
    for stream in model.deals(day, cut):
        state = view.state(stream).to_dict()
        assert state["certain"] == state["possible"] or state["certain"] is None
        assert (stream in rows) == (state["certain"] is not None)
        found[stream] = None if state["certain"] is None else plain(state["certain"], payments.count(stream))
        assert found[stream] is None or rows[stream].stage == state["certain"]["stage"]
    return found


def plain(state: dict[str, Any], tranches: int) -> State:
    """A state in the values of the model."""
    value = state["value"]
    return {
        "stage": state["stage"],
        "paid": {money["currency"]: Decimal(money["amount"]) for money in state["paid"]},
        "delivered": {quantity["unit"]: quantity["count"] for quantity in state["delivered"]},
        "tranches": tranches,
        "value": None if value is None else (value["currency"], Decimal(value["amount"])),
    }


def run(examples: int, steps: int) -> None:
    """Try out so many sequences of so many steps."""
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(LedgerMachine, settings=how)


def test_a_ledger_says_what_dictionaries_say_after_any_steps() -> None:
    run(examples=6, steps=12)


def test_a_ledger_says_what_dictionaries_say_however_little_is_kept() -> None:
    with little_kept(2, 0, 2):
        run(examples=3, steps=12)


@pytest.mark.soak
def test_a_ledger_says_what_dictionaries_say_after_many_steps() -> None:
    run(examples=45, steps=50)
    with little_kept(2, 0, 2):
        run(examples=15, steps=50)
    tell("any steps, beside a model of plain dictionaries", histories=60, steps_each=50)
