"""Key files: a signer key, which only its owner may read, and beside it its verifier key, in a file ending in .pub.

With them a folder is made, ending in .signed, for what the key signed last (`armsledger.storage.proofs.last_signed`).
A key without it was copied, or made by an earlier release.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, suppress
from pathlib import Path

from armsledger.storage.files import flush
from armsledger.storage.proofs.errors import KeyExists, KeyNotPrivate, KeyNotWritten, UnreadableKey
from armsledger.storage.proofs.signing import LARGEST_KEY_BYTES, PRIVATE, Signer, Verifier

DEFAULT_NAME = "armsledger"
PUBLIC_SUFFIX = ".pub"
SIGNED_SUFFIX = ".signed"
OWNER_ONLY = 0o600
OWNERS_FOLDER = 0o700
EVERYBODY = 0o644
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def new_key(path: str | Path, name: str = DEFAULT_NAME) -> Verifier:
    """Make a key and write both its files and its folder, or none; what exists is never overwritten."""
    signer = Signer.new(name)
    secret, public, folder = Path(path), Path(f"{path}{PUBLIC_SUFFIX}"), Path(f"{path}{SIGNED_SUFFIX}")
    with ExitStack() as undo:
        _write_new(secret, signer.text(), OWNER_ONLY)
        undo.callback(secret.unlink)
        _write_new(public, str(signer.verifier), EVERYBODY)
        undo.callback(public.unlink)
        try:
            make_folder(folder)
        except FileExistsError:
            raise KeyExists(str(folder)) from None
        except OSError as error:
            raise KeyNotWritten(str(folder), _reason(error)) from None
        undo.pop_all()
    return signer.verifier


def make_folder(path: Path) -> None:
    """Make a folder of its owner's alone, through to the disk."""
    path.mkdir(OWNERS_FOLDER)
    try:
        path.chmod(OWNERS_FOLDER)  # whatever the umask is
        flush(path.parent)
    except OSError:
        path.rmdir()
        raise


def read_signer(path: str | Path) -> Signer:
    """The signer key in a file that only its owner may read; raises UnreadableKey, or KeyNotPrivate."""
    content, mode = _read(Path(path))
    if mode & OTHERS and content.strip().startswith(PRIVATE.encode()):
        raise KeyNotPrivate(str(path), mode)
    try:
        return Signer.parse(content)
    except UnreadableKey as error:
        raise error.at(_shown(Path(path))) from None


def read_verifier(path_or_text: str | Path) -> Verifier:
    """A verifier key, by its text or by the file that holds it; raises UnreadableKey."""
    if isinstance(path_or_text, str) and _is_key_text(path_or_text):
        return Verifier.parse(path_or_text)
    content, _ = _read(Path(path_or_text))
    try:
        return Verifier.parse(content)
    except UnreadableKey as error:
        raise error.at(_shown(Path(path_or_text))) from None


def _is_key_text(text: str) -> bool:
    """Whether a text is meant as a key: a file name may hold plus signs, but hardly an id between two of them."""
    _, _, rest = text.strip().partition("+")
    key_id, plus, _ = rest.partition("+")
    is_id = len(key_id) == 8 and all(digit in "0123456789abcdef" for digit in key_id)
    return text.strip().startswith(PRIVATE) or (plus == "+" and is_id)


def _read(path: Path) -> tuple[bytes, int]:
    """What a file holds and its mode, both of the same open file; a pipe or device is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            content = os.read(descriptor, LARGEST_KEY_BYTES + 1) if stat.S_ISREG(status.st_mode) else None
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise UnreadableKey(_reason(error), remedy="name the file of the key").at(_shown(path)) from None
    if content is None:
        raise UnreadableKey("it is not a file", remedy="name the file of the key").at(_shown(path))
    return content, stat.S_IMODE(status.st_mode)


def _shown(path: Path) -> str:
    """The name of a file, unless somebody gave the secret itself in its place."""
    return "the key file" if str(path).startswith(PRIVATE) else str(path)[:200]


def _write_new(path: Path, text: str, mode: int) -> None:
    """Write a new file, through to the disk; if that fails, it is gone again."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise KeyExists(str(path)) from None
    except (OSError, ValueError) as error:
        raise KeyNotWritten(str(path)[:200], _reason(error)) from None
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, mode)
            file.write(f"{text}\n")
            file.flush()
            os.fsync(descriptor)
        flush(path.parent)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise KeyNotWritten(str(path), _reason(error)) from None


def _reason(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or "no file can have this name"
