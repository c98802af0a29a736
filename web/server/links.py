"""Links: the addresses of the server's pages, each at the date and belief date of the page it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from armsledger.web.environment import static, static_names
from armsledger.web.links import DownloadFormat
from armsledger.web.page import Stepper
from armsledger.web.words import belief_words, day_words

SAFE: Final = "~!$'()*,;:@"
"""What a path may hold as it is, and keys do."""
FORMATS: Final = (".html", ".json", ".csv", ".svg")
"""The ends of paths that name a format; a key may end so, too."""
EARLIER: Final = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
LATER: Final = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
Pairs = Sequence[tuple[str, str]]


MORE: Final = {
    "deliveries": "Deliveries",
    "payments": "Payments",
    "sanctions": "Sanctions",
    "engagements": "Meetings",
    "frameworks": "Frameworks",
    "scorecard": "Who forecast how well",
    "relations": "Relations",
    "links": "Links",
    "volumes": "Volumes",
    "revisions": "Revisions",
    "compare": "Two beliefs",
    "log": "Log",
}
"""Pages that only the server has, or that others lead to only in passing."""


class Dates(NamedTuple):
    """The form by which a page is asked for at other dates: what stands in it, and the other parameters that it keeps.

    ``earlier`` and ``later`` say where the days lead on which something changes, and the belief dates.
    """

    at: str = ""
    known: str = ""
    known_by: str = "recorded"
    kept: Pairs = ()


class ServerLinks:
    """The addresses of pages as seen from one that is asked at some dates."""

    live: Final = True
    more: Final = tuple(MORE.items())

    def __init__(
        self,
        root: str = "",
        question: Pairs = (),
        filters: Pairs = (),
        dates: Dates | None = None,
        position: int | None = None,
        recording: str = "",
    ) -> None:
        """``root`` is the path below which a proxy has the pages, ``question`` the parameters that all links keep.

        ``filters`` are those that lists keep, of the deals that a page is about; ``position`` is the last one that the
        page takes account of, if it is of everything recorded. ``recording`` is where one records, if one may.
        """
        self.root = root
        self.question = tuple(question)
        self.filters = tuple(filters)
        self.dates = dates
        self.position = position
        self.recording = recording

    def to(self, path: str, pairs: Iterable[tuple[str, Any]] = (), fragment: str = "") -> str:
        """An address: a path of pages, and parameters beside the question."""
        query = urlencode([*pairs, *self.question])
        return f"{self.root}{path}{f'?{query}' if query else ''}{f'#{quote(fragment)}' if fragment else ''}"

    def stream(self, stream: str) -> str:
        """The page of a stream, such as ``deal/india-s400``."""
        return self.to(path_of(stream))

    def file_of(self, stream: str, format: str) -> str:
        """A stream as a file for other programs."""
        return self.to(f"{path_of(stream).removesuffix('.html')}.{format}")

    def stepping(self, stream: str, stepper: Stepper) -> list[tuple[str, str]]:
        """Where a page leads to the days before and after on which something changes, and to the beliefs."""
        steps = []
        for words, place in (
            (f"{EARLIER} state at {{}}", stepper.day - 1),
            (f"state at {{}} {LATER}", stepper.day + 1),
        ):
            if 0 <= place < len(stepper.days):
                day = stepper.days[place]
                steps.append((words.format(day_words(day)), self._at(stream, at=date.fromordinal(day).isoformat())))
        for words, place in (
            (f"{EARLIER} belief of {{}}", stepper.known - 1),
            (f"belief of {{}} {LATER}", stepper.known + 1),
        ):
            if 0 <= place < len(stepper.beliefs):
                belief = stepper.beliefs[place]
                steps.append((words.format(belief_words(belief)), self._at(stream, known=belief.known)))
        return steps

    def _at(self, stream: str, **changed: str | None) -> str:
        """A stream's page at another date."""
        pairs = [pair for pair in self.question if pair[0] not in changed]
        pairs += [(name, value) for name, value in changed.items() if value is not None]
        return f"{self.root}{path_of(stream)}?{urlencode(pairs)}"

    def page(self, name: str) -> str:
        """Another page, by its name: ``board``, ``deals``, ``country/RUS``."""
        kept = self.filters if "/" not in name and name not in WITHOUT_FILTERS else ()
        return self.to("/" if name == "board" else f"/{quote(name, safe=f'/{SAFE}')}", kept)

    def asset(self, name: str) -> str:
        """A style or a script, by the name of its file; the address changes when the file does."""
        return f"{self.root}/static/{name}?v={version_of(name)}"

    def listing(self, table: str, page: int = 1, order: str = "") -> str:
        """A page of the rows of a table, in the order of a field."""
        pairs = [*self.filters, *([("order_by", order)] if order else []), *([("page", str(page))] if page > 1 else [])]
        return self.to(f"/{table}", pairs)

    def download(self, table: str, format: DownloadFormat) -> str | None:
        """The rows of a table as a file; the server writes no Parquet."""
        return None if format == "parquet" else self.to(f"/{table}.{format}", self.filters)

    @property
    def news(self) -> str:
        """The script that tells of new entries; a page of a past belief has none."""
        return "" if self.position is None else self.asset("news.js")


WITHOUT_FILTERS: Final = frozenset(
    {"about", "changes", "search", "compare", "log", "volumes", "revisions", "frameworks"}
)
"""Pages that take no filters of deals."""


def path_of(stream: str) -> str:
    """The path of a stream's page."""
    kind, _, key = stream.partition("/")
    return f"/{kind}/{quote(key, safe=SAFE)}{'.html' if key.endswith(FORMATS) else ''}"


@cache
def static_bytes(name: str) -> bytes:
    """A style or a script; raises LookupError for a name that is none of ours."""
    if name not in static_names():
        raise LookupError(name)
    return static(name).encode()


@cache
def version_of(name: str) -> str:
    """What changes in the address of a file whenever the file does."""
    return sha256(static_bytes(name)).hexdigest()[:12]
