"""Pictures in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.charts import picture
from armsledger.charts.alone import Drawing, Frame, standing_alone
from armsledger.charts.elements import rect, text_of, words
from armsledger.charts.picture import NoFont, Picture, png_of
from armsledger.domain.errors import UsageError
from armsledger.exchange.errors import FileExists

PNG = b"\x89PNG\r\n\x1a\n"


def alone(text: str) -> str:
    return standing_alone(Drawing(60, 20, words(0, 12, text_of(text))), Frame("", []))


PICTURE = Picture(alone("Signed"))


def test_svg_is_written_as_it_is(tmp_path: Path) -> None:
    PICTURE.save(tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").read_text("utf-8") == PICTURE.svg == PICTURE._repr_svg_()


@pytest.mark.parametrize("name", ["chart.svg", "chart.PNG"])
def test_a_file_that_is_there_is_left_unless_it_may_be_replaced(name: str, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="needs the extra png")
    path = tmp_path / name
    path.write_text("mine")
    with pytest.raises(FileExists):
        PICTURE.save(path)
    assert path.read_text() == "mine"
    PICTURE.save(path, replace=True)
    assert path.read_bytes()[:8] in (PNG, b"<?xml ve")
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_the_name_of_the_file_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="SVG or PNG"):
        PICTURE.save(tmp_path / "chart.pdf")


def test_a_png_keeps_its_texts() -> None:
    pytest.importorskip("resvg_py", reason="needs the extra png")
    assert png_of(alone("Signed")) != png_of(alone(""))


def test_a_png_whose_texts_would_be_lost_is_refused() -> None:
    pytest.importorskip("resvg_py", reason="needs the extra png")
    with pytest.raises(NoFont) as refusal:
        png_of(PICTURE.svg, system_fonts=False)
    assert ".svg" in refusal.value.remedy


def test_without_the_extra_the_remedy_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(module: str, extra: str) -> None:
        raise UsageError(f"{module} is not installed", remedy=f"pip install 'armsledger[{extra}]'")

    monkeypatch.setattr(picture, "imported", missing)
    with pytest.raises(UsageError) as error:
        PICTURE.save(tmp_path / "chart.png")
    assert "armsledger[png]" in error.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_picture_tells_itself_briefly() -> None:
    assert len(repr(Picture(rect(0, 0, 1, 1) * 1000))) < 100
