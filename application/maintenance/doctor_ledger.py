"""What can be wrong with what a ledger holds, in whichever database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from armsledger.application.maintenance.diagnosis import Check, Fatal, Finding, Patient, fatal, of_flaws
from armsledger.application.session import stage
from armsledger.domain.errors import LedgerError
from armsledger.projections.model import BUILDING, KEPT
from armsledger.projections.reading import is_current, kept_models
from armsledger.storage.connection import POSTGRESQL
from armsledger.storage.errors import LedgerDamaged, LedgerOutdated, LedgerTooNew
from armsledger.storage.proofs.checkpoints import check_kept
from armsledger.storage.proofs.keys import read_signer
from armsledger.storage.proofs.schema_check import check_database, check_facts, check_schema
from armsledger.storage.schema import FIRST_WITH_TREE, OLDEST_READ, SCHEMA_VERSION, parse_instant

KEY_VARIABLE: Final = "ARMSLEDGER_KEY"
LATE: Final = timedelta(seconds=5)
"""Clocks of machines differ by less, if they are set at all."""


def schema(patient: Patient) -> Iterator[Finding]:
    """Whether this release knows the tables."""
    try:
        found = patient.reader.meta().get("schema_version", "")
    except LedgerError as error:
        raise fatal(error) from error
    if not found.isdecimal():
        raise fatal(LedgerDamaged(patient.address, "it does not say which schema it has"))
    patient.schema_version = int(found)
    if patient.schema_version > SCHEMA_VERSION:
        raise fatal(LedgerTooNew(patient.address, patient.schema_version, SCHEMA_VERSION))
    if patient.schema_version < SCHEMA_VERSION:
        outdated = LedgerOutdated(patient.address, patient.schema_version, SCHEMA_VERSION)
        finding = Finding("warning", outdated.message, outdated.remedy)
        if patient.schema_version < OLDEST_READ:
            raise Fatal(finding._replace(level="error"))
        yield finding
    else:
        yield Finding("ok", f"schema {SCHEMA_VERSION}, which is the one of this release")


def database(patient: Patient) -> Iterator[Finding]:
    """Whether the database finds nothing wrong with itself."""
    yield from of_flaws(check_database(patient.reader), "the database finds nothing wrong with itself")


def entries(patient: Patient) -> Iterator[Finding]:
    """Whether all entries fit the Merkle tree."""
    if patient.quick:
        yield Finding("ok", "left out")
    elif patient.schema_version < FIRST_WITH_TREE:
        yield Finding("ok", f"schema {patient.schema_version} has no Merkle tree that could tell")
    else:
        from armsledger.storage.proofs.verification import verify_journal

        walk = patient.walk = verify_journal(patient.reader, stage(patient.stages, "entries"), contents=True)
        flaws = [] if walk.violation is None else [walk.violation]
        yield from of_flaws(flaws, f"all {walk.sound:,} entries fit; root {walk.root.hex()}")
        if walk.violation is not None:
            yield Finding("ok", f"the first {walk.sound:,} entries fit; their root is {walk.root.hex()}")


def tables(patient: Patient) -> Iterator[Finding]:
    """Whether tables and triggers are as this release makes them."""
    if patient.schema_version < SCHEMA_VERSION:
        yield Finding("ok", "tables of an earlier release are looked at when they are migrated")
        return
    flaws = [*check_schema(patient.reader), *check_facts(patient.reader)]
    yield from of_flaws(flaws, "tables and triggers are as they should be")


def checkpoints(patient: Patient) -> Iterator[Finding]:
    """Whether the ledger extends the checkpoints that it keeps."""
    if patient.walk is None:
        yield Finding("ok", "left out, as the entries were")
        return
    yield from of_flaws(check_kept(patient.reader, patient.walk), "it extends all checkpoints that it keeps")


def read_models(patient: Patient) -> Iterator[Finding]:
    """Whether read models are in step, and what the journal gives."""
    reader, kept = patient.reader, kept_models(patient.reader)
    head = reader.head()
    behind = [one.name for one in patient.projections if head and not is_current(kept.get(one.name), one, head)]
    if behind:
        told = f"{', '.join(behind)}: missing or not in step, so that answers are folded, which takes longer"
        yield Finding("warning", told, f"armsledger rebuild {' '.join(behind)}")
    if patient.quick or (patient.walk is not None and patient.walk.violation is not None):
        yield Finding("ok", "what they hold was not compared with the entries")
        return
    from armsledger.projections.verification import verify_read_models

    told_models = verify_read_models(reader, patient.projections, stage(patient.stages, "read models"))
    yield from of_flaws(told_models.flaws, f"{len(told_models.digests)} read models are what the journal gives")


def leftover_tables(patient: Patient) -> Iterator[Finding]:
    """Whether there are tables of read models that nobody has."""
    names = {name for (name,) in patient.reader.query(patient.reader.dialect.relations)}
    known = {projection.name for projection in patient.projections}
    begun = kept_models(patient.reader, building=True)
    for name in sorted(begun.keys() & known):
        yield Finding("warning", f"a rebuild of {name} was interrupted", f"armsledger rebuild {name}")
    building = known if patient.reader.dialect is POSTGRESQL else begun.keys()  # there they stay, and are emptied
    expected = {f"{KEPT}{name}" for name in known} | {f"{BUILDING}{name}" for name in building}
    strange = sorted(name for name in names - expected if name.startswith((KEPT, BUILDING)))
    for name in strange:
        told = f"the table {name} belongs to no read model that this installation has"
        yield Finding("warning", told, f'install the package that keeps it, or drop it: DROP TABLE "{name}"')
    if not strange and not begun:
        yield Finding("ok", "no tables were left behind")


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the clock is behind what was recorded last."""
    last = patient.reader.recorded_at(patient.reader.head())
    try:
        ahead = timedelta() if last is None else parse_instant(last) - patient.now
    except (TypeError, ValueError):
        return  # the entries were told to be damaged
    if ahead > LATE:
        told = f"the clock is {ahead} behind the last entry, recorded at {last}; what is recorded now gets that time"
        yield Finding(
            "warning", told, "set the clock; if the entry's time is wrong, entries keep it until that has passed"
        )
    else:
        yield Finding("ok", "the clock is not behind the last entry")


def key(patient: Patient) -> Iterator[Finding]:
    """Whether the key that signs is there, and its owner's alone."""
    named = os.environ.get(KEY_VARIABLE)
    if not named:
        yield Finding("ok", f"no key is named by {KEY_VARIABLE}")
        return
    verifier = read_signer(named).verifier
    yield Finding("ok", f"{named} is the key {verifier.name}+{verifier.key_id.hex()}, and only you may read it")


ONCE_OPEN: Final[tuple[tuple[str, Check], ...]] = (
    ("schema", schema),
    ("database", database),
    ("entries", entries),
    ("tables", tables),
    ("checkpoints", checkpoints),
    ("read models", read_models),
    ("left behind", leftover_tables),
    ("clock", clock),
    ("key", key),
)
