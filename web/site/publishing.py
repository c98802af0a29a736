"""Publishing: a whole ledger, or what filters choose of it, as a folder of pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from armsledger.application.ledger import Ledger
from armsledger.application.pictures.overview import Overview
from armsledger.application.session import Stages, silent
from armsledger.exchange.errors import NotWritable
from armsledger.storage.address import Server
from armsledger.storage.collecting import seldom_collecting
from armsledger.web.site.downloads import about_files, downloads_of, write_download
from armsledger.web.site.folder import is_there, remove, write_file, write_page
from armsledger.web.site.links import Contents
from armsledger.web.site.manifest import Kept, read_manifest, refuse_strangers, write_manifest
from armsledger.web.site.pages import contents_of, page_paths, pages
from armsledger.web.site.paths import download_path, stream_path
from armsledger.web.site.rests import all_of, rests_of, stamp
from armsledger.web.site.search_index import INDEX_FOLDER, index_files
from armsledger.web.site.workers import Made, PageMaker, Task, Wanted, make_pages

SAVED_EVERY_SECONDS: Final = 10.0
"""How often a run notes what it has written, so that one that is interrupted goes on from there."""


class Published(NamedTuple):
    """What a run did: the pages of streams and the files in all, those written and removed, and the size in bytes.

    ``formats`` are those of the downloads.
    """

    folder: str
    streams: int
    files: int
    written: int
    removed: int
    size: int
    formats: tuple[str, ...]


def publish(
    ledger: Ledger,
    folder: str | Path,
    overview: Overview,
    *,
    workers: int | None = None,
    stages: Stages = silent,
) -> Published:
    """Write the site of an overview of a ledger.

    Only what has changed since the last run is written. ``workers`` is how many processes make pages (default: one for
    each core if there are many pages). Raises UsageError, NotOurFolder and NotWritable.
    """
    with seldom_collecting():
        return _Run(ledger, overview, Path(folder), workers, stages).publish()


class _Run:
    """One run of publishing."""

    def __init__(self, ledger: Ledger, overview: Overview, folder: Path, workers: int | None, stages: Stages) -> None:
        self._ledger = ledger
        self._overview = overview
        self._folder = folder
        self._workers = workers
        self._stages = stages
        self._id = str(overview.view.reader.meta().get("ledger_id", ""))
        self._before = read_manifest(folder, self._id)
        self._named = dict(self._before)
        """The files that the manifest names in this run: no other one may be written."""
        self._kept: dict[str, Kept] = {}
        self._written = 0
        self._saved = monotonic()

    def publish(self) -> Published:
        """Write all that differs, then remove what no longer belongs to the site."""
        overview = self._overview
        contents = contents_of(overview)
        streams = sorted(contents.streams)
        planned = [*page_paths(overview, contents), *map(stream_path, streams), *self._download_paths()]
        refuse_strangers(self._folder, planned, self._before)
        self._name(planned)
        common = stamp(overview)
        self._write_streams(streams, contents, common)
        self._write_pages(contents, len(planned) - len(streams), all_of(overview, common))
        self._write_index(all_of(overview, common))
        self._write_downloads(all_of(overview, common))
        removed = remove(self._folder, self._before.keys() - self._kept.keys())
        if self._kept != self._before:
            self._named = {}
            self._save()
        size = sum(kept.size for kept in self._kept.values())
        formats = tuple(dict.fromkeys(format for _, format in downloads_of(overview)))
        return Published(str(self._folder), len(streams), len(self._kept), self._written, removed, size, formats)

    def _name(self, planned: Iterable[str]) -> None:
        """Name files before the first of them is written, so that the next run knows them if this one ends early."""
        fresh = [path for path in planned if path not in self._named]
        if fresh:
            self._named |= dict.fromkeys(fresh, Kept())
            self._save()

    def _save(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_manifest(self._folder, self._id, {**self._named, **self._kept})
        except OSError as error:
            raise NotWritable(str(self._folder), error.strerror or str(error)) from error
        self._saved = monotonic()

    # pages of streams

    def _write_streams(self, streams: list[str], contents: Contents, common: str) -> None:
        rests = rests_of(self._overview, streams, common)
        wanted = []
        for stream in streams:
            path = stream_path(stream)
            if self._stays(path, rests[stream]):
                self._kept[path] = self._before[path]
            else:
                wanted.append(Wanted(stream, rests[stream], self._before.get(path)))
        task = Task(str(self._folder), self._overview.view.question, contents)
        self._stages("pages", 0, len(wanted))
        maker = PageMaker(self._ledger, task)
        for done, made in enumerate(make_pages(self._address, task, wanted, maker.make, self._workers), 1):
            self._take(made)
            self._stages("pages", done, len(wanted))

    @property
    def _address(self) -> str | None:
        """Where other processes find the ledger; None if it is in memory."""
        place = self._ledger.journal().place
        return None if place is None else place.url if isinstance(place, Server) else str(place)

    def _take(self, made: Made) -> None:
        self._kept[stream_path(made.stream)] = made.kept
        self._written += made.is_written
        if monotonic() - self._saved > SAVED_EVERY_SECONDS:
            self._save()

    # other pages

    def _write_pages(self, contents: Contents, total: int, rests: str) -> None:
        for done, (path, make) in enumerate(pages(self._overview, contents), 1):
            if self._stays(path, rests):
                self._kept[path] = self._before[path]
            else:
                self._keep(path, *write_page(self._folder, path, make(), rests, self._before.get(path)))
            self._stages("lists", done, max(total, done))

    def _write_index(self, rests: str) -> None:
        before = [path for path in self._before if path.startswith(INDEX_FOLDER)]
        if before and all(self._stays(path, rests) for path in before):
            self._kept |= {path: self._before[path] for path in before}
            return
        files = dict(index_files(self._overview))
        self._name(files)
        for path, text in files.items():
            self._keep(path, *write_page(self._folder, path, text, rests, self._before.get(path)))

    def _download_paths(self) -> list[str]:
        return [download_path(*download) for download in downloads_of(self._overview)]

    def _write_downloads(self, rests: str) -> None:
        about = about_files(self._overview)
        downloads = downloads_of(self._overview)
        for done, (table, format) in enumerate(downloads, 1):
            path = download_path(table, format)
            if self._stays(path, rests):
                self._kept[path] = self._before[path]
            else:
                write = partial(write_download, self._overview, table, format, about)
                self._keep(path, *write_file(self._folder, path, write, rests, self._before.get(path)))
            self._stages("downloads", done, len(downloads))

    def _stays(self, path: str, rests: str) -> bool:
        """Whether a file of an earlier run still holds what it would."""
        before = self._before.get(path)
        return before is not None and before.rests == rests and is_there(self._folder, path, before)

    def _keep(self, path: str, kept: Kept, is_written: bool) -> None:
        self._kept[path] = kept
        self._written += is_written
