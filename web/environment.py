"""The templates of pages, and the files that they carry."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from armsledger.charts.style import page_style
from armsledger.version import VERSION

MARKS: Final = "marks.css"
"""The style of charts, which they tell themselves."""


TURNING: Final = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Characters that have what follows them read in another direction."""


@cache
def environment() -> Environment:
    """The templates, in which every value is escaped, and a name that is not given is an error."""
    templates = Environment(
        loader=PackageLoader("armsledger.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals["VERSION"] = VERSION
    return templates


def render(template: str, **given: object) -> str:
    """A page from a template."""
    return environment().get_template(template).render(**given)


def unturned(html: str) -> str:
    """HTML that shows such characters by their numbers, as the command line does: those in the words of a source would
    turn around words that are not its own."""
    return html.translate(TURNING) if any(chr(mark) in html for mark in TURNING) else html


@cache
def static_names() -> frozenset[str]:
    """The names of all styles and scripts."""
    return frozenset({MARKS, *(file.name for file in files("armsledger.web").joinpath("static").iterdir())})


@cache
def static(name: str) -> str:
    """A style or a script that pages carry or link to; the style of charts is theirs."""
    if name == MARKS:
        return page_style()
    text = files("armsledger.web").joinpath("static", name).read_text("utf-8")
    return "\n".join([line for line in map(str.strip, text.splitlines()) if line and not line.startswith("//")])


def integrity(text: str) -> str:
    """The hash by which a policy allows one inline script or style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
