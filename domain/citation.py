"""On whose word: where a statement stands and who made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.personal import Personal


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
        return {"speaker": value} if isinstance(value, str) else value

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
