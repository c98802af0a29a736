"""A ledger that is made together with its first entries, and only seen once they are in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from armsledger.domain.errors import LedgerError
from armsledger.storage.creation import build, complaint, publish, supersede
from armsledger.storage.errors import LedgerExists
from armsledger.storage.sqlite import merge


@contextmanager
def newborn(
    path: Path,
    created_at: datetime,
    *,
    keep: bool = True,
    facts: Mapping[str, str] | None = None,
    replace: bool = False,
) -> Iterator[Path]:
    """The path of a new ledger beside its place, which it takes when the block ends without an error.

    Nothing is left if it ends with one, or if it is not to be kept. All connections must be closed by
    then. Raises LedgerExists if another process made the ledger meanwhile: nothing was recorded in it.
    ``facts`` are those of another ledger, of which it is to be a copy; with ``replace`` it takes the place of a file.
    """
    with unseen(path, keep=keep, replace=replace) as draft:
        build(draft, path, created_at, facts)
        yield draft


@contextmanager
def unseen(path: Path, *, keep: bool = True, replace: bool = False) -> Iterator[Path]:
    """A path beside a file's place, under which nobody looks for it; what is there when the block ends takes the place.

    What is put there must be safely on the disk by then.
    """
    place = Path(os.path.realpath(path))
    draft = place.with_name(f".{place.name}.{uuid4().hex}.new")
    try:
        yield draft
        if keep:
            merge(draft, str(path))
        if keep and replace:
            supersede(draft, place)
        elif keep and not publish(draft, place):
            raise LedgerExists(str(path))
    except OSError as error:
        raise complaint(error, path) from error
    except LedgerError as error:
        error.message = error.message.replace(str(draft), str(path))
        raise
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                Path(f"{draft}{suffix}").unlink()
