"""What the figures depend on: versions and processors. Neither names nor paths of the machine."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from armsledger.version import VERSION

LIBRARIES = ("pydantic", "SQLAlchemy", "eventsourcing", "typer", "sqlite-utils", "datasette", "SQLAlchemy-Continuum")


def describe() -> str:
    """A few lines of Markdown."""
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            f"- {date.today().isoformat()}, armsledger {VERSION}",
            f"- {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
            f"- {libraries}",
            f"- {os.cpu_count()} cores ({platform.system()}, {platform.machine()}), "
            f"load {os.getloadavg()[0]:.1f} at the start",
        ]
    )


def on() -> str:
    """The same in a line, without the libraries that only measurements need."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"armsledger {VERSION}, {python}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
