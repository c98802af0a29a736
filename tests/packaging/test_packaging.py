"""What people install: real files under one from tests.processes import ROOT
import name, though the code stands in top-level folders."""

import os
import re
import shutil
import stat
import tarfile
import tomllib
import zipfile
from configparser import ConfigParser
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

import pytest

from tests.processes import ROOT, python

PACKAGE = ROOT / "src" / "armsledger"
FOLDERS = sorted(link.name for link in PACKAGE.iterdir() if link.is_symlink())

BUILD = """
import sys
from setuptools import build_meta
target = sys.argv[1]  # the hooks write their own arguments over it
build_meta.build_sdist(target)
build_meta.build_wheel(target)
"""

IMPORT_ALL = """
import importlib, pkgutil
import armsledger
for module in pkgutil.walk_packages(armsledger.__path__, "armsledger."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(armsledger.__file__)
"""


@dataclass(frozen=True)
class Built:
    """A wheel and an sdist, built from a copy of the sources; the repository stays clean."""

    wheel: Path
    sdist: Path

    def wheel_entries(self) -> list[zipfile.ZipInfo]:
        with zipfile.ZipFile(self.wheel) as wheel:
            return wheel.infolist()

    def wheel_text(self, name_end: str) -> str:
        with zipfile.ZipFile(self.wheel) as wheel:
            (name,) = [name for name in wheel.namelist() if name.endswith(name_end)]
            return wheel.read(name).decode()

    def sdist_entries(self) -> list[tarfile.TarInfo]:
        with tarfile.open(self.sdist) as sdist:
            return sdist.getmembers()


def run_python(code: str, *arguments: str, cwd: Path, path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return python("-P", "-c", code, *arguments, cwd=cwd, env=environment).strip()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    sources = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", *FOLDERS):
        shutil.copytree(ROOT / name, sources / name, symlinks=True, ignore=leave_out)
    (sources / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "armsledger.1", sources / "docs")
    target = tmp_path_factory.mktemp("dist")
    run_python(BUILD, str(target), cwd=sources)
    (wheel,) = target.glob("*.whl")
    (sdist,) = target.glob("*.tar.gz")
    return Built(wheel, sdist)


def modules_in_the_repository() -> set[str]:
    files = [(folder, file) for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    modules = {f"armsledger/{folder}/{file.relative_to(ROOT / folder).as_posix()}" for folder, file in files}
    return modules | {f"armsledger/{file.name}" for file in PACKAGE.glob("*.py")}


def test_each_folder_has_a_relative_symlink_under_the_import_name() -> None:
    assert FOLDERS
    for folder in FOLDERS:
        assert (PACKAGE / folder).readlink() == Path("..", "..", folder)


def test_the_wheel_holds_every_module_under_the_import_name(built: Built) -> None:
    modules = {entry.filename for entry in built.wheel_entries() if entry.filename.endswith(".py")}
    assert modules == modules_in_the_repository()


def test_the_wheel_installs_nothing_beside_the_import_name_but_the_man_page(built: Built) -> None:
    tops = {PurePosixPath(entry.filename).parts[0] for entry in built.wheel_entries()}
    data, metadata = sorted(tops - {"armsledger"})
    assert re.fullmatch(r"armsledger-[0-9.]+\.dist-info", metadata)
    assert [entry.filename for entry in built.wheel_entries() if entry.filename.startswith(data)] == [
        f"{metadata.removesuffix('.dist-info')}.data/data/share/man/man1/armsledger.1"
    ]


def test_the_wheel_holds_real_files_only(built: Built) -> None:
    modes = {entry.filename: entry.external_attr >> 16 for entry in built.wheel_entries()}
    assert not [name for name, mode in modes.items() if stat.S_ISLNK(mode)]


def test_the_sdist_holds_real_files_only(built: Built) -> None:
    assert not [entry.name for entry in built.sdist_entries() if not (entry.isreg() or entry.isdir())]


def test_the_sdist_holds_the_same_modules_as_the_wheel(built: Built) -> None:
    paths = [PurePosixPath(entry.name) for entry in built.sdist_entries()]
    modules = {
        PurePosixPath(*path.parts[2:]).as_posix() for path in paths if path.suffix == ".py" and path.parts[1] == "src"
    }
    assert modules == modules_in_the_repository()


def test_type_checkers_of_users_see_our_types(built: Built) -> None:
    assert "armsledger/py.typed" in {entry.filename for entry in built.wheel_entries()}


def test_data_files_travel_with_the_modules(built: Built) -> None:
    here = {
        f"armsledger/{folder}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.json")
    }
    assert here <= {entry.filename for entry in built.wheel_entries()}


def test_the_command_starts_in_the_command_line_module(built: Built) -> None:
    entry_points = ConfigParser()
    entry_points.read_string(built.wheel_text(".dist-info/entry_points.txt"))
    assert dict(entry_points["console_scripts"]) == {"armsledger": "armsledger.cli.main:run"}


def test_the_licence_travels_with_the_wheel(built: Built) -> None:
    assert "License-Expression: Apache-2.0" in built.wheel_text(".dist-info/METADATA")
    assert "Apache License" in built.wheel_text("/LICENSE")


def test_every_module_of_the_wheel_can_be_imported_away_from_the_repository(built: Built, tmp_path: Path) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        wheel.extractall(tmp_path)
    assert run_python(IMPORT_ALL, cwd=tmp_path, path=tmp_path) == str(tmp_path / "armsledger" / "__init__.py")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_dependencies_are_named_and_never_located(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.findall(r"\w+://\S*| @ \S+|--[\w-]*(?:index|find-links)\S*", text)


def test_every_constraint_is_one_exact_version() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert pins
    assert not [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", pin)]


def test_every_dependency_has_a_constraint() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted} - {"armsledger"}
    pinned = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert names <= pinned
