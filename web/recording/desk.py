"""What the pages that record need: where the ledger is, who records, who may send forms, and where other pages are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.application.stream_names import OF_REGISTERS
from armsledger.domain.values.stream import KINDS
from armsledger.storage.opening import complete_streams
from armsledger.web.environment import render
from armsledger.web.links import Links
from armsledger.web.recording.gate import Gate

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

HOME: Final = "/record"
"""The path below which everything is that records."""
MOST_LISTED: Final = 300
"""Keys that a page carries to complete others; with a script, more are asked for while one types."""


class Known(NamedTuple):
    """A text that completes an input, and what it is."""

    value: str
    says: str = ""


@dataclass(frozen=True)
class Desk:
    """One server that records: each request opens the ledger for itself, and closes it."""

    address: str
    recorded_by: str
    links: Links
    root: str = ""
    """The path below which a proxy has the pages."""
    gate: Gate = field(default_factory=Gate)
    timeout_seconds: float | None = None

    @property
    def home(self) -> str:
        """The address of the first page that records."""
        return f"{self.root}{HOME}"

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, to read and to record in."""
        from armsledger.application.ledger import Ledger

        with Ledger(self.address, recorded_by=self.recorded_by, timeout_seconds=self.timeout_seconds) as opened:
            yield opened

    def page(self, template: str, form: str, **given: Any) -> str:
        """A page with a form, by the form's name."""
        return render(
            f"recording/{template}",
            **{
                "links": self.links,
                "styles": ["page.css", "recording.css"],
                "scripts": ["recording.js"],
                "home": self.home,
                "recorded_by": self.recorded_by,
                "token": self.gate.token(form),
                "problems": (),
                **given,
            },
        )

    def names(self, kind: str, prefix: str = "") -> list[str]:
        """Keys of a kind of stream that begin so; of ``stream``, the names of streams of all kinds."""
        if kind == "stream":
            return [name for one in KINDS if one != "source" for name in self._names(f"{one}/{prefix}")]
        return [name.partition("/")[2] for name in self._names(f"{kind}/{prefix}")]

    def _names(self, prefix: str) -> list[str]:
        names = complete_streams(self.address, prefix)
        if prefix.partition("/")[2].startswith(OF_REGISTERS):
            return names[:MOST_LISTED]
        return [name for name in names if OF_REGISTERS not in name][:MOST_LISTED]

    def known(self, kind: str, entries: Mapping[str, str]) -> dict[str, list[Known]]:
        """The lists that complete the inputs of a page: keys of streams, and the entries of its stream."""
        return {
            "keys": list(map(Known, self.names(kind))),
            "deals": list(map(Known, self.names("deal"))),
            "sources": list(map(Known, self.names("source"))),
            "streams": list(map(Known, self.names("stream"))),
            "entries": [Known(address, says) for address, says in entries.items()],
        }
