"""How people write the values of a dossier as texts: patterns, examples, and what an editor says of another text.

A pattern takes every text that the type can read, words included (``March 2022``), and refuses what is wrong at first
sight: a blank, a month 13, a negative amount. Whether the words mean something, only `record` can say.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from armsledger.domain.values.money import MAGNITUDES, NUMBER, Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

_BEGINNING = r"(?:.*[^0-9X])?"
_NO_SUCH_MONTH = rf"(?!{_BEGINNING}[0-9X]{{4}}-(?:00|1[3-9]|[2-9][0-9])(?:[^0-9]|$))"
_NO_SUCH_DAY = rf"(?!{_BEGINNING}[0-9X]{{4}}-[0-9X]{{2}}-(?:00|3[2-9]|[4-9][0-9])(?:[^0-9]|$))"
_NO_TIME = r"(?!.*[0-9]T[0-9])"
_FIGURES = rf"(?={_BEGINNING}(?:[0-9X]{{4}}|[0-9]{{8}})(?:[^0-9X]|$))[0-9X?~%/.,\[\]()\s\u2010-\u2015-]+"
_WORDS = r"(?=.*[0-9])(?=.*[A-WYZa-wyz]).+"
"""A date in words has a figure, and a letter that is not the X of EDTF."""
_NOT_NEGATIVE = r"(?!(?:[^0-9]*[^0-9A-Za-z])?[-\u2212]\s*[0-9]|\s*[-\u2212])"
_NUMBER_ALONE = rf"\s*~?\s*{NUMBER}\s*(?:{'|'.join(name for name in MAGNITUDES if name)})?\s*$"
NOT_BLANK: Final = r"\S"


class Text(NamedTuple):
    """The text of a value: the scalars of YAML that it may be, its pattern, and the limits of a number."""

    about: str
    message: str
    pattern: str = NOT_BLANK
    examples: tuple[str, ...] = ()
    scalars: tuple[str, ...] = ("string", "number", "boolean")
    minimum: int | None = None
    maximum: int | None = None


ANY_TEXT: Final = Text("", "a text is expected here, not a list or a mapping", pattern="")
TRANCHE: Final = int | str
TEXTS: Final[dict[Any, Text]] = {
    When: Text(
        "A date as precise as the source is: EDTF (ISO 8601-2), or words such as March 2022.",
        "a date is written 2018-10-05, 2018-10, 2018, 2018-10/2018-12, ../2018-10 (by then), 201X, or March 2022",
        pattern=rf"^{_NO_SUCH_MONTH}{_NO_SUCH_DAY}{_NO_TIME}(?:{_FIGURES}|{_WORDS})$",
        examples=("2018-10-05", "2018-10", "2021-11-12/2021-12-31", "../2021-12-15~", "March 2022"),
        scalars=("string", "number"),
        minimum=1,
        maximum=99991231,
    ),
    Money: Text(
        "An amount of money with its currency (ISO 4217), or a range of amounts.",
        "an amount is written with its currency: USD 5bn, ~USD 800m, EUR 6.5bn-7bn, up to USD 3bn, USD 2bn+",
        pattern=rf"^{_NOT_NEGATIVE}(?!{_NUMBER_ALONE})[\s\S]*[0-9]",
        examples=("USD 5bn", "~USD 800m", "EUR 6.5bn-7bn", "up to USD 3bn"),
        scalars=("string",),
    ),
    Quantity: Text(
        "A whole number and its unit, or a range.",
        "a quantity is a whole number and its unit: 5 units, ~40 missiles, 20-24 aircraft, up to 50 missiles",
        pattern=rf"^{_NOT_NEGATIVE}[\s\S]*[0-9A-Za-z]",
        examples=("5 units", "~40 missiles", "20-24 aircraft", "up to 50 missiles"),
        scalars=("string", "integer"),
        minimum=0,
    ),
    Party: Text(
        "A state by its ISO 3166 alpha-3 code or its English name, another actor by its name, or unknown.",
        "a party is a code such as IND, a name, or unknown",
        examples=("IND", "South Korea", "unknown"),
    ),
    TRANCHE: Text("A number or a label.", "a tranche is a number or a label, such as 1 or advance"),
    str: ANY_TEXT,
}
"""The types that people write as a text of a form of its own; one of several parts may be a mapping as well."""


def _in_any_case(word: str) -> str:
    """A pattern of a word in capitals, small letters or both; no pattern of JSON Schema can leave that open."""
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)


_YES_AND_NO = ("true", "t", "yes", "y", "on", "false", "f", "no", "n", "off")
YES_OR_NO: Final = Text(
    "",
    "write true or false",
    pattern=rf"^\s*(?:{'|'.join(map(_in_any_case, _YES_AND_NO))}|[01])\s*$",
    scalars=("string", "integer"),
    minimum=0,
    maximum=1,
)
WHOLE_NUMBER: Final = Text(
    "", "write a whole number", pattern=r"^\s*[-+]?[0-9][0-9_]*(?:\.0*)?\s*$", scalars=("string", "integer")
)
NUMBER_TEXT: Final = Text("", "write a number", pattern=r"[0-9]", scalars=("string", "number"))
NOT_NEGATIVE: Final = Text(
    "", "write a number that is not negative", pattern=rf"^{_NOT_NEGATIVE}[\s\S]*[0-9]", scalars=("string", "number")
)
