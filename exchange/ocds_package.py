"""Packages of OCDS: releases or records one by one, under a head that says what they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

from armsledger.exchange.json_lines import json_text

VERSION: Final = "1.1"


def write_package(head: Mapping[str, Any], name: str, members: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    """Write a package whose list is called ``releases`` or ``records``, a member a line; gives their number."""
    out.write("{\n")
    for field, value in head.items():
        out.write(f"{json_text(field)}: {json_text(value)},\n")
    out.write(f"{json_text(name)}: [")
    count = 0
    for count, member in enumerate(members, 1):
        out.write(",\n" if count > 1 else "\n")
        out.write(json_text(member))
    out.write("\n]\n}\n")
    return count
