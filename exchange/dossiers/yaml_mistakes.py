"""What is wrong with a YAML text: ruamel.yaml's findings in one plain sentence each, with a remedy."""

from __future__ import annotations

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError

from armsledger.domain.errors import shortened

QUOTES = "put the text in quotes"
INDENT = "give the keys of one entry the same indentation, in blanks"

SENTENCES = (
    (
        r"found character '\\t' that cannot start any token",
        "a tab where only blanks may stand",
        "indent and separate with blanks, never with tabs",
    ),
    (r"found character ['\"](.+)['\"] that cannot start any token", r"a text cannot begin with \1", QUOTES),
    (
        r"mapping values are not allowed here",
        "a ': ' inside a text, or a key that is indented deeper than its neighbours",
        f"put a text that holds ': ' in quotes, and {INDENT}",
    ),
    (
        r"sequence entries are not allowed here",
        "a '- ' where no list can begin",
        "begin a list on a line of its own, or write it as [one, two]",
    ),
    (
        r"could not find expected ':'",
        "a line without ': ' where a key is expected",
        "write KEY: VALUE, and put a text of several lines in quotes",
    ),
    (r"expected <block end>, but found .*", "the line does not fit those above it", INDENT),
    (
        r"expected ',' or '([\]}])', but got '<stream end>'",
        r"the list or mapping that begins here has no '\1'",
        "close it, or put a text that begins with [ or { in quotes",
    ),
    (
        r"expected ',' or '([\]}])', but got .*",
        r"a ',' or a '\1' is missing",
        "put a comma between the parts, and a text that holds , : [ ] { or } in quotes",
    ),
    (
        r"found unexpected (end of stream|document separator)",
        "the quote that begins here is not closed",
        "close it; an apostrophe inside '...' is doubled",
    ),
    (
        r"found unknown escape character .*|expected escape sequence of .*",
        'a backslash in "..." that begins no escape of YAML\'s',
        r"double it, as \\, or use '...', where a backslash is itself",
    ),
    (
        r"expected '<document start>', but found .*",
        "something stands outside the dossier's mapping",
        "write 'sources:' and 'entries:' at the beginning of a line, with a blank behind each colon",
    ),
    (
        r"expected alphabetic or numeric character, but found .*",
        "a text cannot begin with *, & or %",
        QUOTES,
    ),
)
"""What ruamel.yaml says, as a pattern, what we say, and the remedy; the first pattern that matches counts."""

REMEDY = f"{INDENT}, and put a text with special characters in quotes"
AT_THE_BEGINNING = re.compile(r"end of stream|<stream end>|document separator|could not find expected ':'")
"""Findings that ruamel.yaml places at the end of something that began lines earlier."""


class Mistake(NamedTuple):
    """What is wrong, the remedy, and where; line and column are counted from 1, a column of 0 is unknown."""

    message: str
    remedy: str
    line: int
    column: int


def mistake_of(error: Exception, line: int) -> Mistake:
    """What ruamel.yaml has found; ``line``, the last that it has read, is for errors that name no line."""
    if not isinstance(error, MarkedYAMLError):
        return Mistake(*_unforeseen(error), line, 0)
    problem = str(error.problem or error.context or "unknown")
    mark = error.problem_mark or error.context_mark
    if AT_THE_BEGINNING.search(problem) and error.context_mark is not None:
        mark = error.context_mark
    message, remedy = _in_our_words(problem)
    where = (line, 0) if mark is None else (mark.line + 1, mark.column + 1)
    return Mistake(f"not YAML: {message}", remedy, *where)


def _in_our_words(problem: str) -> tuple[str, str]:
    for pattern, message, remedy in SENTENCES:
        match = re.fullmatch(pattern, problem)
        if match is not None:
            return match.expand(message) if match.re.groups else message, remedy
    return shortened(" ".join(problem.split()), 200), REMEDY


def _unforeseen(error: Exception) -> tuple[str, str]:
    """An error of Python's that ruamel.yaml lets through, and the remedy."""
    reason = " ".join(str(error).split())
    if isinstance(error, OverflowError) or "chr()" in reason:
        return "not YAML: an escape \\U... beyond the last character of Unicode", "write the character itself"
    return f"not YAML that can be read: {reason[:200] or type(error).__name__}", REMEDY
