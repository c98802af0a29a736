"""Links: the addresses of the server's pages, each at the date and belief date of the page it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from armsledger.web.links import DownloadFormat

SAFE: Final = "~!$'()*,;:@"
"""What a path may hold as it is, and keys do."""
FORMATS: Final = (".html", ".json", ".csv", ".svg")
"""The ends of paths that name a format; a key may end so, too."""
Pairs = Sequence[tuple[str, str]]


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

    def __init__(
        self,
        root: str = "",
        question: Pairs = (),
        filters: Pairs = (),
        dates: Dates | None = None,
        position: int | None = None,
    ) -> None:
        """``root`` is the path below which a proxy has the pages, ``question`` the parameters that all links keep.

        ``filters`` are those that lists keep, of the deals that a page is about; ``position`` is the last one that the
        page takes account of, if it is of everything recorded.
        """
        self.root = root
        self.question = tuple(question)
        self.filters = tuple(filters)
        self.dates = dates
        self.position = position

    def to(self, path: str, pairs: Iterable[tuple[str, Any]] = (), fragment: str = "") -> str:
        """An address: a path of pages, and parameters beside the question."""
        query = urlencode([*pairs, *self.question])
        return f"{self.root}{path}{f'?{query}' if query else ''}{f'#{quote(fragment)}' if fragment else ''}"

    def stream(self, stream: str) -> str:
        """The page of a stream, such as ``deal/india-s400``."""
        return self.to(path_of(stream))

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
def static_names() -> frozenset[str]:
    """The names of all styles and scripts."""
    return frozenset(file.name for file in files("armsledger.web").joinpath("static").iterdir() if file.is_file())


@cache
def static_bytes(name: str) -> bytes:
    """A style or a script; raises LookupError for a name that is none of ours."""
    if name not in static_names():
        raise LookupError(name)
    return files("armsledger.web").joinpath("static", name).read_bytes()


@cache
def version_of(name: str) -> str:
    """What changes in the address of a file whenever the file does."""
    return sha256(static_bytes(name)).hexdigest()[:12]
