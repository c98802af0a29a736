"""The manifest of a site: which files are the site's own, what each holds, and what each page rests on.

It stands in the folder. Only files that it names are ever overwritten or removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError

NAME: Final = "armsledger-site.json"
FORMAT: Final = "armsledger_site"
VERSION: Final = 1
SHOWN: Final = 3


class NotOurFolder(LedgerError):
    """A folder holds what no site has put there, or the site of another ledger."""


class Kept(NamedTuple):
    """A file of a site: the checksum of what it holds, its size in bytes, and what it was made of (else empty).

    A file that is only planned has no checksum.
    """

    checksum: str = ""
    size: int = 0
    rests: str = ""


def read_manifest(folder: Path, ledger: str) -> dict[str, Kept]:
    """The files of the site in a folder by their paths; none if it is empty or missing. Raises NotOurFolder."""
    try:
        text = (folder / NAME).read_text("utf-8")
    except FileNotFoundError:
        _refuse_foreign(folder)
        return {}
    except NotADirectoryError as error:
        raise NotOurFolder(f"{folder} is a file", remedy="name a folder") from error
    try:
        read = json.loads(text)
        if read[FORMAT] != VERSION:
            raise ValueError
        owner, files = str(read["ledger"]), {str(path): Kept(*kept) for path, kept in read["files"].items()}
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotOurFolder(
            f"{folder / NAME} is no manifest that this release can read",
            remedy="name another folder, or remove that one",
        ) from error
    if owner != ledger:
        raise NotOurFolder(
            f"{folder} holds the site of another ledger ({owner})", remedy="name another folder, or remove that one"
        )
    if outside := next((path for path in files if not _is_within(path)), None):
        raise NotOurFolder(
            f"{folder / NAME} names {outside!r}, which is not in the folder", remedy="name another folder"
        )
    return files


def write_manifest(folder: Path, ledger: str, files: Mapping[str, Kept]) -> None:
    """Write the manifest, whole or not at all."""
    listed: dict[str, Any] = {path: list(files[path]) for path in sorted(files)}
    text = json.dumps({FORMAT: VERSION, "ledger": ledger, "files": listed}, indent=0, ensure_ascii=False)
    staging = folder / f"{NAME}.new"
    staging.write_text(text, "utf-8")
    staging.replace(folder / NAME)


def refuse_strangers(folder: Path, wanted: Iterable[str], own: Mapping[str, Kept]) -> None:
    """Raise NotOurFolder for a file in the place of a page that the manifest does not name, and for a folder within
    that is a link: what is written there would stand elsewhere."""
    wanted = list(wanted)
    within = sorted({parent for path in wanted for parent in PurePosixPath(path).parents})
    linked = [parent for parent in within if str(parent) != "." and (folder / parent).is_symlink()]
    if linked:
        raise NotOurFolder(
            f"{folder / linked[0]} is a link to another folder", remedy="remove the link, or name another folder"
        )
    strange = [path for path in wanted if path not in own and (folder / path).exists()] if own else []
    if strange:
        raise NotOurFolder(
            f"{folder} holds {strange[0]}, which no site has put there", remedy="move it away, or name another folder"
        )


def _refuse_foreign(folder: Path) -> None:
    """Raise NotOurFolder for a folder that holds files of others; hidden ones, such as .git, are nobody's pages."""
    try:
        others = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise NotOurFolder(f"{folder} is a file", remedy="name a folder") from error
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        raise NotOurFolder(
            f"{folder} is not empty, and holds no site: {', '.join(others[:SHOWN])}{more}",
            remedy="name an empty folder, or one that does not exist",
        )


def _is_within(path: str) -> bool:
    parts = path.split("/")
    return bool(path) and not path.startswith("/") and "\\" not in path and all(p not in ("", ".", "..") for p in parts)
