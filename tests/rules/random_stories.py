"""Random stories of one deal: coarse and open dates, totals, several sources, repairs, endings, expectations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

SOURCES: list[dict[str, Any]] = [
    {"key": "a", "publisher": "A", "published": "2010-01-01", "reliability": "B"},
    {"key": "b", "publisher": "B", "published": "2025-06-01", "reliability": "B"},
    {"key": "c", "publisher": "C", "published": "2025-05-01", "reliability": "B"},
    {"key": "d", "publisher": "D", "published": "2025-05-01", "reliability": "D"},
]
FIRST: list[dict[str, Any]] = [
    {
        "deal": "x",
        "event": "opened",
        "on": "2015-01-01",
        "asserted": "2021-01-01",
        "supplier": "RUS",
        "buyer": "IND",
        "source": "b",
        "id": "open",
    }
]
YEARS = st.integers(2015, 2018)
DAYS = st.builds(lambda y, m, d: f"{y}-{m:02}-{d:02}", YEARS, st.integers(1, 12), st.sampled_from([1, 10, 20, 28]))
MONTHS = st.builds(lambda y, m: f"{y}-{m:02}", YEARS, st.integers(1, 12))
DATES = st.one_of(
    DAYS, DAYS, DAYS, MONTHS, YEARS.map(str), DAYS.map("../{}".format), YEARS.map(lambda y: f"{y}/{y + 1}"),
)  # fmt: skip
ASSERTED = st.builds(lambda y, m: f"{y}-{m:02}-15", st.integers(2021, 2024), st.integers(1, 12))
TANKS = st.one_of(st.integers(1, 6).map("{} tanks".format), st.integers(1, 4).map(lambda n: f"{n}-{n + 2} tanks"))
MONEY = st.integers(1, 6).map("USD {}m".format)
VALUES = st.one_of(
    MONEY, MONEY, st.builds(lambda a, b: [f"USD {a}m", f"INR {b}m"], st.integers(1, 6), st.integers(1, 6))
)
GIVERS = st.sampled_from(["DEU", "NLD", ["DEU", "NLD"]])
STATUS = st.sampled_from(["fact", "fact", "fact", "reported", "claim", "denial"])


@st.composite
def entry(draw: st.DrawFn, number: int, events: Sequence[str]) -> dict[str, Any]:
    """One entry of the deal, of one of these events."""
    fields: dict[str, Any] = {
        "deal": "x", "id": f"e{number}", "source": draw(st.sampled_from("bcd")), "asserted": draw(ASSERTED),
    }  # fmt: skip
    event = draw(st.sampled_from(events))
    fields |= {"event": event} | draw(EVENTS[event])
    if event != "expected":
        fields["on"] = draw(DATES)
        fields["status"] = draw(STATUS)
    return fields


MAKERS = st.sampled_from(["RUS", "BLR"])
TAKERS = st.sampled_from(["UKR", "POL"])
CLAIM = {"by": st.just("IND"), "against": st.just("RUS"), "forum": st.sampled_from(["ICC", "LCIA"])}
TYPES = st.sampled_from(["T-90", "T-72"])
LINES = st.dictionaries(TYPES, TANKS, min_size=1).map(
    lambda lines: [{"designation": name, "quantity": quantity} for name, quantity in lines.items()]
)
ORDERS = st.one_of(
    st.fixed_dictionaries({}, optional={"quantity": TANKS, "value": VALUES}),
    st.fixed_dictionaries({}, optional={"quantity": TANKS, "items": LINES}),
)
SANCTION = {"by": st.just("USA"), "against": st.just("IND"), "basis": st.sampled_from(["CAATSA", "EO 1"])}
LICENCE = {"authority": st.just("DEU"), "reference": st.sampled_from(["1", "2"])}
EVENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "pledged": st.fixed_dictionaries({}, optional={"by": GIVERS, "quantity": TANKS}),
    "pledge-withdrawn": st.fixed_dictionaries({}, optional={"by": GIVERS, "quantity": TANKS}),
    "approval-granted": st.fixed_dictionaries({"authority": st.just("CCS")}),
    "approval-denied": st.fixed_dictionaries({"authority": st.just("CCS")}),
    "notified": st.fixed_dictionaries({"legislature": st.just("Congress")}, optional={"quantity": TANKS}),
    "contract-signed": ORDERS,
    "amended": ORDERS,
    "agreement-signed": st.just({}),
    "suspended": st.fixed_dictionaries({}, optional={"until": MONTHS}),
    "resumed": st.just({}),
    "terminated": st.just({}),
    "cancelled": st.just({}),
    "delivery-begun": st.fixed_dictionaries({}, optional={"tranche": st.integers(1, 2)}),
    "delivered": st.one_of(
        st.fixed_dictionaries({"quantity": TANKS}),
        st.fixed_dictionaries({"quantity": TANKS}),
        st.fixed_dictionaries({"quantity": TANKS}, optional={"tranche": st.integers(1, 2)}),
        st.fixed_dictionaries({"quantity": TANKS}, optional={"by": MAKERS, "to": TAKERS}),
        st.fixed_dictionaries({"quantity": TANKS, "item": TYPES}),
        st.fixed_dictionaries({"quantity": st.integers(0, 9).map("{} tanks".format), "so_far": st.just(True)}),
    ),
    "tranche-paid": st.one_of(
        st.fixed_dictionaries({"amount": MONEY}, optional={"tranche": st.integers(1, 2)}),
        st.fixed_dictionaries({"amount": MONEY, "so_far": st.just(True)}),
    ),
    "returned": st.fixed_dictionaries({"quantity": TANKS}, optional={"item": TYPES}),
    "lost": st.fixed_dictionaries({"quantity": TANKS}, optional={"item": TYPES}),
    "transferred-onward": st.fixed_dictionaries({"quantity": TANKS, "to": TAKERS}, optional={"item": TYPES}),
    "claim-filed": st.fixed_dictionaries({}, optional=CLAIM),
    "claim-settled": st.fixed_dictionaries({}, optional=CLAIM),
    "sanction-threat-raised": st.fixed_dictionaries(SANCTION),
    "sanction-imposed": st.fixed_dictionaries(SANCTION),
    "sanction-lifted": st.fixed_dictionaries(SANCTION),
    "waiver-granted": st.fixed_dictionaries(SANCTION, optional={"until": MONTHS}),
    "licence-applied": st.fixed_dictionaries(LICENCE),
    "licence-granted": st.fixed_dictionaries(LICENCE, optional={"until": MONTHS}),
    "licence-denied": st.fixed_dictionaries(LICENCE),
    "licence-revoked": st.fixed_dictionaries(LICENCE),
    "expected": st.one_of(
        st.fixed_dictionaries(
            {"what": st.just({"event": "delivered"}), "due": DATES},
            optional={"quantity": TANKS, "so_far": st.just(True)},
        ),
        st.fixed_dictionaries(
            {"what": st.sampled_from([{"event": "contract-signed"}, {"event": "delivery-begun"}]), "due": DATES},
            optional={"modality": st.sampled_from(["planned", "ruled-out"])},
        ),
    ),
}
THEMES: Sequence[Sequence[str]] = (
    sorted(EVENTS),
    sorted(EVENTS),
    ("delivered", "returned", "lost", "transferred-onward", "expected"),
    ("contract-signed", "amended", "tranche-paid", "terminated"),
    ("contract-signed", "amended", "delivered"),
    ("pledged", "pledge-withdrawn", "approval-granted", "approval-denied", "notified", "delivery-begun"),
    ("claim-filed", "claim-settled", "sanction-threat-raised", "sanction-imposed", "sanction-lifted", "waiver-granted"),
)
"""What a story is about: of anything, or of a few events that act on one another."""


@st.composite
def told(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The entries of a story, in the order in which they are recorded; repairs come last."""
    events = draw(st.sampled_from(THEMES))
    entries = [draw(entry(number, events)) for number in range(draw(st.integers(1, 8)))]
    for number, target in enumerate(draw(st.lists(st.sampled_from(entries), max_size=2))):
        entries.append(
            {
                "deal": "x", "id": f"r{number}", "target": target["id"], "source": "b", "asserted": draw(ASSERTED),
                "reason": draw(st.sampled_from(["entry-error", "new-information"])),
            } | draw(REPAIRS)
        )  # fmt: skip
    return entries


REPAIRS = st.one_of(
    st.just({"event": "retracted"}),
    DATES.map(lambda on: {"event": "corrected", "set": {"on": on}}),
)
QUESTIONS = st.tuples(DAYS, st.none() | ASSERTED)
"""A day, and a day of belief by assertion or everything."""
