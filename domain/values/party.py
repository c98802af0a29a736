"""Who takes part: states, historic states, organisations and non-state actors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from armsledger.domain.errors import InvalidValue
from armsledger.domain.limits import LONGEST_PARTY
from armsledger.domain.values.pattern import Pattern
from armsledger.domain.values.state_names import STATE_NAMES

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

CODE = Pattern(r"[A-Z]{3}")
CODE_OF_ANY_LENGTH = Pattern(r"[A-Z]{2,3}")
UNLIKE_CODES: Final = frozenset({"EU", "UN"})
"""Organisations that have two letters which no state has."""
UNKNOWN = "unknown"
ORGANISATION_PREFIX: Final = "org:"
ACTOR_PREFIX: Final = "actor:"
"""What earlier releases wrote for ``org:``; it stays readable and means the same."""
PREFIXES: Final = (ORGANISATION_PREFIX, ACTOR_PREFIX)
NAMED_STATES: Final = frozenset({"North Yemen", "South Vietnam"})
"""Historic states that ISO 3166 never gave a code of their own: their letters are those of a state of today."""


class Party(str):
    """An ISO 3166 alpha-3 code, the name of another actor, or ``unknown``.

    Three capitals are a state's code (historic ones such as ``SUN`` included). Any other name is a historic state
    without a code, a non-state actor or an organisation. ``org:NATO`` marks an organisation (see `Organisation`).
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Party:
        """Read a party; raises InvalidValue for a blank or overlong text."""
        words = " ".join(text.split())
        if not words or words in PREFIXES:
            raise InvalidValue("a party needs a name", "write an ISO 3166 alpha-3 code such as IND, or 'unknown'")
        if len(words) > LONGEST_PARTY:
            long = f"a party's name has at most {LONGEST_PARTY} characters, and this one has {len(words)}"
            raise InvalidValue(long, "give the name alone")
        return cls(UNKNOWN) if words.lower() == UNKNOWN else cls.stored(words)

    @classmethod
    def stored(cls, text: str) -> Party:
        """The party of a stored text."""
        return Organisation(text) if ":" in text and text.startswith(PREFIXES) else cls(text)

    @property
    def written(self) -> str:
        """The text that is stored."""
        return str(self)

    @property
    def bare(self) -> str:
        """The name without a mark."""
        return str(self)

    @property
    def is_marked(self) -> bool:
        """Whether the name is written as that of an organisation: ``org:NATO``."""
        return False

    @property
    def is_state(self) -> bool:
        """Whether this is a state's code."""
        return CODE.fullmatch(self) is not None

    @property
    def is_unknown(self) -> bool:
        """Whether the source names nobody."""
        return self == UNKNOWN

    @property
    def is_taken_as_organisation(self) -> bool:
        """Whether nothing but the name says that this is no state."""
        return not (CODE.fullmatch(self) or self == UNKNOWN or self.is_marked or self in NAMED_STATES)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """Text in, text out; stored JSON is decoded by one call."""
        from pydantic_core import core_schema  # here, as whoever reads rows loads no pydantic

        text = core_schema.str_schema()
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(cls.stored, text),
            python_schema=core_schema.no_info_plain_validator_function(_read),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _written, return_schema=text, when_used="json-unless-none"
            ),
        )


class Organisation(Party):
    """A party that is written as an organisation: ``org:NATO``, or ``actor:NATO`` as earlier releases wrote it.

    It equals the plain name, so that ``org:NATO`` and ``NATO`` are one party everywhere; only what is stored keeps the
    mark. A name that would be taken for something else keeps it everywhere: ``org:PLO`` looks like a state's code.
    """

    __slots__ = ("_written",)
    _written: str

    def __new__(cls, written: str) -> Organisation:
        """An organisation of a text that begins with one of the prefixes."""
        name = written.partition(":")[2].strip()
        party = super().__new__(cls, f"{ORGANISATION_PREFIX}{name}" if _looks_otherwise(name) else name)
        party._written = written
        return party

    def __getnewargs__(self) -> tuple[str]:
        """What a copy is made of."""
        return (self._written,)

    @property
    def written(self) -> str:
        """The text that is stored, with its mark."""
        return self._written

    @property
    def bare(self) -> str:
        """The name without its mark."""
        return self._written.partition(":")[2].strip()

    @property
    def is_marked(self) -> bool:
        """It is."""
        return True


def _looks_otherwise(name: str) -> bool:
    """Whether a name without a mark would be taken for a state, or for nobody."""
    if CODE_OF_ANY_LENGTH.fullmatch(name):
        return name not in UNLIKE_CODES
    return name.startswith(PREFIXES) or name.casefold() in STATE_NAMES or name.casefold() == UNKNOWN


def _read(value: Any) -> Party:
    if isinstance(value, Party):
        return value
    if isinstance(value, str):
        return Party.parse(value)
    from pydantic_core import PydanticCustomError

    raise PydanticCustomError("string_type", "Input should be a valid string")


def _written(party: Party) -> str:
    return party.written


class CodeLists(Protocol):
    """What the domain asks of the code lists; a well-kept library answers at the edge."""

    def party(self, party: Party) -> Party:
        """The party by its code where its name is a state's; raises InvalidValue for a typo or several names."""
        ...

    def earlier(self, name: str) -> Party | None:
        """How earlier releases stored a name, where that is otherwise; None where it is the same.

        A name that they refused, or that this release refuses, is the text itself.
        """
        ...

    def check_designation(self, name: str) -> None:
        """Refuse the name of an item in letters that nobody can tell from others, with an InvalidValue."""
        ...

    def check_currency(self, code: str) -> None:
        """Refuse a code that no currency has or had, with an InvalidValue."""
        ...
