"""The rules for one deal as one plain program: what the answers must be, with lists, loops and no code of the ledger.

Only the parsing of dates is shared. It takes the entries of a dossier as they are written (in order of recording) and
answers at a day and a belief day what `show deal/KEY --json` answers: stage, sums, sanctions, licences, outcomes,
and the codes of findings. It is slow and knows one deal; it exists to disagree with the ledger.

The sections follow docs/rules.md. Days are proleptic ordinals; BEGIN and END stand for open ends.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

from armsledger.domain.values.when import When

BEGIN, END = 0, 10**7
ONCE = {"opened", "agreement-signed", "contract-signed", "cancelled", "terminated", "completed"}
BY_TRANCHE = {"tranche-paid", "payment-delayed", "delivered", "delivery-begun", "delivery-completed", "accepted"}
PLANS = {"delivery-scheduled", "payment-scheduled"}
ABOUT_STATEMENTS = {"corrected", "retracted", "disputed", "resolved", "expectation-revised", "expectation-withdrawn"}
OWN_COPY = {"entry-error", "translation"}
ENDINGS = {"cancelled", "terminated", "completed"}
SUMS = {
    "delivered": "quantity",
    "tranche-paid": "amount",
    "payment-refunded": "amount",
    "returned": "quantity",
    "lost": "quantity",
    "transferred-onward": "quantity",
}
DELIVERIES = {"delivered", "delivery-begun", "delivery-completed"}
AFTER_ENDING = {"tranche-paid", "amended", *DELIVERIES}
FOLLOW_OPENING = {
    "delivered", "tranche-paid", "accepted", "returned", "lost", "transferred-onward", "delivery-begun",
    "delivery-completed",
}  # fmt: skip
STEPS = ["prospective", "pledged", "approved", "agreed", "signed", "delivering", "delivered"]
STEP_OF = {"pledged": 1, "approval-granted": 2, "agreement-signed": 3, "contract-signed": 4}
BEGINS = {"opened", *STEP_OF, *DELIVERIES}
PLACE = [
    ["opened"], ["pledged"], ["approval-granted", "approval-denied"], ["notified"], ["offer-issued"],
    ["pledge-withdrawn"], ["agreement-signed"], ["licence-applied"],
    ["licence-granted", "licence-denied"], ["contract-signed"], ["option-agreed"], ["amended", "option-exercised"],
    ["option-lapsed"], ["payment-scheduled", "delivery-scheduled"], ["tranche-paid"], ["delivery-begun"], ["delivered"],
    ["delivery-completed"], ["accepted"], ["suspended"], ["resumed"],
    ["sanction-threat-raised"], ["sanction-imposed"], ["sanction-took-effect"], ["waiver-granted", "waiver-denied"],
    ["waiver-expired"], ["sanction-lifted", "sanction-threat-withdrawn"],
    ["licence-suspended"], ["licence-revoked", "licence-expired"], ["returned", "lost", "transferred-onward"],
    ["completed"],
    ["cancelled", "terminated"], ["payment-refunded"], ["claim-filed"], ["claim-settled"], ["claim-withdrawn"],
]  # fmt: skip
"""The life cycle: what stands earlier is folded first where the dates are the same."""
GRANTED = {"licence-granted", "licence-denied"}
LICENCE_ENDS = {"licence-suspended", "licence-revoked", "licence-expired"}
CHANGES = {"amended", "option-agreed", "option-exercised", "suspended"}
CYCLE: list[tuple[set[str], set[str], bool]] = [
    ({"opened"}, {"contract-signed"}, False),
    ({"contract-signed"}, CHANGES, False),
    ({"suspended"}, {"resumed"}, True),
    ({"contract-signed"}, ENDINGS, False),
    (CHANGES | {"resumed"}, ENDINGS, False),
    ({"licence-applied"}, GRANTED, True),
    ({"licence-granted"}, LICENCE_ENDS, True),
    ({"sanction-threat-raised"}, {"sanction-imposed", "waiver-granted"}, True),
    ({"sanction-imposed"}, {"sanction-took-effect", "sanction-lifted"}, True),
    ({"sanction-took-effect"}, {"sanction-lifted"}, True),
    ({"waiver-granted"}, {"waiver-expired"}, True),
    ({"delivery-begun"}, {"delivery-completed"}, True),
    ({"pledged"}, {"pledge-withdrawn"}, True),
    ({"claim-filed"}, {"claim-settled", "claim-withdrawn"}, True),
    ({"opened"}, FOLLOW_OPENING, False),
]
"""What comes before what, and whether it comes in rounds."""
KEYS = [
    (("sanction", "waiver"), ("by", "against", "basis")),
    (("licence",), ("authority", "reference", "scope")),
    (("delivery-begun", "delivered", "delivery-completed"), ("tranche",)),
    (("pledge",), ("by",)),
    (("claim",), ("by", "against", "forum")),
]
"""By the beginnings of their names, the fields that say whether two events speak of one thing."""
Entry = dict[str, Any]


# Reading


def interval(text: str) -> tuple[int, int]:
    when = When.parse(text)
    return (BEGIN if when.earliest is None else when.earliest.toordinal()), (
        END if when.latest is None else when.latest.toordinal()
    )


def number(text: str) -> float:
    found = re.fullmatch(r"([0-9.,]+)(k|m|bn|tn)?", text)
    assert found is not None, text
    return float(found[1].replace(",", "")) * {None: 1, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}[found[2]]


def amount(text: Any) -> tuple[float, float, str] | None:
    """Least, most and unit of ``10 tanks``, ``20-24 aircraft``, ``up to 50 missiles``, ``24+ units``, ``EUR 6bn``."""
    if text is None:
        return None
    words = str(text).replace("~", "").split()
    upto = words[:2] == ["up", "to"] or words[1:3] == ["up", "to"]
    words = [word for word in words if word not in ("up", "to")]
    if not re.match(r"[0-9]", words[0]):
        words = [words[1], words[0]]
    figure, unit = words[0], " ".join(words[1:])
    unit = unit if unit.isupper() else unit.lower().removesuffix("s")
    if upto:
        return 0, number(figure), unit
    if figure.endswith("+"):
        return number(figure[:-1]), END * 1e9, unit
    least, _, most = figure.partition("-")
    return number(least), number(most or least), unit


def read(written: list[dict[str, Any]], sources: list[dict[str, Any]]) -> list[Entry]:
    """The entries of the deal, with their times as intervals, in the order of recording."""
    published = {source["key"]: source.get("published") for source in sources}
    entries = []
    for n, fields in enumerate(written, 1):
        asserted = fields.get("asserted") or published.get(fields.get("source")) or fields.get("on")
        on = fields.get("on") or asserted
        entry = {
            "n": n, "id": fields.get("id") or f"{n:04}", "event": fields["event"], "f": dict(fields),
            "on": interval(str(on)), "said": interval(str(asserted)), "source": fields.get("source"),
        }  # fmt: skip
        entries.append(entry)
    return entries


# What is known, and repaired


def known(entries: list[Entry], belief: int | None, by: str) -> list[Entry]:
    """The entries that are known and not retracted, as the repairs have them."""
    address: dict[str, Entry] = {f"deal/x@{entry['n']}": entry for entry in entries} | {
        entry["id"]: entry for entry in entries
    }
    pool = [entry for entry in entries if by == "asserted" or belief is None or entry["n"] <= belief]
    repairs = [entry for entry in pool if entry["event"] in ("corrected", "retracted")]

    def target(repair: Entry) -> Entry:
        return address[str(repair["f"]["target"])]

    def is_own(entry: Entry) -> bool:
        return entry["event"] in ("corrected", "retracted") and entry["f"]["reason"] in OWN_COPY

    def is_known(entry: Entry) -> bool:
        if by == "recorded" or belief is None:
            return True
        return is_known(target(entry)) if is_own(entry) else own_reading(entry)["said"][1] <= belief

    def is_retracted(entry: Entry) -> bool:
        return any(
            repair["event"] == "retracted" and target(repair) is entry and is_known(repair) and not is_retracted(repair)
            for repair in repairs
        )

    def changed(entry: Entry, changes: list[Entry]) -> Entry:
        result = {**entry, "f": dict(entry["f"])}
        for change in changes:
            result["f"] |= change["f"]["set"]
            for name, key in (("on", "on"), ("asserted", "said")):
                if name in change["f"]["set"]:
                    result[key] = interval(str(change["f"]["set"][name]))
        return result

    def corrections(entry: Entry, own: bool) -> list[Entry]:
        mine = [r for r in repairs if r["event"] == "corrected" and target(r) is entry and is_own(r) == own]
        return sorted(mine, key=lambda r: (0, r["n"]) if own else (r["said"][1], r["id"]))

    def own_reading(entry: Entry) -> Entry:
        return changed(entry, [r for r in corrections(entry, True) if not is_retracted(r)])

    result = []
    for entry in pool:
        if is_known(entry) and not is_retracted(entry):
            news = [r for r in corrections(entry, False) if is_known(r) and not is_retracted(r)]
            result.append(changed(own_reading(entry), news))
    return result


# Statements and occurrences


def grades(sources: list[dict[str, Any]], regraded: list[dict[str, Any]], belief: int | None) -> dict[str, str]:
    """The grade of each source: the first holds from the beginning, of later ones the one asserted last."""
    result = {source["key"]: source.get("reliability") or "F" for source in sources}
    for entry in sorted(regraded, key=lambda entry: interval(str(entry["asserted"]))[1]):
        if belief is None or interval(str(entry["asserted"]))[1] <= belief:
            result[entry["source"]] = entry["reliability"]
    return result


def vouches(entry: Entry) -> bool:
    return entry["f"].get("status", "reported") in ("fact", "reported")


def denies(entry: Entry) -> bool:
    return bool(entry["f"].get("status") == "denial")


def rank(entry: Entry, entries: list[Entry], graded: dict[str, str]) -> tuple[Any, ...]:
    """The statement with the least rank is preferred."""
    resolved = BEGIN
    for other in sorted((e for e in entries if e["event"] == "resolved"), key=lambda e: (e["said"][1], e["id"])):
        if other["f"]["preferred"] in (entry["id"], f"deal/x@{entry['n']}"):
            resolved = other["said"][1]
        elif {entry["id"], f"deal/x@{entry['n']}"} & set(other["f"].get("over", ())):
            resolved = BEGIN
    return (
        -resolved,
        0 if vouches(entry) or denies(entry) else 1,
        graded.get(entry["source"], "F"),
        entry["f"].get("credibility") or 6,
        -entry["said"][1],
        entry["id"],
    )


OF_ITS_OWN = "of its own"
MEANT_BY = ("item", "tranche", "quantity", "amount", "authority", "by", "against", "form", "to", "relation", "forum")
"""What a denial that names it has in common with what it denies."""


def is_total(entry: Entry) -> bool:
    return bool(entry["f"].get("so_far"))


def identity(entry: Entry, entries: list[Entry]) -> tuple[Any, ...]:
    event, tranche = entry["event"], entry["f"].get("tranche")
    same = entry["f"].get("same_as")
    if same is not None:
        meant = next((e for e in entries if same in (e["id"], f"deal/x@{e['n']}")), None)
        if meant is not None:
            return identity(meant, entries)
    if event in ONCE:
        return (event,)
    if event in BY_TRANCHE and tranche is not None and not is_total(entry) and not entry["f"].get("part"):
        return event, tranche
    if event.startswith("claim"):
        key = [entry["f"].get(name) for name in ("by", "against", "forum")]
        if any(key):  # two that name the same, and leave out the same, are about one claim
            return (event, *map(party, key))
    return event, OF_ITS_OWN, entry["id"]


def occurrences(entries: list[Entry], graded: dict[str, str], alone: list[Entry]) -> list[dict[str, Any]]:
    """What happened, with the statements in the order of preference; ``alone`` takes denials of nothing."""
    told = [e for e in entries if e["event"] not in ABOUT_STATEMENTS | {"expected", "linked", "unlinked"}]
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in told:
        groups.setdefault(identity(entry, entries), []).append(entry)
    for key, group in list(groups.items()):  # a denial that is known by nothing denies what is nearest
        if OF_ITS_OWN in key and all(denies(entry) for entry in group):
            entry = group[0]
            near = [
                (gap(entry["on"], other["on"]), other["id"], other_key)
                for other_key, others in groups.items() if other_key != key and other_key[0] == entry["event"]
                for other in others if not denies(other) and all(
                    entry["f"].get(name) is None or other["f"].get(name) is None
                    or amount_or_text(entry["f"][name]) == amount_or_text(other["f"][name])
                    for name in MEANT_BY
                )
            ]  # fmt: skip
            if near:
                groups[min(near)[2]] += group
                del groups[key]
    result = []
    for group in groups.values():
        current: dict[tuple[Any, Any], Entry] = {}
        for entry in sorted(group, key=lambda e: (e["said"][1], e["said"][0], e["id"])):
            speaker = (entry["f"].get("attribution") or {}).get("speaker")
            speaker = None if speaker == "narrative" else speaker
            current[(entry["source"], speaker)] = entry
        ranked = sorted(current.values(), key=lambda e: rank(e, entries, graded))
        for entry in ranked:
            entry["rank"] = rank(entry, entries, graded)
        affirming = [entry for entry in ranked if not denies(entry)]
        alone += [] if affirming else ranked
        if affirming:
            best = next((entry for entry in ranked if vouches(entry) or denies(entry)), None)
            established = best is not None and not denies(best)
            sure = [entry for entry in affirming if vouches(entry)] if established else []
            on = (sure or affirming)[0]["on"]
            result.append({
                "event": affirming[0]["event"], "id": affirming[0]["id"], "all": affirming, "sure": sure, "on": on,
                "stated": on, "denied": [e for e in ranked if denies(e)], "said": (sure or affirming)[0]["said"][1],
                "grade": min(graded.get(e["source"], "F") for e in affirming),
            })  # fmt: skip
    return result


def gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, one[0] - other[1], other[0] - one[1])


def amount_or_text(value: Any) -> Any:
    if isinstance(value, list):
        return [party(one) for one in value]
    try:
        return amount(value)
    except (AssertionError, IndexError):
        return party(value)


def field(what: dict[str, Any], name: str, view: str) -> Any:
    """The field from the preferred statement that gives it; in the certain view claims give nothing."""
    for entry in (
        what["sure"] if view == "certain" else what["sure"] + [e for e in what["all"] if e not in what["sure"]]
    ):
        if entry["f"].get(name) is not None:
            return entry["f"][name]
    return None


def listed(value: Any) -> list[Any]:
    """Amounts: one, or several."""
    return [amount(one) for one in (value if isinstance(value, list) else [value])]


def differ(one: Any, other: Any) -> bool:
    """Whether amounts, or lists of them, cannot both be right: disjoint in a measure of both, or none is of both."""
    pairs = [(a, b) for a in listed(one) for b in listed(other) if a[2] == b[2]]
    return not pairs or any(a[1] < b[0] or b[1] < a[0] for a, b in pairs)


def worth(what: dict[str, Any], view: str) -> dict[str, float]:
    """The upper ends of a value by currency: of the preferred statement, and what others add in other currencies."""
    told = what["sure"] if view == "certain" else what["all"]
    value: list[Any] = []
    for entry in told:
        more = entry["f"].get("value")
        more = more if isinstance(more, list) else [more]
        if more != [None] and (not value or not differ(value, more)):
            value += [one for one in more if listed(one)[0][2] not in {unit for _, _, unit in listed(value)}]
    return {unit: most for _, most, unit in listed(value)}


# Narrowing


def may_concern(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two speak of the same licence, sanctions or batch: no key that both name differs."""
    names: set[str] = set()
    for begins, keys in KEYS:
        if one["event"].startswith(begins) and other["event"].startswith(begins):
            names |= set(keys)
    values = [(field(one, name, "possible"), field(other, name, "possible")) for name in names]
    return all(mine is None or theirs is None or set(parties(mine)) & set(parties(theirs)) for mine, theirs in values)


def narrow(happened: list[dict[str, Any]], today: int) -> set[str]:
    """Narrow the dates by the life cycle, in one pass, from the dates as stated; the codes of findings of a day."""
    for what in happened:
        low, high = what["stated"]
        for before, after, _ in CYCLE:
            if what["event"] in after:
                earlier = [
                    o for o in happened if o["event"] in before and o["sure"] and may_concern(o, what) and o is not what
                ]
                for kind in before:
                    mine = [o for o in earlier if o["event"] == kind]
                    can = [o["stated"][0] for o in mine if o["stated"][0] <= what["stated"][1]]
                    low = max(low, min(can)) if can else low
            if what["event"] in before:
                later = [
                    o for o in happened if o["event"] in after and o["sure"] and may_concern(o, what) and o is not what
                ]
                for kind in after:
                    can = [o["stated"][1] for o in later if o["event"] == kind and o["stated"][1] >= what["stated"][0]]
                    high = min(high, max(can)) if can else high
        if what["event"] == "opened":
            steps = [
                o["stated"][1] for o in happened if o["sure"] and is_step(o) and o["stated"][1] >= what["stated"][0]
            ]
            high = min([high, *steps])
        elif is_step(what):
            openers = [o["stated"][0] for o in happened if o["event"] == "opened" and o["sure"]]
            low = max([low, *(day for day in openers if day <= what["stated"][1])])
        until = field(what, "until", "certain") if what["sure"] else None
        if until is not None and interval(str(until))[1] >= low:
            high = min(high, interval(str(until))[1])
        if low <= high:
            what["on"] = (low, high)
    codes = set()
    certain = [what for what in happened if what["sure"] and what["on"][1] <= today]
    for what in certain:
        kinds = {kind for before, after, rounds in CYCLE if what["event"] in after and not rounds for kind in before}
        for kind in kinds if what["event"] not in ENDINGS else ():
            past = [o for o in certain if o["event"] == kind and may_concern(o, what)]
            if past and all(o["stated"][0] > what["stated"][1] for o in past):
                codes.add("out-of-order")
    return codes


def is_step(what: dict[str, Any]) -> bool:
    """Whether it belongs to the life of the deal itself; sanctions and licences can be older than it."""
    return not what["event"].startswith(("sanction", "waiver", "licence", "legislative")) and what["event"] != "opened"


# Sums


def line_of(what: dict[str, Any], view: str) -> tuple[Any, str] | None:
    value = amount(field(what, SUMS[what["event"]], view))
    return None if value is None else (field(what, "item", view), value[2])


def can_be_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two increments by different sources may be one."""
    mine, theirs = {e["source"] for e in one["all"]}, {e["source"] for e in other["all"]}
    tranches = field(one, "tranche", "certain"), field(other, "tranche", "certain")
    if mine & theirs or are_apart(one, other):
        return False
    if None not in tranches and tranches[0] != tranches[1]:
        return False
    for side in ("by", "to"):
        named = field(one, side, "certain"), field(other, side, "certain")
        if None not in named and named[0] != named[1]:
            return False
    a, b = amount(field(one, SUMS[one["event"]], "certain")), amount(field(other, SUMS[one["event"]], "certain"))
    if a is not None and b is not None and abs(a[0] - b[0]) * 100 > 2 * max(a[0], b[0]):
        return False
    return gap(one["on"], other["on"]) <= 31


def are_apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether somebody says of the one that it is not the other."""
    apart = {e["f"].get("apart_from") for e in one["all"] + other["all"]}
    return bool(apart & {name for e in one["all"] + other["all"] for name in (e["id"], f"deal/x@{e['n']}")})


def certain_sum(increments: list[dict[str, Any]], codes: set[str]) -> float:
    """The largest sum of increments of which no two can be one."""
    counts = [amount(field(one, SUMS[one["event"]], "certain")) or (0, 0, "") for one in increments]
    clash = set()
    for i, j in combinations(range(len(increments)), 2):
        if can_be_one(increments[i], increments[j]):
            clash |= {(i, j), (j, i)}
            codes.add("perhaps-the-same")
    for i, whole in enumerate(increments):
        for source in {e["source"] for one in increments for e in one["all"]} - {e["source"] for e in whole["all"]}:
            inside = [
                j for j, one in enumerate(increments) if j != i and {e["source"] for e in one["all"]} == {source}
                and whole["on"][0] <= one["on"][0] and one["on"][1] <= whole["on"][1] and not are_apart(whole, one)
            ]  # fmt: skip
            if len(inside) > 1 and sum(counts[j][0] for j in inside) == counts[i][0]:
                clash |= {pair for j in inside for pair in ((i, j), (j, i))}
                codes.add("perhaps-the-sum")
    best = 0.0
    for chosen in range(1 << len(increments)):
        own = [i for i in range(len(increments)) if chosen >> i & 1]
        if not any((i, j) in clash for i, j in combinations(own, 2)):
            best = max(best, sum(counts[i][0] for i in own))
    return best


def totals(
    happened: list[dict[str, Any]], event: str, day: int, codes: set[str]
) -> dict[tuple[Any, str], tuple[float, float]]:
    """The certain and the possible total at a day, by item and unit (or currency)."""
    told = [what for what in happened if what["event"] == event]
    lines = {line for what in told for view in ("certain", "possible") if (line := line_of(what, view))}

    def line_in_all(what: dict[str, Any]) -> tuple[Any, str] | None:
        """Its line; what names no item is of the only one that is counted so, if the deal has no other of its unit."""
        line = line_of(what, "possible")
        if line is None or line[0] is not None:
            return line
        named = [one for one in lines if one[0] is not None and one[1] == line[1]]
        others = {one[0] for one in named_lines(happened) if one[1] in (None, line[1])}
        return named[0] if len(named) == 1 == len(others) else line

    result = {}
    for line in {line for what in told if (line := line_in_all(what))}:
        own = [what for what in told if line_in_all(what) == line]
        increments = [what for what in own if not field(what, "so_far", "possible")]
        stated = [what for what in own if field(what, "so_far", "possible")]
        result[line] = bounds(increments, stated, day, codes)
    return result


def named_lines(happened: list[dict[str, Any]]) -> set[tuple[Any, Any]]:
    """The items that a deal names, with the units in which they are counted (None where nobody counts)."""
    lines: set[tuple[Any, Any]] = set()
    for what in happened:
        for view in ("certain", "possible"):
            if what["event"] in SUMS and (line := line_of(what, view)) is not None and line[0] is not None:
                lines.add(line)
            for item in field(what, "items", view) or []:
                value = amount(item.get("quantity")) if isinstance(item, dict) else None
                lines.add((item["designation"] if isinstance(item, dict) else item, value and value[2]))
    return lines


def bounds(
    increments: list[dict[str, Any]], stated: list[dict[str, Any]], day: int, codes: set[str]
) -> tuple[float, float]:
    def low(what: dict[str, Any]) -> float:
        return (amount(field(what, SUMS[what["event"]], "certain")) or (0, 0, ""))[0]

    def high(what: dict[str, Any]) -> float:
        return (amount(field(what, SUMS[what["event"]], "possible")) or (0, 0, ""))[1]

    in_parts = [field(w, "tranche", "possible") or "" for w in increments if field(w, "part", "possible")]
    wholes = [
        w for w in increments
        if not field(w, "part", "possible") and field(w, "tranche", "possible") in in_parts
    ]  # fmt: skip
    increments = [what for what in increments if what not in wholes]
    more_low = more_high = 0.0
    for whole in wholes:
        own = [w for w in increments if field(w, "tranche", "possible") == field(whole, "tranche", "possible")]
        if whole["sure"] and whole["on"][1] <= day:
            more_low += max(0, low(whole) - certain_sum([w for w in own if w["sure"] and w["on"][1] <= day], set()))
        if whole["on"][0] <= day:
            more_high += max(0, high(whole) - sum(high(w) for w in own if w["on"][0] <= day))
    sure = [what for what in increments if what["sure"]]
    certain_totals, caps = [], []
    for total in sorted((t for t in stated if t["sure"]), key=lambda t: (t["on"][1], t["id"])):
        before = [what for what in sure if what["on"][1] <= total["on"][0]]
        if certain_sum(before, set()) > high(total):
            codes |= {"contradicts-total"} if total["on"][1] <= day else set()
            if total["grade"] < min(what["grade"] for what in before):
                caps.append(total)
                certain_totals.append(total)
        else:
            certain_totals.append(total)
    for one, other in combinations(list(certain_totals), 2):
        if one["on"][1] < other["on"][0] and high(other) < low(one):
            codes |= {"contradicts-total"} if other["on"][1] <= day else set()
            worse = (
                other
                if (one["grade"], -one["said"], one["id"]) <= (other["grade"], -other["said"], other["id"])
                else one
            )
            if worse is one:
                caps.append(other)
            else:
                certain_totals = [total for total in certain_totals if total is not worse]
    by_day = [what for what in sure if what["on"][1] <= day]
    least = certain_sum(by_day, codes) + more_low
    for total in certain_totals:
        if total["on"][1] <= day:
            least = max(least, low(total) + certain_sum([w for w in by_day if w["on"][0] > total["on"][1]], set()))
    for cap in caps:
        after = certain_sum([what for what in by_day if what["on"][0] > cap["on"][1]], set())
        least = min(least, high(cap) + (after if cap["on"][1] < day else 0))
    possible = [what for what in increments if what["on"][0] <= day]
    uppers = []
    outgrown = [
        one for one in certain_totals for other in certain_totals
        if other["on"][0] > one["on"][1] and low(other) > high(one)
        + sum(high(w) for w in increments if w["on"][1] > one["on"][0] and w["on"][0] <= other["on"][1])
    ]  # fmt: skip
    for total in certain_totals:
        if total["on"][0] < day and total in outgrown:
            continue
        if total["on"][0] >= day:
            between = [what for what in sure if what["on"][0] > day and what["on"][1] <= total["on"][0]]
            uppers.append(high(total) - certain_sum(between, set()))
        else:
            uppers.append(high(total) + sum(high(what) for what in possible if what["on"][1] > total["on"][0]))
    most = (min(uppers) if uppers else sum(high(what) for what in possible)) + more_high
    for total in stated:
        if not total["sure"] and total["on"][0] <= day:
            most = max(most, high(total))
    return least, max(least, most)


# The state


def parties(value: Any) -> list[Any]:
    """One or several."""
    return [party(one) for one in (value if isinstance(value, list) else [value])]


def party(value: Any) -> Any:
    return {"Germany": "DEU", "United States": "USA", "India": "IND"}.get(value, value)


def folded(happened: list[dict[str, Any]], day: int, view: str) -> list[dict[str, Any]]:
    """What has happened by the day, in the order of the fold."""
    places = {event: place for place, events in enumerate(PLACE) for event in events}
    chosen = [
        what for what in happened
        if (what["sure"] and what["on"][1] <= day) or (view == "possible" and what["on"][0] <= day)
    ]  # fmt: skip
    return sorted(chosen, key=lambda w: (w["on"][1], w["on"][0], places.get(w["event"], 50), w["said"], w["id"]))


def state(happened: list[dict[str, Any]], day: int, view: str, codes: set[str]) -> dict[str, Any] | None:
    past = folded(happened, day, view)
    if not any(what["event"] in BEGINS for what in past):
        return None
    side = 0 if view == "certain" else 1
    delivered = {line: both[side] for line, both in totals(happened, "delivered", day, codes).items() if both[side] > 0}
    paid = {line: both[side] for line, both in totals(happened, "tranche-paid", day, codes).items() if both[side] > 0}
    ordered = order(past, view, side)
    return {
        "in_service": in_service(happened, day, side, delivered, codes),
        "stage": stage(past, day, view, delivered),
        "ordered": {line: n for line, n in ordered.items() if n > 0}, "delivered": delivered, "paid": paid,
        "sanctions": sanctions(past, day, view), "licences": licences(past, day, view),
    }  # fmt: skip


def in_service(
    happened: list[dict[str, Any]], day: int, side: int, delivered: dict[tuple[Any, str], float], codes: set[str]
) -> dict[tuple[Any, str], float]:
    """What was delivered less what was certainly (for the upper bound) or possibly (for the lower) returned or lost."""
    gone = [totals(happened, event, day, codes) for event in ("returned", "lost", "transferred-onward")]
    left = dict(delivered)
    for one in gone:
        for line, both in one.items():
            near = [other for other in left if other[1] == line[1] and None in (other[0], line[0])]
            same = [line] if line in left else near
            for other in same if len(same) == 1 or side == 0 else []:  # of any of them, at least
                left[other] -= both[1 - side]
    return {line: count for line, count in left.items() if count > 0}


def order(past: list[dict[str, Any]], view: str, side: int) -> dict[tuple[Any, str], Any]:
    """The lines of the order, by item and unit: their lower (0) or upper ends (1)."""
    lines: dict[tuple[Any, str], Any] = {}
    options: dict[Any, Any] = {}
    for what in past:
        quantity, items = amount(field(what, "quantity", view)), field(what, "items", view) or []
        named: dict[tuple[Any, str], Any] = {}
        for i in items:
            if isinstance(i, dict) and (v := amount(i.get("quantity"))) is not None:
                named[(i["designation"], v[2])] = named.get((i["designation"], v[2]), 0) + v[side]
        if what["event"] == "contract-signed":
            lines = named or ({} if quantity is None else {(None, quantity[2]): quantity[side]})
        elif what["event"] == "amended" and named:
            items, units = {name for name, _ in named}, {unit for _, unit in named}
            kept = {line for line in lines if line[0] not in items and not (line[0] is None and line[1] in units)}
            lines = {line: n for line, n in lines.items() if line in kept} | named
        elif what["event"] == "amended" and quantity is not None:
            same = [line for line in lines if line[0] is not None and line[1] == quantity[2]]
            lines = {line: n for line, n in lines.items() if line[0] is not None and line not in same}
            lines[(same[0][0] if len(same) == 1 else None, quantity[2])] = quantity[side]
        elif what["event"] == "option-agreed":
            options[field(what, "option", view)] = quantity, field(what, "item", view)
        elif what["event"] == "option-exercised":
            agreed, item = options.get(field(what, "option", view), (None, None))
            taken = quantity or agreed
            if taken is not None:
                key = (item, taken[2])
                lines[key] = lines.get(key, 0) + taken[side]
    return lines


def stage(past: list[dict[str, Any]], day: int, view: str, delivered: dict[tuple[Any, str], float]) -> str:
    reached, suspended = 0, False
    for what in past:
        event = what["event"]
        quantity = amount(field(what, "quantity", view))
        if event in ENDINGS:
            return str(event)
        if event in STEP_OF:
            reached = max(reached, STEP_OF[event])
        elif event == "suspended":
            until = field(what, "until", view)
            suspended = until is None or interval(until)[1] >= day
        elif event == "resumed":
            suspended = False
        elif event in DELIVERIES and (quantity is None or quantity[1] > 0):
            suspended = suspended and bool(field(what, "so_far", view))
            reached = max(reached, 5 if quantity is None else 0)
            if event == "delivery-completed" and field(what, "tranche", view) is None:
                reached = 6
    if delivered:
        reached = max(reached, 5)
    most = order(past, view, 1)
    if any(most.values()) and all(filled(most, delivered, unit) for _, unit in most):
        reached = 6
    return "suspended" if suspended else STEPS[reached]


def filled(most: dict[tuple[Any, str], Any], delivered: dict[tuple[Any, str], float], unit: str) -> bool:
    """Whether all lines in a unit are delivered: goods of no named type go where some are wanting, each to one line."""
    spare = delivered.get((None, unit), 0)
    spare += (
        sum(n for (item, u), n in delivered.items() if u == unit and item and (item, u) not in most)
        if ((None, unit) in most)
        else 0
    )
    wanting = sum(n - min(n, delivered.get(line, 0)) for line, n in most.items() if line[1] == unit and line[0])
    wanting += most.get((None, unit), 0)
    return bool(spare >= wanting)


def keyed(
    past: list[dict[str, Any]], names: tuple[str, ...], view: str
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Things known by several keys; a statement that names fewer speaks of the only one that it does not contradict."""
    things: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    keys = [{n: party(v) for n in names if (v := field(what, n, view)) is not None} for what in past]
    for what, key in zip(past, keys, strict=True):
        fitting = [thing for thing in things if all(thing[0].get(n) in (None, v) for n, v in key.items())]
        exact = [thing for thing in fitting if thing[0] == key]
        if exact or len(fitting) == 1:
            thing = (exact or fitting)[0]
            thing[0].update(key)
            thing[1].append(what)
        else:
            things.append((dict(key), [what]))
    return things


def lapsed(what: dict[str, Any], day: int, view: str) -> bool:
    until = field(what, "until", view)
    return until is not None and interval(str(until))[1] < day


def licences(past: list[dict[str, Any]], day: int, view: str) -> list[dict[str, Any]]:
    result = []
    for key, history in keyed(
        [w for w in past if w["event"].startswith("licence")], ("authority", "reference", "scope"), view
    ):
        status = history[-1]["event"].removeprefix("licence-")
        granted = [what for what in history if what["event"] == "licence-granted"]
        if status in ("granted", "suspended") and granted and lapsed(granted[-1], day, view):
            status = "lapsed"
        result.append({**key, "status": status})
    return result


def sanctions(past: list[dict[str, Any]], day: int, view: str) -> list[dict[str, Any]]:
    result = []
    chosen = [
        w for w in past if w["event"].startswith(("sanction", "waiver")) and w["event"] != "sanction-position-stated"
    ]
    for key, history in keyed(chosen, ("by", "against", "basis"), view):
        status, waived = None, False
        for what in history:
            match what["event"]:
                case "sanction-threat-raised":
                    status = status if status in ("imposed", "in-effect") else "threatened"
                case "sanction-imposed" | "sanction-took-effect":
                    status, waived = ("imposed" if what["event"] == "sanction-imposed" else "in-effect"), False
                case "sanction-lifted":
                    status, waived = "lifted", False
                case "sanction-threat-withdrawn":
                    status = "withdrawn"
                case "waiver-granted":
                    waived = not lapsed(what, day, view)
                case "waiver-expired":
                    waived = False
        result.append({**key, "status": "waived" if waived else status or "threatened"})
    return result


# Expectations


def outcomes(entries: list[Entry], happened: list[dict[str, Any]], day: int, view: str) -> list[str]:
    """The outcome of each expectation that was stated by the day, in the order of recording."""
    result = []
    for entry in entries:
        if entry["event"] == "expected" and entry["on"][1 if view == "certain" else 0] <= day:
            result.append(outcome(entry, entries, happened, day, view))
    return result


def outcome(entry: Entry, entries: list[Entry], happened: list[dict[str, Any]], day: int, view: str) -> str:
    names = (entry["id"], f"deal/x@{entry['n']}")
    about = [e for e in entries if e["f"].get("target") in names and e["said"][1] <= day]
    revisions = sorted((e for e in about if e["event"] == "expectation-revised"), key=lambda e: (e["said"][1], e["id"]))
    meant = dict(entry["f"])
    for revision in revisions:
        meant |= {n: v for n, v in revision["f"].items() if n in ("due", "quantity", "amount", "modality")}
    if any(e["event"] == "expectation-withdrawn" for e in about):
        return "withdrawn"
    b1, b2 = interval(str(meant["due"]))
    came, there, other_unit = came_true(meant, entry["on"][1], happened)
    a1, a2 = came
    if meant.get("modality") == "ruled-out":
        if b1 <= a1 and a2 <= b2 and a2 <= day:
            return "broken"
        if a1 > b2 and day > b2:
            return "kept"
        return "pending" if day <= b2 else "indeterminate"
    ends = [what["on"][1] for what in happened if what["event"] in ENDINGS and what["sure"] and what["on"][1] <= day]
    after_all = meant["what"]["event"] in ("payment-refunded", "returned") or meant["what"]["event"].startswith(
        ("sanction", "claim")
    )
    if ends and not after_all and (a1 > min(ends) or (view == "certain" and a2 == END)):
        return "moot"
    if (a2 if view == "certain" else a1) <= day:
        if a2 < b1:
            return "met-early"
        if (b1 <= a1 or b1 == BEGIN) and a2 <= b2:
            return "met"
        return "met-late" if a1 > b2 else "indeterminate"
    perhaps = [what["on"][1] for what in happened if what["event"] in ENDINGS and what["on"][0] <= day]
    if view == "possible" and perhaps and not after_all and a1 > min(perhaps):
        return "moot"
    if other_unit(day):
        return "indeterminate"
    if day <= b2:
        return "pending"
    return "partially-met" if there(day, view) > 0 else "overdue"


def agrees(what: dict[str, Any], name: str, value: Any) -> bool:
    """Whether something has a field as it was expected; of an item silence says nothing else."""
    told = field(what, name, "possible")
    return told in (None, value) if name == "item" else bool(told == value)


def upper(what: dict[str, Any]) -> float:
    """The upper end of a count; above zero where there is none."""
    return (amount(field(what, SUMS[what["event"]], "possible")) or (1, 1, ""))[1]


def came_true(meant: dict[str, Any], stated: int, happened: list[dict[str, Any]]) -> tuple[tuple[int, int], Any, Any]:
    """The interval of the day on which it came true (END where not), and what of its quantity is there at a day."""
    event = meant["what"]["event"]
    wanted = amount(meant.get("quantity") or meant.get("amount"))
    selectors = {name: value for name, value in meant["what"].items() if name != "event"}
    kinds = {"delivery-begun", "delivered"} if event == "delivery-begun" else {event}
    match = [
        what for what in happened
        if what["event"] in kinds and all(agrees(what, name, value) for name, value in selectors.items())
        and not (wanted is None and what["event"] in SUMS and upper(what) == 0)
    ]  # fmt: skip
    if wanted is None or event not in SUMS:
        counts_all = event in ONCE or selectors or meant.get("so_far")
        since = stated + (1 if any(what["event"] in SUMS for what in match) else 0)
        fresh = [what for what in match if counts_all or what["on"][1] >= since]
        fresh = fresh or [what for what in match if what["event"] in ("delivery-begun", "delivery-completed")]
        first = min((max(what["on"][0], BEGIN) for what in fresh), default=END)
        if any(what["event"] in SUMS for what in match) and not counts_all:
            first = max(first, stated)
        return (
            (first, min((what["on"][1] for what in fresh if what["sure"]), default=END)),
            lambda day, view: 0,
            lambda day: False,
        )

    def there(day: int, view: str) -> float:
        low, high = summed(day)
        if meant.get("so_far"):
            return low if view == "certain" else high
        return (low if view == "certain" else high) - summed(stated)[0]

    def summed(day: int) -> tuple[float, float]:
        own = [both for (_, unit), both in totals(match, event, day, set()).items() if unit == wanted[2]]
        return sum(low for low, _ in own), sum(high for _, high in own)

    days = sorted(
        {bound + more for what in match for bound in what["on"] for more in (0, 1) if bound not in (BEGIN, END)}
        | {stated}
    )
    days = days if meant.get("so_far") else [day for day in days if day >= stated]

    def is_there(day: int, view: str) -> bool:
        return there(day, view) >= wanted[0] and there(day, view) > 0

    a1 = next((day for day in days if is_there(day, "possible")), END)
    a2 = next((day for day in days if is_there(day, "certain")), END)

    def other_unit(day: int) -> bool:
        counted = [what for what in match if what["on"][1] >= stated or meant.get("so_far")]
        lines = [line_of(what, "possible") for what in counted if what["on"][0] <= day]
        return any(lines) and not any(one is not None and one[1] == wanted[2] for one in lines)

    return (a1, a2), there, other_unit


# The answer


def answer(
    written: list[dict[str, Any]],
    sources: list[dict[str, Any]],
    day: int,
    belief: int | None = None,
    by: str = "recorded",
) -> dict[str, Any]:
    """The state of the deal at a day, as known at a position or at a day asserted."""
    graded = grades(sources, [entry for entry in written if entry["event"] == "regraded"], belief)
    entries = known(read([entry for entry in written if "deal" in entry], sources), belief, by)
    alone: list[Entry] = []
    happened = occurrences(entries, graded, alone)
    codes = narrow(happened, day)
    result: dict[str, Any] = {view: state(happened, day, view, codes) for view in ("certain", "possible")}
    for view in ("certain", "possible"):
        if result[view] is not None:
            result[view]["outcomes"] = outcomes(entries, happened, day, view)
    codes |= {"denied"} if any(entry["on"][0] <= day for entry in alone) else set()
    result["findings"] = codes | findings(happened, result["certain"], day)
    return result


def findings(happened: list[dict[str, Any]], certain: dict[str, Any] | None, day: int) -> set[str]:
    codes = set()
    past = folded(happened, day, "certain")
    endings = [what for what in past if what["event"] in ENDINGS]
    if len({what["event"] for what in endings}) > 1:
        codes.add("two-endings")
    for what in past:
        if any(e["on"][1] < what["on"][0] for e in endings):
            is_total = bool(field(what, "so_far", "certain"))
            codes |= {"after-ending"} if what["event"] in AFTER_ENDING and not is_total else set()
            codes |= {"contract-after-ending"} if what["event"] == "contract-signed" else set()
        if what["event"] in DELIVERIES and not (what["event"] == "delivered" and upper(what) == 0):
            signed = [w for w in past if w["event"] == "contract-signed"]
            if signed and all(what["on"][1] < w["on"][0] for w in signed):
                codes.add("delivery-before-signature")
    for what in happened:
        if what["on"][0] <= day and (what["denied"] or not what["sure"]):
            codes.add("denied" if what["denied"] else "unverified")
    for what in happened:
        codes |= disputes(what) if what["on"][0] <= day else set()
    values: list[dict[str, float]] = [{}, {}]
    for side, view in enumerate(("certain", "possible")):
        for what in folded(happened, day, view):
            if what["event"] == "contract-signed" or (what["event"] == "amended" and worth(what, view)):
                values[side] = worth(what, view)
    for (_, currency), count in (certain or {}).get("paid", {}).items():
        if currency in values[0] and currency in values[1] and count > max(one[currency] for one in values):
            codes.add("paid-more-than-value")
    units = {unit for _, unit in order(past, "possible", 1)}
    if units and any(unit not in units for _, unit in (certain or {}).get("delivered", {})):
        codes.add("not-comparable")
    for line, count in (certain or {}).get("delivered", {}).items():
        most = order(past, "possible", 1)
        if line in most and line[0] and count > most[line]:
            codes.add("delivered-more-than-ordered")
        of_unit = [n for (item, unit), n in most.items() if unit == line[1]]
        came = sum(
            n
            for (item, unit), n in (certain or {}).get("delivered", {}).items()
            if unit == line[1] and (item is None or (item, unit) in most or (None, unit) in most)
        )
        if of_unit and came > sum(of_unit):
            codes.add("delivered-more-than-ordered")
    return codes


def disputes(what: dict[str, Any]) -> set[str]:
    """Statements that definitely differ on a field from the best one that gives it: contested, or a tie of equals."""
    codes = set()
    for name in ("on", "quantity", "amount", "value"):
        given = [e for e in what["sure"] or what["all"] if name == "on" or e["f"].get(name) is not None]
        for other in given[1:]:
            if name == "on":
                do_differ = gap(given[0]["on"], other["on"]) > 0
            else:
                do_differ = differ(given[0]["f"][name], other["f"][name])
            if do_differ and given[0]["rank"][0] == other["rank"][0]:
                codes.add("tie" if given[0]["rank"][:-1] == other["rank"][:-1] else "contested")
    return codes
