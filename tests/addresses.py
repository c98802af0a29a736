"""Addresses of servers with passwords in them, right and wrong in all the ways in which people write them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Final, NamedTuple

from hypothesis import strategies as st

NOWHERE: Final = "127.0.0.1:1"
"""Nothing answers there."""
FORMS: Final = tuple(
    form.replace("HOST", NOWHERE)
    for form in (
        # as it should be
        "postgresql://me:{}@HOST/arms",
        "postgres://me:{}@HOST/arms",
        "POSTGRESQL://me:{}@HOST/arms",
        "postgresql+psycopg://me:{}@HOST/arms",
        "postgresql+asyncpg://me:{}@HOST/arms",
        "postgresql://:{}@HOST",
        "postgresql://me:{}@HOST,HOST/arms?target_session_attrs=any",
        "postgresql://HOST/arms?user=me&password={}",
        "postgresql://HOST/arms?password={}&options=-csearch_path%3Dours",
        "postgresql://HOST/arms?sslpassword={}",
        "postgresql://me@HOST/arms?options=-capp.key%3D{}",
        # something is missing, or too much
        "postgresql://me:{}",
        "postgresql://me:{}/arms",
        "postgresql://me:{}HOST/arms",
        "postgresql://me:{}:HOST/arms",
        "postgresql://me@corp:{}@HOST/arms",
        "postgresql://me:{}@@HOST/arms",
        "postgresql://me:x@{}@HOST/arms",
        "postgresql://me:{}@HOST:2/arms",
        "postgresql://me:{}@127.0.0.1:one/arms",
        "postgresql://me:{}@[::1/arms",
        "postgresql://me:{}@HOST/arms?colour=red",
        "postgresql://me:{}@HOST/arms?sslmode",
        "postgresql://me:{}@HOST/arms?sslmode=so=so",
        "postgresql://me:{}@HOST/arms?sslmode=never",
        "postgresql://me:{}@HOST/arms#here",
        "postgresql://me:{}@HOST/arms/more",
        "postgresql://me:{}@HOST/ar%ms",
        "postgresql://me:{}@HOST/arms ",
        "postgresql://me:{}@HOST/arms\n",
        " postgresql://me:{}@HOST/arms",
        "'postgresql://me:{}@HOST/arms'",
        '"postgresql://me:{}@HOST/arms"',
        "<postgresql://me:{}@HOST/arms>",
        "ARMSLEDGER_LEDGER=postgresql://me:{}@HOST/arms",
        "PGPASSWORD={} postgresql://me@HOST/arms",
        "psql postgresql://me:{}@HOST/arms",
        "postgresql://HOST/arms?user=me:{}",
        "postgresql://HOST/arms?user=me&pasword={}",
        "postgresql://HOST/arms?port={}&password={}",
        "postgresql://me%3A{}%40HOST/arms",
        "postgresql://me%3A{}@HOST/arms",
        "postgresql://me;{}@HOST/arms",
        "postgresql://me {}@HOST/arms",
        # another scheme, or none
        "postgresql:me:{}@HOST/arms",
        "postgresql:/me:{}@HOST/arms",
        "postgresql:///me:{}@HOST/arms",
        "postgresql//me:{}@HOST/arms",
        "postgresql;//me:{}@HOST/arms",
        "postgresql:\\\\me:{}@HOST/arms",
        "postgresq://me:{}@HOST/arms",
        "jdbc:postgresql://me:{}@HOST/arms",
        "jdbc:postgresql://HOST/arms?user=me&password={}",
        "mysql://me:{}@HOST/arms",
        "https://me:{}@HOST/arms",
        "file://me:{}@HOST/arms",
        "sqlite://me:{}@HOST/arms",
        "sqlite:///me:{}@HOST/arms",
        "me:{}@HOST/arms",
        "//me:{}@HOST/arms",
        # as libpq's other form
        "host=127.0.0.1 port=1 user=me password={}",
        "host=127.0.0.1 port=1 password='{}' dbname=arms",
        "service=arms password={}",
        "password = {}",
    )
)

SIGNS: Final = "@:/?#%[]&=+;,!$ \t\n'\"\\{}|é\u202e"
"""What passwords hold that means something in an address, or to a terminal."""
HEXADECIMAL, OTHERS = "abcdef", "ghijklmnopqrstuvwxyz"
TWINS: Final = str.maketrans(
    HEXADECIMAL + OTHERS + (HEXADECIMAL + OTHERS).upper(),
    HEXADECIMAL[1:] + "a" + OTHERS[1:] + "g" + (HEXADECIMAL[1:] + "a" + OTHERS[1:] + "g").upper(),
)
"""Makes each letter another one; what can follow a percent sign stays so."""


class Twins(NamedTuple):
    """Two addresses that differ in the letters of the password."""

    address: str
    twin: str


def twins(forms: Sequence[str] = FORMS) -> st.SearchStrategy[Twins]:
    """Addresses in some forms, with passwords of letters and signs.

    Two kinds are left out, as they are right and name something else: a password of figures only, without a host, is
    the number of a port; and one with an @ in it, without a host, ends with the name of a host.
    """
    letters = st.text(string.ascii_letters, min_size=2, max_size=6)
    parts = st.lists(letters | st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join)
    passwords = parts.filter(lambda text: len(text) >= 4 and any(map(str.isalpha, text)))
    pairs = st.tuples(st.sampled_from(forms), passwords)
    certain = pairs.filter(lambda pair: "@" not in pair[1] or "@" in pair[0] or not pair[0].startswith("postgresql:"))
    return certain.map(lambda pair: Twins(*(pair[0].replace("{}", text) for text in (pair[1], _twin(pair[1])))))


def _twin(password: str) -> str:
    return password.translate(TWINS)
