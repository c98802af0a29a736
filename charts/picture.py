"""A picture: a drawing that stands alone, as text of SVG, in a notebook, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from armsledger.charts.style import with_colours
from armsledger.domain.errors import LedgerError, UsageError, quoted
from armsledger.exchange.atomic import STANDARD_OUTPUT, staging_path, writing
from armsledger.exchange.tables.table import imported

ENDINGS: Final = (".svg", ".png")
ZOOM: Final = 2
"""Pixels of a PNG for each of the drawing."""
PROBE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="16" font-family="{}">{}</text></svg>'
)


class NothingToDraw(LedgerError):
    """Nothing is known that a chart could show."""


class NoFont(LedgerError):
    """The machine has no font in which the texts of a PNG could be written."""

    def __init__(self) -> None:
        super().__init__(
            "this machine has no font that the picture could be written in; its texts would be lost",
            remedy="install a font such as DejaVu Sans (Debian: fonts-dejavu-core), or write a file named .svg",
        )


class Picture:
    """A drawing that stands alone. Notebooks show it.

    Its files have the ``mode``, that of the ledger's file, or what the umask leaves.
    """

    def __init__(self, svg: str, mode: int | None = None) -> None:
        self.svg = svg
        self._mode = mode

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture: {len(self.svg):,} characters of SVG; save('chart.svg') writes it>"

    def save(self, path: str | Path, *, replace: bool = False) -> None:
        """Write it to a file named ``.svg``, or ``.png``, which needs the extra ``armsledger[png]``.

        ``-`` is standard output, as SVG. Raises UsageError, FileExists unless ``replace``, NotWritable, and NoFont.
        """
        check_ending(path)
        if str(path).lower().endswith(".png"):
            data = png_of(self.svg)
            with staging_path(path, replace=replace, mode=self._mode) as staging:
                staging.write_bytes(data)
            return
        with writing(path, replace=replace, mode=self._mode) as out:
            out.write(self.svg)


def check_ending(path: str | Path) -> None:
    """Refuse a file of which the name does not say what it holds; raises UsageError."""
    name = str(path)
    if name != STANDARD_OUTPUT and not name.lower().endswith(ENDINGS):
        raise UsageError(
            f"{quoted(name)} does not say whether it is to be SVG or PNG",
            remedy="name a file that ends in .svg or .png",
        )


def png_of(svg: str, *, system_fonts: bool = True) -> bytes:
    """The drawing as PNG, in light colours; raises UsageError where the extra is missing, and NoFont."""
    library = imported("resvg_py", "png")

    def drawn(text: str, zoom: float) -> bytes:
        return bytes(library.svg_to_bytes(svg_string=text, zoom=zoom, skip_system_fonts=not system_fonts))

    fonts = svg.partition('font-family="')[2].partition('"')[0]
    if drawn(PROBE.format(fonts, "W"), 1) == drawn(PROBE.format(fonts, ""), 1):
        raise NoFont
    return drawn(with_colours(svg), ZOOM)
