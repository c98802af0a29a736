"""Commands that write, the folders in which they are run, and what must be there whatever happened to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from armsledger import Ledger, LedgerError
from armsledger.storage.schema import SCHEMA_VERSION
from tests.application.book import jsonl
from tests.attack.failing_calls import Outcome
from tests.attack.soundness import verify
from tests.attack.statements import Told, dossier, first_dossier, record_dossier, record_single, record_source
from tests.storage.copying.earlier import ALONE, released, version_of

LEDGER, NEW = "armsledger.db", "new.db"
SPEAKER = "Ann Example"
BESIDE = ("-wal", "-shm")


class Scene(NamedTuple):
    """A command, in a folder that holds the ledger as it was before."""

    command: str
    makes: str = ""
    """The file that it makes, if any."""
    records: int = 0
    """How many entries it records in the ledger."""
    before: str = "kept"
    """What the folder holds before."""
    excuse: str = ""
    """What the same command may say when it is given again, as the first one did its work."""


SCENES = {
    "recording": Scene("record dossier.jsonl", records=4),
    "first recording": Scene(f"record first.jsonl --ledger {NEW}", makes=NEW, excuse="already"),
    "making": Scene(f"init --ledger {NEW}", makes=NEW, excuse="already"),
    "rebuild": Scene("rebuild"),
    "backup": Scene(f"admin backup {NEW}", makes=NEW, excuse="already"),
    "migration": Scene("admin migrate", makes="armsledger.schema1.db", before="old"),
    "erasure": Scene(f"admin forget '{SPEAKER}' --yes", records=1, excuse="1 person was forgotten"),
    "export": Scene("export jsonl out.jsonl", makes="out.jsonl", excuse="already"),
    "import": Scene(f"import jsonl in.jsonl --ledger {NEW}", makes=NEW, excuse="into an empty ledger"),
}


def lay_out(folder: Path) -> None:
    """Make the folders as they are before the commands."""
    (folder / "kept").mkdir()
    (folder / "old").mkdir()
    with Ledger(folder / "kept" / LEDGER, recorded_by="tester") as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
        record_single(ledger, "deal/x", "single", 0)
        ledger.record("deal/x", event="delivered", quantity="1 unit", source="wire", id="said:1/1", on="2021-07-01",
                      attribution={"speaker": SPEAKER})  # fmt: skip
        ledger.export_jsonl(folder / "kept" / "in.jsonl")
    (folder / "kept" / "dossier.jsonl").write_bytes(jsonl(dossier("new", "deal/new", 4)))
    (folder / "kept" / "first.jsonl").write_bytes(jsonl(first_dossier("first", "deal/first", 4)))
    shutil.move(released(ALONE, folder), folder / "old" / LEDGER)


class Stage:
    """The folder in which a command is run while calls fail, and what is found there afterwards."""

    def __init__(self, scene: Scene, template: Path, folder: Path) -> None:
        self.scene = scene
        self.folder = folder
        self._template = template
        self.names = {path.name for path in template.iterdir()}
        self.before = entries_of(template / LEDGER)

    def set(self) -> None:
        """Have the folder be as it is before the command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._template, self.folder)

    def complaints(self, outcome: Outcome, *, is_lasting: bool) -> Iterator[str]:
        """What is not as it must be after a command that may have failed."""
        answer, scene = outcome.answer, self.scene
        if outcome.raised or "Traceback" in answer.err:
            yield f"raised: {outcome.raised or answer.err}"
            return
        is_told = "error: " in answer.err or "warning: " in answer.err
        if answer.status not in (0, 1) or (answer.status == 1 and not is_told):
            yield f"status {answer.status}: {answer.err}"
        found = entries_of(self.folder / LEDGER)
        more = len(found) - len(self.before)
        if found[: len(self.before)] != self.before or more not in (0, scene.records):
            yield f"{len(found)} entries, where {len(self.before)} were"
        if answer.status == 0 and more != scene.records:
            yield "acknowledged and lost"
        if answer.status == 1 and more and "warning: " not in answer.err:  # which is of what was done, but not all
            yield f"recorded, and told: {answer.err}"
        if scene.makes and answer.status == 0 and not (self.folder / scene.makes).exists():
            yield f"{scene.makes} is not there"
        left = {path.name for path in self.folder.iterdir()} - self.names - {scene.makes}
        left = {name for name in left if not name.endswith(BESIDE)}
        if left and not (is_lasting or outcome.failed.startswith("unlink")):
            yield f"left: {sorted(left)}"
        yield from self.unsound()

    def unsound(self) -> Iterator[str]:
        """What verification finds in the ledger, and in one that the command made."""
        for path in sorted(self.folder / name for name in {LEDGER, self.scene.makes} if name.endswith(".db")):
            if not path.exists():
                continue
            if version_of(path) != SCHEMA_VERSION:
                if entries_of(path) != self.before:
                    yield f"{path.name}: neither the old ledger nor the new one"
                continue
            try:
                verify(str(path))
            except LedgerError as error:
                yield f"{path.name}: {error}"

    def complaints_of_next(self, outcome: Outcome) -> Iterator[str]:
        """What is not as it must be after the same command was given again, while all was well."""
        answer, scene = outcome.answer, self.scene
        is_excused = scene.excuse and scene.excuse in answer.err and (self.folder / (scene.makes or LEDGER)).exists()
        if outcome.raised or (answer.status and not is_excused):
            yield f"again: {outcome.raised or answer.err}"
        elif len(entries_of(self.folder / LEDGER)) != len(self.before) + scene.records:
            yield "again: not all is there"
        else:
            yield from self.unsound()


def entries_of(path: Path) -> list[Told]:
    """What is recorded."""
    with Ledger(path) as ledger:
        return [Told(entry.position, entry.id) for entry in ledger.journal().reader.entries()]
