"""Measure armsledger side by side with its peers and print the figures: ``python bench/run.py --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # in place of bench/, so that the measurements are found as bench.something

if TYPE_CHECKING:
    from bench.big_ledger import BigLedgers
    from bench.figure import Section

RESULTS = ROOT / "bench" / "RESULTS.md"
SECTIONS = (
    "append",
    "growth",
    "fold",
    "startup",
    "recording",
    "writing",
    "replicating",
    "questions",
    "versions",
    "rebuild",
    "lake",
    "scale",
    "keeping",
    "holding",
    "memory",
    "trust",
    "registers",
    "axes",
    "differing",
    "exporting",
    "publishing",
    "pages",
    "frames",
    "serving",
    "cold",
)
TITLE = "# Measurements"
SECTION = "\n## "
INTRODUCTION = """\
Printed by `make bench` and stored by `python bench/run.py --write`. What is compared runs in alternating rounds,
and medians are given. Compare ratios: absolute figures are those of one machine on one day."""


def main() -> None:
    """Measure, print, and store what was printed if that is wanted."""
    options = _options()
    printed = []
    for part in _parts(options):
        print(part, end="\n\n", flush=True)
        printed.append(part)
    if options.write:
        text = _replaced(RESULTS.read_text("utf-8"), printed) if options.only else "\n\n".join(printed) + "\n"
        RESULTS.write_text(text, "utf-8")


def _replaced(stored: str, printed: Sequence[str]) -> str:
    """What is stored, with the sections that were measured alone in place of their earlier ones, or at the end."""
    from bench.surroundings import on

    title, *sections = stored.rstrip("\n").split(SECTION)
    headed = {section.partition("\n")[0]: section for section in sections}
    for part in printed:
        if part.startswith(SECTION.lstrip()):
            heading, _, rest = part.removeprefix(SECTION.lstrip()).partition("\n")
            headed[heading] = f"{heading}\n\nMeasured by itself on {date.today()}: {on()}.\n{rest.rstrip()}\n"
    return SECTION.join([title, *(section.rstrip("\n") + "\n" for section in headed.values())])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure armsledger side by side with its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer events and rounds: figures for a first look")
    parser.add_argument("--write", action="store_true", help="store it in bench/RESULTS.md; with --only these sections")
    parser.add_argument("--profile", action="store_true", help="also list where the time of folding goes")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="measure this alone; may be repeated")
    parser.add_argument("--folder", type=Path, help="where files are made and removed [default: the system's]")
    parser.add_argument(
        "--registers",
        type=Path,
        metavar="FOLDER",
        help="where SIPRI's trade-register-*.csv are [default: two registers are generated]",
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="another checkout, beside which writing, growth, registers and frames are measured",
    )
    parser.add_argument(
        "--commands",
        type=Path,
        default=Path(sys.executable).parent,
        metavar="FOLDER",
        help="where the commands are [default: beside the Python that runs this]",
    )
    return parser.parse_args()


def _parts(options: argparse.Namespace) -> Iterator[str]:
    """The text, as it comes to be known."""
    from bench.big_ledger import BigLedgers
    from bench.surroundings import describe

    yield TITLE
    yield INTRODUCTION
    yield describe()
    with TemporaryDirectory(prefix="armsledger-bench-", dir=options.folder) as shared:
        ledgers = BigLedgers(Path(shared), quick=options.quick)
        for name in options.only or SECTIONS:
            with TemporaryDirectory(dir=shared) as folder, _progress() as progress:
                section = _measured(name, Path(folder), progress, ledgers, options)
            yield str(section)


def _measured(
    name: str, folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, options: argparse.Namespace
) -> Section:
    """One section; each imports what it measures."""
    section: Callable[..., Section] = import_module(f"bench.{name}").section
    match name:
        case "append" | "recording" | "holding" | "memory" | "publishing" | "pages":
            return section(folder, progress, quick=options.quick)
        case "fold":
            return section(folder, progress, quick=options.quick, profile=options.profile)
        case "startup":
            return section(folder, progress, quick=options.quick, commands=options.commands)
        case "writing" | "frames" | "growth":
            return section(folder, progress, quick=options.quick, against=options.against)
        case "axes":
            return section(folder, progress, options.registers, quick=options.quick)
        case "differing":
            return section(folder, progress, options.registers, quick=options.quick, against=options.against)
        case "serving":
            return section(folder, progress, options.registers, options.commands, quick=options.quick)
        case "registers":
            registers, commands, against = options.registers, options.commands, options.against
            return section(folder, progress, registers, commands, quick=options.quick, against=against)
    return section(folder, progress, ledgers, quick=options.quick)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line on a terminal that says what is under way and is gone at the end."""
    terminal = sys.stderr.isatty()

    def tell(text: str) -> None:
        if terminal:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        tell("")


if __name__ == "__main__":
    main()
