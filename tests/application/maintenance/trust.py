"""Ledgers that are verified, signed for and proved from, and what comes of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from armsledger import Ledger
from armsledger.application.maintenance.verification import Verification
from tests.application.book import SOURCES, Clock, delivered, opened, paid, take

Place = str | Path
TOLD = (
    opened(),
    paid("USD 8m", tranche=1, attribution={"speaker": "Ann Other"}),
    delivered("5 units"),
    opened("deal/y", id="another"),
    paid("USD 9m", "deal/y", tranche=1),
)
ENTRIES = len(SOURCES) + len(TOLD)


def filled(place: Place) -> Place:
    """A ledger with nine entries, recorded at three instants."""
    clock = Clock()
    with Ledger(place, recorded_by="tester", clock=clock) as made:
        for part in ((*SOURCES, *TOLD[:1]), TOLD[1:3], TOLD[3:]):
            clock.pass_time(hours=1)
            take(made, *part)
    return place


def copied(path: Path) -> Path:
    """The same in a file, made once and copied: each copy is of one ledger."""
    path.write_bytes(_filled_file())
    return path


@cache
def _filled_file() -> bytes:
    with TemporaryDirectory() as folder:
        return Path(filled(Path(folder) / "ledger.db")).read_bytes()


def record_another(place: Place, tranche: int = 2) -> None:
    """Record one entry more."""
    with Ledger(place) as ledger:
        take(ledger, paid("USD 1m", "deal/y", tranche=tranche))


def public(key: Path) -> str:
    """The file of the verifier key."""
    return f"{key}.pub"


def verified(place: Place, *, journal_only: bool = False) -> Verification:
    """What verifying comes to."""
    with Ledger(place) as ledger:
        return ledger.verify(journal_only=journal_only, workers=0)


def findings(place: Place) -> list[str]:
    """What does not fit, and where."""
    return [f"{finding.where}: {finding.what}" for finding in verified(place).findings]


def signed(place: Place, key: Path, name: str = "checkpoint") -> Path:
    """The file of a checkpoint of what a ledger holds now."""
    file = key.with_name(name)
    with Ledger(place) as ledger:
        ledger.checkpoint(file, key)
    return file


def confirmed(place: Place, file: Path, *keys: Path | str) -> Verification:
    """What verifying comes to with a checkpoint."""
    with Ledger(place) as ledger:
        return ledger.verify(checkpoints=[file], keys=keys, workers=0)


def proof(place: Place, entry: str | int, key: Path) -> Path:
    """The file of a proof."""
    file = key.with_name("proof")
    with Ledger(place) as ledger:
        ledger.prove(entry, file, key=key, replace=True)
    return file
