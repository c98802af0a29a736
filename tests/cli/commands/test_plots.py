"""``plot``, and reports that draw."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.runner import Inside

CHART = Path("chart.svg")


def words(path: Path = CHART) -> str:
    """All that is written on a drawing."""
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_a_timeline_is_drawn_with_both_dates(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("plot india-s400 chart.svg --at 2021-12-31 --known 2021-11-12 --known-by asserted")
    assert (answer.status, answer.out, answer.err) == (0, "", "wrote chart.svg\n")
    told = words()
    assert "State at 31 Dec 2021, as sources had said by 12 Nov 2021." in told
    assert "Russia to India: S-400 Triumf" in told
    assert "Tranche 1 paid, ~USD 800m" in told


def test_a_chart_is_chosen(armsledger: Inside, seed: Path) -> None:
    assert armsledger("plot india-s400 chart.svg --chart payments").status == 0
    assert "Paid, USD" in words()


def test_png_is_written_by_its_name(armsledger: Inside, seed: Path) -> None:
    pytest.importorskip("resvg_py", reason="needs the extra png")
    assert armsledger("plot india-s400 chart.png").status == 0
    assert Path("chart.png").read_bytes().startswith(b"\x89PNG")


def test_the_output_can_take_the_drawing(armsledger: Inside, seed: Path) -> None:
    assert armsledger("plot india-s400 -").out.startswith("<?xml")


@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ("plot india-s400 chart.pdf", 2, "a file that ends in .svg or .png"),
        ("plot india-s400 chart.svg --chart deliveries", 1, "no source gives an amount"),
        ("plot india-s400 chart.svg --known 2001-01-01 --known-by asserted", 1, "ask for a later date or belief"),
        ("plot india-s4000 chart.svg", 1, "india-s400"),
        ("report volumes --plot chart.svg", 1, "import a register"),
        ("report volumes --by supplier,buyer,year --plot chart.svg", 2, "by supplier,year"),
        ("report relations --plot chart.txt", 2, ".svg or .png"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_leaves_no_file(
    command: str, status: int, told: str, armsledger: Inside, seed: Path
) -> None:
    answer = armsledger(command)
    assert (answer.status, told in answer.err) == (status, True), answer.err
    assert not CHART.exists()


def test_a_file_that_is_there_is_replaced_only_if_asked(armsledger: Inside, seed: Path) -> None:
    CHART.write_text("mine")
    for command in ("plot india-s400 chart.svg", "report relations --plot chart.svg"):
        answer = armsledger(command)
        assert (answer.status, CHART.read_text()) == (1, "mine")
        assert "--replace" in answer.err
        assert armsledger(f"{command} --replace").status == 0
        assert CHART.read_text() != "mine"
        CHART.write_text("mine")


def test_relations_are_drawn_as_a_matrix(armsledger: Inside, seed: Path) -> None:
    assert armsledger("report relations --plot chart.svg").status == 0
    assert "Russia to India: 1 deal, 1 open" in words()
