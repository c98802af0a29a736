"""On whose word: where a statement stands and who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.values.personal import Personal
from armsledger.domain.values.quoted import quoted

LONGEST_NAME: Final = 500
"""In characters; longer ones would not fit into the index over names on every database."""


class Attribution(BaseModel):
    """The speaker a source quotes: a name, the role spoken in, and whether the name is withheld."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    speaker: Annotated[str | None, Personal()] = None
    role: str | None = None
    anonymous: bool = False

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A bare text names the speaker."""
        stored = handler(source)
        read = core_schema.no_info_before_validator_function(cls._read, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=read)

    @classmethod
    def _read(cls, value: Any) -> Any:
        said = {"speaker": value} if isinstance(value, str) else value
        speaker = said.get("speaker") if isinstance(said, Mapping) else None
        if isinstance(speaker, str) and len(speaker.strip()) > LONGEST_NAME:
            raise ValueError(
                f"{quoted(speaker.strip())} is no name of a speaker: it has more than {LONGEST_NAME} characters;"
                " give the name alone, and what else there is to say as role, quote or note"
            )
        return said

    def __str__(self) -> str:
        named = ", ".join(part for part in (self.speaker, self.role) if part)
        if self.anonymous and "anonym" not in named:
            return f"{named} (anonymous)" if named else "anonymous"
        return named


@dataclass(frozen=True, slots=True)
class Citation:
    """Source key, short quote or locator, attribution, and the credibility of this statement (1 to 6)."""

    source: str | None
    quote: str | None
    attribution: Attribution | None
    credibility: int | None
