"""How files go wrong: cut, doubled, changed in a byte, with lines moved, or never what they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError

Read = TypeVar("Read")


def tampered(valid: bytes) -> st.SearchStrategy[bytes]:
    """The bytes after up to four small changes, and now and then none or other bytes altogether."""
    return st.one_of(
        st.lists(_changes(len(valid)), max_size=4).map(lambda changes: _changed(valid, changes)),
        st.binary(max_size=300),
        st.permutations(valid.split(b"\n")).map(b"\n".join),
    )


def single_changes(valid: bytes) -> Iterator[bytes]:
    """Each byte left out, doubled and changed in turn, and each line left out, doubled and swapped with the next."""
    for place, byte in enumerate(valid):
        yield valid[:place] + valid[place + 1 :]
        yield valid[:place] + bytes([byte]) + valid[place:]
        yield valid[:place] + bytes([byte ^ 1]) + valid[place + 1 :]
        yield valid[:place]
    lines = valid.split(b"\n")
    for place, line in enumerate(lines):
        yield b"\n".join(lines[:place] + lines[place + 1 :])
        yield b"\n".join([*lines[:place], line, *lines[place:]])
        yield b"\n".join([*lines[:place], *lines[place : place + 2][::-1], *lines[place + 2 :]])


def read_or_refused(read: Callable[[bytes], Read], data: bytes, *, secret: str | None = None) -> Read | None:
    """What was read, or nothing if it was refused with a message and a remedy; any other exception fails the test.

    A secret must not be repeated in what is said.
    """
    try:
        return read(data)
    except LedgerError as error:
        if not (error.message and error.remedy):
            raise AssertionError("refused without a message or a remedy") from error
        if secret is not None and secret in str(error):
            raise AssertionError("the secret is told") from error
        return None


Change = tuple[int, int, bytes]
"""From where, how many bytes, and what is put in their place."""


def _changes(length: int) -> st.SearchStrategy[Change]:
    inserted = st.one_of(
        st.binary(max_size=3),
        st.sampled_from([b"\n", b"\n\n", b" ", b"+", b"=", b"0", b"\r", b"\x00", b"\xff", "—".encode(), b"\xc2\xa0"]),
        st.text(max_size=3).map(str.encode),
    )
    return st.tuples(st.integers(0, length), st.sampled_from([0, 0, 1, 1, 2, 7, 60]), inserted)


def _changed(valid: bytes, changes: list[Change]) -> bytes:
    for start, length, inserted in changes:
        valid = valid[:start] + inserted + valid[start + length :]
    return valid
