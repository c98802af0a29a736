"""Keys that look alike: the key of a new stream must not be taken for another one's (Unicode's standard UTS 39).

It is in the form NFKC, so that two spellings of a letter are one; it holds nothing that nobody sees; it does not mix
scripts whose letters look alike; and no other key of its kind has its looks. Streams that are there stay as they are.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from armsledger.application.names.letters import doubles, doubles_told, looks_of, told, unseen
from armsledger.domain.errors import LookAlike

if TYPE_CHECKING:
    from armsledger.domain.values.stream import StreamId
    from armsledger.storage.reader import JournalReader

BEYOND_ASCII: Final = "\x80"
ABOVE_ALL: Final = "\U0010ffff"
STREAMS: Final = "SELECT stream FROM journal WHERE stream >= ? AND stream < ? AND version = 1"


class LookAlikes:
    """The keys of a ledger by their looks, within one transaction."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._new: dict[str, list[str]] = {}
        self._looks: dict[tuple[str, bool], dict[str, str]] = {}

    def check(self, stream: StreamId) -> None:
        """Raise LookAlike for the key of a new stream that could be taken for another one."""
        kind, key = stream
        if not key.isascii():
            _check_letters(kind, key)
        other = self._other_with_looks_of(kind, key)
        if other is not None:
            raise LookAlike(
                f"the key {key!r} looks like that of {kind}/{other}, and is another: {_differing(key, other)}",
                remedy=f"write {kind}/{other} if that is meant, or give this {kind} a key that nobody takes for it",
            )
        self._new.setdefault(kind, []).append(key)
        for (of, whole), looks in self._looks.items():
            if of == kind and (whole or not key.isascii()):
                looks.setdefault(looks_of(key), key)

    def _other_with_looks_of(self, kind: str, key: str) -> str | None:
        """The other key that looks like one. One in ASCII is compared with those that begin beyond it: there are few,
        and those that look like it are all of one other script."""
        whole = not key.isascii()
        looks = self._looks.get((kind, whole))
        if looks is None:
            looks = self._looks[kind, whole] = self._looks_of_all(kind, "" if whole else BEYOND_ASCII)
        other = looks.get(looks_of(key)) if looks else None
        return None if other == key else other

    def _looks_of_all(self, kind: str, start: str) -> dict[str, str]:
        rows = self._reader.query(STREAMS, f"{kind}/{start}", f"{kind}/{ABOVE_ALL}")
        new = (key for key in self._new.get(kind, ()) if key >= start)
        return {looks_of(key): key for key in (*(str(name)[len(kind) + 1 :] for (name,) in rows), *new)}


def taken_key(made: str) -> str:
    """A key that the program has made of a text, as `LookAlikes` takes it: letters of a script that can be taken for
    those of another one in the key are written in that."""
    if made.isascii():
        return made
    hidden = unseen(made)
    key = unicodedata.normalize("NFKC", "".join(one for one in made if one not in hidden))
    while mixed := dict(doubles(key)):
        key = unicodedata.normalize("NFKC", "".join(mixed.get(one, one) for one in key))
    return key.strip("-") or made


def _check_letters(kind: str, key: str) -> None:
    """Raise LookAlike for characters that do not belong in a key."""
    if hidden := unseen(key):
        left = "".join(one for one in key if one not in hidden)
        raise LookAlike(
            f"the key {key!a} holds what nobody sees: {told(hidden)}",
            remedy=f"leave it out: {kind}/{left}" if left else "write a name",
        )
    plain = unicodedata.normalize("NFKC", key)
    if plain != key:
        strange = (one for one in key if one not in plain)
        raise LookAlike(
            f"the key {key!a} is spelt otherwise than keys are (in Unicode's form NFKC): {told(strange)}",
            remedy=f"write {kind}/{plain}, which is {plain!a}",
        )
    if mixed := dict(doubles(key)):
        meant = "".join(mixed.get(one, one) for one in key)
        raise LookAlike(
            f"the key {key!r} mixes scripts in which letters look alike: {doubles_told(mixed)}",
            remedy="write all of it in one script" + (f": {kind}/{meant}" if meant.isascii() else ""),
        )


def _differing(key: str, other: str) -> str:
    """The letters beyond ASCII in which two keys differ, by their names."""
    strange, plain = (other, key) if key.isascii() else (key, other)
    return told(one for one in strange if one not in plain)
