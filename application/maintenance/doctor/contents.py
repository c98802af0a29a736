"""What can be wrong with what a ledger holds, in whichever database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from armsledger.application.maintenance.doctor.diagnosis import Check, Patient, Sign, fatal, ok, signs_of, warning
from armsledger.application.maintenance.signing import GIVE_LAST, GONE, forgotten
from armsledger.application.session import stage
from armsledger.domain.errors import LedgerError
from armsledger.projections.schema import BUILDING, KEPT, SEARCH_INDEX
from armsledger.projections.search.index import has_fts5
from armsledger.projections.tables import read_register
from armsledger.projections.unkept import ALL, unkept_counts
from armsledger.storage.clock import check_leap, held_back
from armsledger.storage.connection import POSTGRESQL
from armsledger.storage.erasure.unpurged import LEFT_IN_FILES, unpurged_since
from armsledger.storage.errors import ClockLeapt, LedgerDamaged, LedgerOutdated, LedgerTooNew
from armsledger.storage.integrity.checkpoints import check_extension, check_kept
from armsledger.storage.integrity.erasures import check_erasures
from armsledger.storage.integrity.schema_check import check_database, check_facts, check_schema, implausible
from armsledger.storage.proofs.keys import read_signer
from armsledger.storage.proofs.last_signed import LastSigned
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.schema import FIRST_WITH_TREE, OLDEST_READ, SCHEMA_VERSION

KEY_VARIABLE: Final = "ARMSLEDGER_KEY"


def schema(patient: Patient) -> Iterator[Sign]:
    """Whether this release knows the tables."""
    try:
        version = patient.reader.meta().get("schema_version", "")
    except LedgerError as failure:
        raise fatal(failure) from failure
    if not version.isdecimal():
        raise fatal(LedgerDamaged(str(patient.place), "it does not say which schema it has"))
    patient.schema_version = int(version)
    if patient.schema_version > SCHEMA_VERSION:
        raise fatal(LedgerTooNew(str(patient.place), patient.schema_version, SCHEMA_VERSION))
    if patient.schema_version < SCHEMA_VERSION:
        outdated = LedgerOutdated(str(patient.place), patient.schema_version, SCHEMA_VERSION)
        if patient.schema_version < OLDEST_READ:
            raise fatal(outdated)
        yield warning(outdated.message, outdated.remedy)
    else:
        yield ok(f"schema {SCHEMA_VERSION}, which is the one of this release")


def database(patient: Patient) -> Iterator[Sign]:
    """Whether the database finds nothing wrong with itself."""
    yield from signs_of(check_database(patient.reader), "the database finds nothing wrong with itself")


def entries(patient: Patient) -> Iterator[Sign]:
    """Whether all entries fit the Merkle tree."""
    if patient.quick:
        yield ok("left out")
    elif patient.schema_version < FIRST_WITH_TREE:
        yield ok(f"schema {patient.schema_version} has no Merkle tree that could tell")
    else:
        from armsledger.storage.integrity.verification import verify_journal

        walk = patient.walk = verify_journal(patient.reader, stage(patient.stages, "entries"), contents=True)
        violations = [] if walk.violation is None else [walk.violation]
        yield from signs_of(violations, f"all {walk.sound:,} entries fit; root {walk.root.hex()}")
        if walk.violation is not None:
            yield ok(f"the first {walk.sound:,} entries fit; their root is {walk.root.hex()}")
        for strange in walk.strange:
            yield warning(f"{strange.where}: {strange.what}", strange.remedy)


def tables(patient: Patient) -> Iterator[Sign]:
    """Whether tables and triggers are as this release makes them."""
    if patient.schema_version < SCHEMA_VERSION:
        yield ok("tables of an earlier release are looked at when they are migrated")
        return
    violations = [*check_schema(patient.reader), *check_facts(patient.reader)]
    yield from signs_of(violations, "tables and triggers are as they should be")


def checkpoints(patient: Patient) -> Iterator[Sign]:
    """Whether the ledger extends the checkpoints that it keeps."""
    if patient.walk is None:
        yield ok("left out, as the entries were")
        return
    yield from signs_of(check_kept(patient.reader, patient.walk), "it extends all checkpoints that it keeps")


def read_models(patient: Patient) -> Iterator[Sign]:
    """Whether read models are up to date, and what the journal gives."""
    reader, register = patient.reader, read_register(patient.reader)
    head = reader.head()
    behind = [p.name for p in patient.projections if head and not register.is_current(p, head)]
    behind += [SEARCH_INDEX] if head and register.indexed < head and has_fts5(reader.connection) else []
    if behind:
        names = ", ".join(behind)
        what = f"{names}: missing or not in step, so answers are folded from the entries, which takes longer"
        yield warning(what, f"armsledger rebuild {' '.join(behind)}")
    if register.has_pending and (pending := unkept_counts(reader).get(ALL, 0)):
        what = f"the rows of {pending:,} streams are pending, so that answers about them are folded"
        yield warning(what, "armsledger rebuild, or whatever is recorded next, brings them up to date")
    if patient.quick or (patient.walk is not None and patient.walk.violation is not None):
        yield ok("what they hold was not compared with the entries")
        return
    from armsledger.projections.verification import verify_read_models

    models = verify_read_models(reader, patient.projections, stage(patient.stages, "read models"))
    yield from signs_of(models.violations, f"{len(models.digests)} read models are what the journal gives")


def erasures(patient: Patient) -> Iterator[Sign]:
    """Whether something that was erased may be left in the files."""
    if patient.schema_version < SCHEMA_VERSION:
        yield ok(f"schema {patient.schema_version} does not note whether an erasure was interrupted")
    elif (since := unpurged_since(patient.reader.connection)) is not None:
        what = f"{LEFT_IN_FILES % since}: the erasure was interrupted"
        yield warning(what, "run any command that writes, as the ledger's owner: it finishes that first")
    else:
        yield from signs_of(check_erasures(patient.reader), "no erasure is to be finished, and entries tell of all")


def leftover_tables(patient: Patient) -> Iterator[Sign]:
    """Whether there are tables of read models that nobody has."""
    names = {name for (name,) in patient.reader.query(patient.reader.dialect.relations)}
    own = {projection.name for projection in patient.projections}
    begun = read_register(patient.reader, building=True).models
    for name in sorted(begun.keys() & own):
        yield warning(f"a rebuild of {name} was interrupted", f"armsledger rebuild {name}")
    building = own if patient.reader.dialect is POSTGRESQL else begun.keys()  # PostgreSQL keeps them, emptied
    expected = {f"{KEPT}{name}" for name in own} | {f"{BUILDING}{name}" for name in building}
    strange = sorted(name for name in names - expected if name.startswith((KEPT, BUILDING)))
    for name in strange:
        what = f"the table {name} belongs to no read model that this installation has"
        yield warning(what, f'install the package that keeps it, or drop it: DROP TABLE "{name}"')
    if not strange and not begun:
        yield ok("no tables were left behind")


def clock(patient: Patient) -> Iterator[Sign]:
    """Whether the clock is behind what was recorded last, or so far after it that nothing would be recorded."""
    reader, now = patient.reader, patient.now()
    last = reader.recorded_at(reader.head())
    if behind := held_back(now, last or ""):
        yield warning(behind, "set the clock; if the entry's time is wrong, entries keep it until that has passed")
        return
    try:
        check_leap(now, last, lambda: reader.meta().get("created_at", ""), patient.leap_days)
    except ClockLeapt as leapt:
        yield warning(leapt.message, leapt.remedy)
        return
    yield ok("the clock fits the last entry")


def key(patient: Patient) -> Iterator[Sign]:
    """Whether the key that signs is there, its owner's alone, and the ledger continues what it signed last."""
    path = os.environ.get(KEY_VARIABLE)
    if not path:
        yield ok(f"no key is named by {KEY_VARIABLE}")
        return
    verifier = read_signer(path).verifier
    yield ok(f"{path} is the key {verifier.name}+{verifier.key_id.hex()}, and only you may read it")
    facts = patient.reader.meta()
    if patient.walk is None or any(implausible(facts)):
        return
    last = LastSigned(path, verifier)
    if notes := last.notes(facts["ledger_id"]).values():
        found = [check_extension(patient.reader, patient.walk, Checkpoint.parse(note.text)) for note in notes]
        violations = [violation for violation in found if violation is not None]
        yield from signs_of(violations, "the ledger continues what the key signed last")
    elif where := forgotten(patient.reader, last, verifier):
        yield warning(f"{where}: {GONE}", GIVE_LAST)


ONCE_OPEN: Final[tuple[tuple[str, Check], ...]] = (
    ("schema", schema),
    ("database", database),
    ("entries", entries),
    ("tables", tables),
    ("checkpoints", checkpoints),
    ("read models", read_models),
    ("erasures", erasures),
    ("left behind", leftover_tables),
    ("clock", clock),
    ("key", key),
)
