"""Export licences of a deal: where each authority stands."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.events.licence import LicenceEvent, LicenceGranted
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import the_only
from armsledger.domain.values.when import When


@dataclass(frozen=True)
class Licence:
    """Where an authority stands on one export licence."""

    authority: str
    reference: str | None
    status: str
    until: When | None = None
    scope: str | None = None


def with_licence(licences: tuple[Licence, ...], event: LicenceEvent) -> tuple[Licence, ...]:
    """One line per authority, reference and scope; an event that names fewer speaks of the only one it can mean."""
    status = event.name.removeprefix("licence-")
    meant = the_only(
        [(line.authority, line.reference, line.scope) for line in licences],
        (event.authority, event.reference, event.scope),
    )
    if meant is None:
        return (*licences, Licence(event.authority, event.reference, status, event.until, event.scope))
    line = licences[meant]
    until = event.until if status == "granted" else line.until
    changed = replace(
        line, reference=line.reference or event.reference, scope=line.scope or event.scope, status=status, until=until
    )
    return (*licences[:meant], changed, *licences[meant + 1 :])


def lapsed_licence(line: Licence, term: LicenceGranted) -> Licence:
    is_same = line.authority == term.authority and line.status in ("granted", "suspended") and line.until == term.until
    return replace(line, status="lapsed") if is_same else line
