"""Links: the addresses of the server's pages, each at the date and belief date of the page it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

KEPT_IN_KEYS = "~!$'()*,;:@"
"""What a path may hold as it is, and keys do."""
FORMATS = (".html", ".json", ".csv", ".svg")
"""The ends of paths that name a format; a key may end so, too."""


class ServerLinks:
    """The addresses of pages as seen from one that is asked at some dates."""

    live: ClassVar[bool] = True

    def __init__(self, root: str = "", question: Sequence[tuple[str, str]] = ()) -> None:
        """``root`` is the path below which a proxy has the pages; ``question`` the parameters that all links keep."""
        self.root = root
        self.question = tuple(question)

    def to(self, path: str, pairs: Iterable[tuple[str, Any]] = (), fragment: str = "") -> str:
        """An address: a path of pages, and parameters beside the question."""
        query = urlencode([*pairs, *self.question])
        return f"{self.root}{path}{f'?{query}' if query else ''}{f'#{quote(fragment)}' if fragment else ''}"

    def stream(self, stream: str) -> str:
        """The page of a stream, such as ``deal/india-s400``."""
        return self.to(path_of(stream))

    def entry(self, address: str) -> str:
        """The row of an entry, such as ``deal/india-s400@7``, in the record of its stream."""
        stream, _, version = address.rpartition("@")
        return self.to(path_of(stream), fragment=f"e{version}")

    def party(self, party: str) -> str:
        """The page of a country or another party, as supplier and buyer."""
        return self.to(f"/party/{quote(party, safe=KEPT_IN_KEYS)}")

    def page(self, name: str) -> str:
        """Another page, by its name: ``board``, ``changes``, ``search``."""
        return self.to("/" if name == "board" else f"/{name}")

    def listing(self, name: str, page: int = 1, order: str = "", filters: Mapping[str, Any] | None = None) -> str:
        """A table, at one of its pages, in an order, with filters."""
        pairs: list[tuple[str, Any]] = [
            (name, value)
            for name, values in (filters or {}).items()
            for value in (values if isinstance(values, list | tuple) else [values])
        ]
        pairs += [("order_by", part) for part in order.split(",") if part]
        pairs += [("page", page)] if page > 1 else []
        return self.to(f"/{name}", pairs)

    def download(self, name: str, format: str) -> str:
        """All rows of a table as a file; empty for a format that the server does not make."""
        return self.to(f"/{name}.{format}") if format in ("csv", "json") else ""

    def file(self, name: str) -> str:
        """A style or a script, by the name of its file: ``static/page.css``, ``page.css``."""
        own = name.removeprefix("static/")
        return f"{self.root}/static/{own}?v={version_of(own)}"

    asset = file


def path_of(stream: str) -> str:
    """The path of a stream's page."""
    kind, _, key = stream.partition("/")
    return f"/{kind}/{quote(key, safe=KEPT_IN_KEYS)}{'.html' if key.endswith(FORMATS) else ''}"


@cache
def static_bytes(name: str) -> bytes:
    """A style or a script; raises LookupError for a name that is none of ours."""
    if name not in static_names():
        raise LookupError(name)
    return files("armsledger.web").joinpath("static", name).read_bytes()


@cache
def static_names() -> frozenset[str]:
    """The names of all styles and scripts."""
    return frozenset(file.name for file in files("armsledger.web").joinpath("static").iterdir() if file.is_file())


@cache
def version_of(name: str) -> str:
    """What changes in the address of a file whenever the file does."""
    return sha256(static_bytes(name)).hexdigest()[:12]
