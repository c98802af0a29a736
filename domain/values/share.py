"""Shares of a value, in per cent."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.values.quoted import quoted

MAX_DIGITS = 24
LONGEST_TEXT = 100


def _read_share(value: Any) -> Any:
    """Refuse what is short to write and endless to show, such as ``1e-999999999``."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return value
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError(f"{quoted(value, 40)} has more than {MAX_DIGITS} digits; write a share such as 15 or 12.5")
    try:
        number = Decimal(str(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return value
    digits = number.as_tuple().digits
    if number.is_finite() and (number.adjusted() <= -MAX_DIGITS or len(digits) > MAX_DIGITS):
        raise ValueError(f"{quoted(value, 40)} has more than {MAX_DIGITS} digits; write a share such as 15 or 12.5")
    return number


class _ShareReader:
    """Text is read in Python; stored JSON is decoded without a call into Python."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        stored = handler(source)
        read = core_schema.no_info_before_validator_function(_read_share, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=read)


Share = Annotated[Decimal, Field(ge=0, le=100), _ShareReader]
"""Per cent, 0 to 100, exactly as the source has it."""
