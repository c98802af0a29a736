"""Entries at the limits, a little within and a little beyond them, with what some door might not let through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from armsledger.domain.limits import (
    COUNT_DIGITS,
    DECIMAL_PLACES,
    LONGEST_KEY,
    LONGEST_TEXT,
    LONGEST_UNIT,
    MOST_PARTS,
    NUMBER_DIGITS,
    WHOLE_DIGITS,
)
from tests.application.book import Object, entry, expected

BLOCKS = (
    "a",
    "tank ",
    "\u00e9",
    "\U0001f600",
    "\n",
    '"',
    "\\",
    "\x01",
    "\x1b[2J",
    "\x7f",
    "\ufffe",
    "<b>",
    "=1+1",
    "\u202e",
)
"""What texts are made of: letters, what each format escapes, and characters that XML does not know."""
LENGTHS = (1, 30, LONGEST_TEXT - 1, LONGEST_TEXT, LONGEST_TEXT + 1, 2 * LONGEST_TEXT)
DAYS = (
    "0001",
    "0001-01-01",
    "[..0001-02]",
    "1582-10",
    "1900-02-28",
    "1999-12-31/2000-01-01",
    "2018",
    "20XX",
    "2021-06?",
)
DUE = ("0001-01-01", "../2021", "2022~", "2100", "9999", "9999-12-31", "2022/..", "9999-12-31/..")

texts: st.SearchStrategy[str] = st.builds(
    lambda block, length: (block * length)[:length], st.sampled_from(BLOCKS), st.sampled_from(LENGTHS)
)
short_texts: st.SearchStrategy[str] = st.builds(
    lambda block, length: f"a{(block * length)[:length]}", st.sampled_from(BLOCKS), st.sampled_from((1, 40))
)
digits: st.SearchStrategy[str] = st.builds(
    lambda figure, rest, length: figure + (rest * length)[: length - 1],
    st.sampled_from("19"),
    st.sampled_from(("0", "9")),
    st.sampled_from((1, 12, WHOLE_DIGITS - 1, WHOLE_DIGITS, WHOLE_DIGITS + 1, NUMBER_DIGITS)),
)
places: st.SearchStrategy[str] = st.sampled_from((0, 1, 6, DECIMAL_PLACES, DECIMAL_PLACES + 1)).map(
    lambda count: f".{'9' * count}" if count else ""
)
amounts: st.SearchStrategy[Any] = st.one_of(
    st.builds("USD {}{}".format, digits, places),
    st.builds("up to ~USD {}{}".format, digits, places),
    st.builds("USD {}+".format, digits),
    st.builds(lambda low, high: {"amount": low, "amount_high": high, "currency": "USD"}, digits, digits),
)
units: st.SearchStrategy[str] = st.sampled_from(("tanks", "u" * LONGEST_UNIT, "u" * (LONGEST_UNIT + 1)))
counts: st.SearchStrategy[str] = st.builds(
    "{}{} {}".format,
    st.sampled_from(("", "~", "up to ")),
    st.sampled_from((1, COUNT_DIGITS - 1, COUNT_DIGITS, COUNT_DIGITS + 1, 15)).map(lambda length: "9" * length),
    units,
)
keys: st.SearchStrategy[str] = st.builds(
    lambda letter, length: letter * length,
    st.sampled_from(("k", "\u0436", "\u5929", "\U0001f600", "'", "%", ".")),
    st.sampled_from((1, LONGEST_KEY - 1, LONGEST_KEY, LONGEST_KEY + 1)),
)
how_many: st.SearchStrategy[int] = st.sampled_from((1, 2, 2, 3, 40, MOST_PARTS, MOST_PARTS + 1))

days: st.SearchStrategy[str] = st.sampled_from(DAYS)
due: st.SearchStrategy[str] = st.sampled_from(DUE)
threes: st.SearchStrategy[str] = st.integers(1, 22).map(lambda count: "3" * count)
labels: st.SearchStrategy[int | str] = st.one_of(st.integers(1, 10**9), short_texts, texts)


@st.composite
def remarks(draw: st.DrawFn) -> Object:
    """Fields that every entry may have."""
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                "note": texts,
                "quote": texts,
                "attribution": st.builds(lambda name, role: {"speaker": name, "role": role}, short_texts, texts),
                "credibility": st.integers(1, 6),
                "status": st.sampled_from(("fact", "reported", "claim")),
            },
        )
    )


@st.composite
def orders(draw: st.DrawFn) -> Object:
    """A contract with few or very many lines."""
    name = draw(st.one_of(short_texts, texts))
    items = [
        {"designation": f"{number} {name}", "quantity": draw(counts)} for number in range(draw(st.sampled_from((1, 2))))
    ]
    more = [{"designation": f"i{number}", "quantity": "3 tanks"} for number in range(draw(how_many))]
    return entry("deal/x", "contract-signed", on="2019", value=draw(amounts), items=[*items, *more], place=draw(texts))


@st.composite
def edges(draw: st.DrawFn) -> Object:
    """An entry of which each value is at a limit or near one."""
    kinds: tuple[Callable[[], Object], ...] = (
        lambda: entry("deal/x", "tranche-paid", on=draw(days), amount=draw(amounts), tranche=draw(labels)),
        lambda: entry("deal/x", "tranche-paid", on=draw(days), amount=draw(amounts), share=f"33.{draw(threes)}"),
        lambda: entry("deal/x", "tranche-paid", on=draw(days), amount=draw(amounts), so_far=True),
        lambda: entry("deal/x", "delivered", on=draw(days), quantity=draw(counts), item=draw(texts)),
        lambda: entry("deal/x", "delivered", on=draw(days), quantity=draw(counts), so_far=True),
        lambda: entry("deal/x", "suspended", on="2019", until=draw(due), reason=draw(texts)),
        lambda: expected({"event": "delivered", "quantity": draw(counts)}, draw(due)),
        lambda: expected({"event": "tranche-paid", "amount": draw(amounts)}, draw(due)),
        lambda: entry("deal/x", "amended", on="2020", value=draw(amounts), quantity=draw(counts), reason=draw(texts)),
        lambda: entry("deal/x", "corrected", target="opening", set={"title": draw(texts)}, reason="entry-error"),
        lambda: entry(f"deal/{draw(keys)}", "opened", on=draw(days), supplier="RUS", buyer="IND", title=draw(texts)),
        lambda: draw(orders()),
    )
    return {**draw(st.sampled_from(kinds))(), **draw(remarks())}
