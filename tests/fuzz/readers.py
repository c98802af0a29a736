"""Fuzzing by atheris, which sees which lines of a reader an input runs and goes where none has been.

``python tests/fuzz/readers.py NAME SECONDS FOLDER`` tries inputs on a reader and ends with status 0; the first input
that is neither read nor refused ends it otherwise, with a traceback, and is left in the folder. With ``planted`` behind
it, one step of the reader fails, which the inputs it starts with do not take: that must be found.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
with atheris.instrument_imports(include=["armsledger", "ruamel.yaml"]):
    from armsledger.domain.errors import InvalidValue, LedgerError
    from armsledger.domain.values import date_mistakes, date_phrases, money_phrases, quantity_phrases  # noqa: F401 - as they are imported when they are needed
    from armsledger.domain.values.money import Money
    from armsledger.domain.values.quantity import Quantity
    from armsledger.domain.values.when import When
    from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
    from armsledger.exchange.spreadsheets.workbook import open_workbook
    from tests.exchange.dossiers.written import NOWHERE
    from tests.fuzz import test_amounts, test_dates, test_jsonl, test_yaml
    from tests.fuzz.campaign import outcome

MEGABYTES = 4096
SECONDS_AN_INPUT = 30
PLANTED = "planted"


class Planted(Exception):
    """What a planted fault raises: no error of ours."""


class Reader(NamedTuple):
    """A reader that is tried: what checks an input, what it starts with, and the step that can be made to fail."""

    check: Callable[[bytes], Any]
    seeds: Sequence[bytes]
    step: str


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _check(refusal: InvalidValue | LedgerError) -> None:
    """It names a remedy, and comes of no error in our own code: the reader of YAML takes all for the library's."""
    assert refusal.message
    assert refusal.remedy
    trace = None if refusal.__cause__ is None else refusal.__cause__.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if "not YAML that can be read" in refusal.message and trace is not None:
        assert "ruamel" in trace.tb_frame.f_code.co_filename, refusal.__cause__


def _yaml(data: bytes) -> None:
    found = outcome(lambda: test_yaml.all_is_read(YamlDossier(BytesIO(data), "d", NOWHERE)))
    if isinstance(found, LedgerError):
        _check(found)


def _date(data: bytes) -> None:
    try:
        When.read(_text(data))
    except InvalidValue as error:
        _check(error)


def _amount(data: bytes) -> None:
    text = _text(data)
    for read in (Money.read, Quantity.read):
        try:
            value: Any = read(text)
        except InvalidValue as error:
            _check(error)
        else:
            assert read(str(value)).least == value.least


def _workbook(data: bytes) -> None:
    try:
        for table in open_workbook(BytesIO(data), "book.xlsx", [], 0):
            for row in table.rows():
                assert row.number
    except LedgerError as error:
        _check(error)


def _sheet() -> bytes:
    """A small workbook."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Deals")
    sheet.write_row(0, 0, ["buyer", "amount"])
    sheet.write_row(1, 0, ["IND", 5.5])
    book.close()
    return out.getvalue()


READERS: Mapping[str, Reader] = {
    "yaml": Reader(_yaml, test_yaml.SEEDS, "armsledger.exchange.dossiers.yaml_parts:DossierParts._remedy"),
    "jsonl": Reader(test_jsonl.reads_or_refuses, test_jsonl.SEEDS, "armsledger.exchange.dossiers.json:_parts"),
    "dates": Reader(
        _date,
        [text.encode() for text in (*test_dates.SEEDS[:9], *test_dates.PHRASES)],
        "armsledger.domain.values.edtf:_one_of",
    ),
    "amounts": Reader(
        _amount,
        [text.encode() for text in (*test_amounts.MONEY, *test_amounts.QUANTITIES)],
        "armsledger.domain.values.money:_too_long",
    ),
    "workbooks": Reader(_workbook, [_sheet()], "armsledger.exchange.spreadsheets.workbook:_no_workbook"),
}


def plant(step: str) -> None:
    """Let a step of a reader fail: ``module:function``."""
    module, _, name = step.partition(":")
    *outer, last = name.split(".")
    owner: Any = importlib.import_module(module)
    for part in outer:
        owner = getattr(owner, part)

    def fail(*_: Any, **__: Any) -> None:
        raise Planted(step)

    setattr(owner, last, fail)


def main(name: str, seconds: str, folder: str, *more: str) -> None:
    """Try inputs on a reader."""
    reader, corpus = READERS[name], Path(folder) / "inputs"
    corpus.mkdir()
    for number, seed in enumerate(reader.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
        reader.check(seed)
    if PLANTED in more:
        plant(reader.step)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS_AN_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], reader.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
