"""The page of the command line and the man page are those of the commands, and can be shown."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from armsledger.cli.app import ENVIRONMENT
from docs import cli
from tests.cli.runner import CLI

TOP = [name for name, command in CLI.declared.items() if not command.hidden]


def shown(*command: str) -> str:
    """What a program prints of the man page; skips where the program is missing."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run([*command, str(cli.MAN_PAGE)], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return done.stdout


def test_the_page_is_that_of_the_commands() -> None:
    assert cli.PAGE.read_text(encoding="utf-8") == cli.page(), "run: python -m docs.cli"


def test_the_man_page_is_that_of_the_commands() -> None:
    assert cli.MAN_PAGE.read_text(encoding="utf-8") == cli.man_page(), "run: python -m docs.cli"


def test_every_command_has_its_place_and_an_example() -> None:
    told = [one for commands in cli.told_by_section().values() for one in commands]
    assert {one.name.partition(" ")[0] for one in told} == set(TOP)
    assert {"proof keys new", "admin forget", "report volumes", "export sipri"} <= {one.name for one in told}
    assert all(one.example.startswith(f"armsledger {one.name.partition(' ')[0]}") for one in told)


def test_an_option_is_told_with_its_command_or_with_those_that_many_have() -> None:
    page = cli.page()
    for commands in cli.told_by_section().values():
        for one in commands:
            assert all(f"`{option.name}`".replace("|", "\\|") in page for option in one.takes)


def test_the_man_page_is_set_without_a_complaint() -> None:
    shown("groff", "-man", "-ww", "-z", "-Tutf8")


def test_the_man_page_reads_as_it_is_meant() -> None:
    text = " ".join(shown("groff", "-man", "-Tascii", "-P-cbou").replace("-\n", "-").split())
    for part in ("show STREAM", "proof check FILE", "--known-by AXIS", "EXIT STATUS"):
        assert part in text
    assert "armsledger correct deal/india-s400@4 --set amount='USD 850m' --reason source-error" in text
    assert all(name in text for name, _ in ENVIRONMENT)


def test_the_man_page_passes_the_check_of_mandoc() -> None:
    shown("mandoc", "-T", "lint", "-W", "error")


@pytest.mark.parametrize(
    ("text", "set_so"),
    [
        (".nothing", "\\&.nothing"),
        ("'quoted'", "\\&\\(aqquoted\\(aq"),
        ("a\\b --c", "a\\eb \\-\\-c"),
    ],
)
def test_no_text_is_taken_for_a_macro(text: str, set_so: str) -> None:
    assert cli._troff(text) == set_so
