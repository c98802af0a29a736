"""Who takes part: states, historic states, organisations and non-state actors."""

from __future__ import annotations

import re
from typing import Any, Protocol

from pydantic_core import CoreSchema, core_schema

from armsledger.domain.errors import InvalidValue

CODE = re.compile(r"[A-Z]{3}")
UNKNOWN = "unknown"
ACTOR_PREFIX = "actor:"
MAX_LENGTH = 200


class Party(str):
    """An ISO 3166 alpha-3 code, the name of another actor, or ``unknown``.

    Three capitals are a state's code (historic ones such as ``SUN`` included). Any other name is a
    non-state actor or an organisation; ``actor:PLO`` marks a name that looks like a code.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Party:
        """Read a party; raises InvalidValue for a blank or overlong text."""
        words = " ".join(text.split())
        if not words or words == ACTOR_PREFIX:
            raise InvalidValue("a party needs a name", "write an ISO 3166 alpha-3 code such as IND, or 'unknown'")
        if len(words) > MAX_LENGTH:
            long = f"a party's name has at most {MAX_LENGTH} characters, and this one has {len(words)}"
            raise InvalidValue(long, "give the name alone")
        return cls(UNKNOWN if words.lower() == UNKNOWN else words)

    @property
    def is_state(self) -> bool:
        """Whether this is a state's code."""
        return CODE.fullmatch(self) is not None

    @property
    def is_unknown(self) -> bool:
        """Whether the source names nobody."""
        return self == UNKNOWN

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """Text in, text out; validated without further calls when stored JSON is decoded."""
        text = core_schema.str_schema()
        read = core_schema.no_info_after_validator_function(cls.parse, text)
        stored = core_schema.no_info_after_validator_function(cls, text)
        return core_schema.json_or_python_schema(
            json_schema=stored,
            python_schema=read,
            serialization=core_schema.to_string_ser_schema(),
        )


class CodeLists(Protocol):
    """What the domain asks of the code lists; a well-kept library answers at the edge."""

    def party(self, party: Party) -> Party:
        """The party by its code where its name is a state's; raises InvalidValue for a typo."""
        ...

    def earlier(self, party: Party) -> Party | None:
        """How earlier releases stored a name, where that is otherwise; None where it is the same.

        A name that they refused, or that this release refuses, is the text itself.
        """
        ...

    def check_currency(self, code: str) -> None:
        """Refuse a code that no currency has or had, with an InvalidValue."""
        ...
