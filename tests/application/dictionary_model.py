"""A ledger as plain dictionaries and lists, with a state worked out in the most naive way: no fold of ours is used.

It knows a part of the catalogue: events of a deal on exact days, each an occurrence of its own, told by one source.
That is enough to say of any two dates what the ledger must answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

Entry = dict[str, Any]
"""A recorded entry: what was proposed, with its version, its position, and when it was recorded."""
State = dict[str, Any]
Cut = tuple[str, Any]
"""A belief date: ``("position", 7)``, ``("time", a moment)`` or ``("asserted", "2021-11-12")``."""

PLACES = {
    "opened": 0,
    "contract-signed": 10,
    "amended": 14,
    "tranche-paid": 24,
    "delivered": 32,
    "suspended": 60,
    "resumed": 61,
    "terminated": 90,
}
"""Events that happen on one day come in this order."""
LIFE = ("prospective", "signed", "delivering")
BEGINS = frozenset(PLACES) - {"amended", "tranche-paid", "resumed"}
NOT_ITS_OWN = frozenset({"stream", "event", "id", "on", "asserted", "source", "version", "position", "recorded_at"})
AMOUNTS = frozenset({"amount", "value", "quantity"})
MILLION = 10**6


def money(millions: int, currency: str = "USD") -> dict[str, str]:
    """An amount as the audit trail has it."""
    return {"amount": str(millions * MILLION), "currency": currency}


class DictionaryLedger:
    """What a ledger must hold after what was recorded in it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.versions: dict[str, int] = {}
        self.by_id: dict[str, Entry] = {}

    def take(self, proposals: Sequence[Entry], now: datetime) -> None:
        """Record one transaction: sources and openings first, the rest in its order; time never goes back."""
        at = max(now, self.entries[-1]["recorded_at"]) if self.entries else now
        first = [given for given in proposals if given["event"] in ("registered", "opened")]
        for given in [*first, *(given for given in proposals if given not in first)]:
            version = self.versions.get(given["stream"], 0) + 1
            self.versions[given["stream"]] = version
            entry = {**given, "version": version, "position": len(self.entries) + 1, "recorded_at": at}
            self.entries.append(entry)
            self.by_id[entry["id"]] = entry

    def known(self, cut: Cut | None) -> list[Entry]:
        """The entries known at a belief date."""
        match cut:
            case None:
                return self.entries
            case ("position", position):
                return self.entries[:position]
            case ("time", moment):
                return [entry for entry in self.entries if entry["recorded_at"] <= moment]
            case (_, day):
                return [entry for entry in self.entries if entry["asserted"] <= day]

    def retractions(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """The retraction that holds of each entry that is retracted; the last word is heard first."""
        holding: dict[str, Entry] = {}
        for entry in reversed(list(entries)):
            if entry["event"] == "retracted" and entry["id"] not in holding:
                holding.setdefault(entry["target"], entry)
        return holding

    def current(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that stand, with the values that corrections gave them; the one that was asserted last holds."""
        gone = self.retractions(entries)
        standing = [dict(entry) for entry in entries if entry["id"] not in gone]
        by_id = {entry["id"]: entry for entry in standing}
        corrections = [entry for entry in standing if entry["event"] == "corrected" and entry["target"] in by_id]
        for entry in sorted(corrections, key=lambda e: (e["asserted"], e["id"])):
            by_id[entry["target"]].update(entry["set"])
        return standing

    def deals(self, day: str, cut: Cut | None = None) -> dict[str, State | None]:
        """The state of each deal that is known at a belief date, at the end of a day; None if it has not begun."""
        known = self.known(cut)
        standing = self.current(known)
        streams = dict.fromkeys(entry["stream"] for entry in known if entry["stream"].startswith("deal/"))
        return {stream: _state([entry for entry in standing if entry["stream"] == stream], day) for stream in streams}

    def log(self, cut: Cut | None = None) -> list[dict[str, Any]]:
        """The audit trail as far as it is compared."""
        known = self.known(cut)
        gone = self.retractions(known)
        return [self._row(entry, gone.get(entry["id"])) for entry in known]

    def _row(self, entry: Entry, retraction: Entry | None) -> dict[str, Any]:
        corrects = self.by_id[entry["target"]] if entry["event"] == "corrected" else None
        return {
            "entry": address(entry),
            "position": entry["position"],
            "event": entry["event"],
            "id": entry["id"],
            "on": entry["on"],
            "asserted": entry["asserted"],
            "recorded_at": entry["recorded_at"],
            "source": entry.get("source"),
            "corrects": None if corrects is None else address(corrects),
            "retracted_by": None if retraction is None else address(retraction),
            "data": self._data(entry),
        }

    def _data(self, entry: Entry) -> dict[str, Any]:
        """The event's own fields; an amount also tells that it is exact."""
        given = {name: value for name, value in entry.items() if name not in NOT_ITS_OWN}
        exact = {name: {**given[name], "approximate": False} for name in AMOUNTS & given.keys()}
        if "set" in given:
            given["set"] = {name: _without_default(value) for name, value in given["set"].items()}
        return {**given, **exact}


def _without_default(value: Any) -> Any:
    """A new value as a correction keeps it: what goes without saying is left out."""
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if (name, part) != ("unit", "unit")}
    return value


def address(entry: Entry) -> str:
    """``deal/x@7``."""
    return f"{entry['stream']}@{entry['version']}"


def _has_begun(standing: list[Entry], happened: list[Entry], day: str) -> bool:
    """By something that happened, or, where no word of an opening stands, by what somebody said to expect."""
    expected = [entry for entry in standing if entry["event"] == "expected" and entry["asserted"] <= day]
    is_opened = any(entry["event"] == "opened" for entry in standing)
    return any(entry["event"] in BEGINS for entry in happened) or (bool(expected) and not is_opened)


def _state(standing: list[Entry], day: str) -> State | None:
    """Walk through what has happened, and write down the last word on everything."""
    happened = [entry for entry in standing if entry["event"] in PLACES and entry["on"] <= day]
    if not _has_begun(standing, happened, day):
        return None
    state: State = {"stage": "prospective", "paid": {}, "delivered": {}, "tranches": 0, "value": None}
    rung, suspended, ended = 0, False, False
    for entry in sorted(happened, key=lambda e: (e["on"], PLACES[e["event"]], e["asserted"], e["id"])):
        match entry["event"]:
            case "contract-signed":
                rung, state["value"] = max(rung, 1), _number(entry["value"])
            case "amended":
                state["value"] = _number(entry["value"])
            case "tranche-paid":
                state["tranches"] += 1
                _add(state["paid"], entry["amount"]["currency"], Decimal(entry["amount"]["amount"]))
            case "delivered":
                rung, suspended = 2, False
                _add(state["delivered"], entry["quantity"]["unit"], entry["quantity"]["count"])
            case "suspended" | "resumed":
                suspended = entry["event"] == "suspended"
            case "terminated":
                ended = True
    state["stage"] = "terminated" if ended else "suspended" if suspended else LIFE[rung]
    return state


def _number(amount: Mapping[str, str]) -> tuple[str, Decimal]:
    return amount["currency"], Decimal(amount["amount"])


def _add(sums: dict[str, Any], name: str, amount: Any) -> None:
    sums[name] = sums.get(name, 0) + amount
