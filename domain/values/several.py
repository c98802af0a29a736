"""A value, or several of which the first one leads: the suppliers of a deal, an amount and its equivalents.

One alone is stored as it is, so that events which were stored before there could be several stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

V = TypeVar("V")


@dataclass(frozen=True)
class OneOrSeveral:
    """Marks a field that takes one value of a kind, or a list of at least two."""

    kind: type

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        one = handler.generate_schema(self.kind)
        several = core_schema.tuple_variable_schema(one, min_length=2)
        stored = core_schema.union_schema([one, several], mode="left_to_right")
        given = core_schema.tagged_union_schema({"one": one, "several": several}, discriminator=_which)
        return core_schema.json_or_python_schema(
            json_schema=stored,
            python_schema=core_schema.no_info_after_validator_function(
                _once, core_schema.no_info_before_validator_function(_alone, given)
            ),
        )


def _which(value: Any) -> str:
    return "several" if isinstance(value, list | tuple) else "one"


def _alone(value: Any) -> Any:
    """A list of one as that one; a list says each of its values once."""
    if not isinstance(value, list | tuple):
        return value
    parts = [part for place, part in enumerate(value) if part not in value[:place]]
    return parts[0] if len(parts) == 1 else parts


def _once(value: Any) -> Any:
    """What is written in two ways, ``DEU`` and ``Germany``, is one value as well."""
    if not isinstance(value, tuple):
        return value
    parts = tuple(dict.fromkeys(value))
    return parts[0] if len(parts) == 1 else parts


Parties = Annotated[Party | tuple[Party, ...], OneOrSeveral(Party)]
"""A party, or several of which the first leads."""
Amounts = Annotated[Money | tuple[Money, ...], OneOrSeveral(Money)]
"""An amount, or the amount in the contract's currency and what sources give as its equivalent in others."""


def all_of(value: V | tuple[V, ...] | None) -> tuple[V, ...]:
    """All of them, the leading one first; none for None."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def leading(value: V | tuple[V, ...] | None) -> V | None:
    """The one that leads."""
    return value[0] if isinstance(value, tuple) else value
