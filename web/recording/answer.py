"""What a page that records answers: a page with its status, or where to go next."""

from __future__ import annotations

import logging
from typing import NamedTuple
from urllib.parse import urlencode

from armsledger.domain.errors import LedgerError, UnknownStream, UnknownTarget, UsageError
from armsledger.domain.printable import printable
from armsledger.storage.errors import LedgerBusy
from armsledger.web.recording.attempt import Attempt
from armsledger.web.recording.gate import Token

REFUSED = 422
log = logging.getLogger("armsledger.web")
NOT_THERE = (UsageError, UnknownStream, UnknownTarget)
"""What an address names that the ledger does not hold."""


class Answer(NamedTuple):
    """A page and its status, or the address ``to`` go to."""

    page: str = ""
    status: int = 200
    to: str = ""


class NotSent(LedgerError):
    """A form cannot be trusted to be one of this run of the server, and nothing was done with it."""


def distrust(token: Token) -> NotSent | None:
    """Why a form with such a token is only shown again; None for a good one."""
    match token:
        case Token.GOOD:
            return None
        case Token.OLD:
            return NotSent("this form lay open for more than 12 hours", remedy="look it over, and send it again")
    return NotSent(
        "this form is not one that this run of the server has made", remedy="look it over, and send it again"
    )


def status_of(error: LedgerError) -> int:
    """The status of an answer that tells of an error: of the storage, of the address, or of a form not trusted."""
    if isinstance(error, NotSent):
        return 403
    return 404 if isinstance(error, NOT_THERE) else 503


def as_told(error: LedgerError) -> LedgerError:
    """The error as a page tells it: what the storage says names files and servers, and goes to the log."""
    if status_of(error) != 503:
        return error
    log.error("%s", printable(str(error)))
    if isinstance(error, LedgerBusy):
        return LedgerError("somebody else is writing in the ledger", remedy="send the form again in a moment")
    return LedgerError("the ledger cannot be used at the moment", remedy="send the form again later")


def recorded(home: str, attempt: Attempt, source: str = "") -> Answer:
    """Where to go when entries were recorded, or had been before: a page that can be loaded again."""
    report = attempt.report
    assert report is not None
    told = {"first": report.first, "last": report.last, "known": report.known, "source": source}
    return Answer(status=303, to=f"{home}/done?{urlencode({name: value for name, value in told.items() if value})}")
