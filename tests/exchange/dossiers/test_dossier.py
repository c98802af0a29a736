"""Opening a dossier: a file or standard input, YAML or JSONL."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path

import pytest

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.dossiers.dossier import open_dossier
from armsledger.exchange.dossiers.jsonl import JsonlDossier
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
from tests.application.book import EXAMPLES
from tests.exchange.dossiers.written import piped, streams
from tests.processes import meanwhile, python

ENTRY = {"deal": "x", "event": "opened", "on": "2018"}
YAML = "entries:\n  - {deal: x, event: opened, on: 2018}\n"
JSONL = json.dumps(ENTRY) + "\n"
JSON = json.dumps({"entries": [ENTRY]}, indent=2)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("d.yaml", YAML, YamlDossier),
        ("d.YML", YAML, YamlDossier),
        ("d.json", JSON, YamlDossier),
        ("d.json", json.dumps({"entries": [ENTRY]}), YamlDossier),
        ("d.jsonl", JSONL, JsonlDossier),
        ("d.ndjson", JSONL, JsonlDossier),
        ("d.txt", YAML, YamlDossier),
        ("d.txt", f"\n\ufeff# a remark\n{YAML}".replace("\ufeff", ""), YamlDossier),
        ("d.txt", JSONL, JsonlDossier),
        ("d.txt", f"\ufeff{JSONL}", JsonlDossier),
        ("d.txt", f"\n \n{JSONL}", JsonlDossier),
        ("d", JSON, YamlDossier),
        ("d", json.dumps({"entries": [ENTRY]}), YamlDossier),
        ("d", "{entries: [{deal: x, event: opened, on: 2018}]}", YamlDossier),
    ],
)
def test_the_ending_tells_the_format_or_else_the_first_line(
    tmp_path: Path, name: str, text: str, kind: type[object]
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with open_dossier(path) as dossier:
        assert isinstance(dossier, kind)
        [(mark, proposed)] = dossier.proposals()
        assert list(dossier.again([mark, mark])) == [(mark, proposed)] * 2
        assert not dossier.is_restore
    assert proposed.proposal.fields == {"on": "2018"}
    assert proposed.proposal.place.rpartition(":")[0] == str(path)


@pytest.mark.parametrize("text", [YAML, JSONL, JSON, json.dumps({"entries": [ENTRY]})])
def test_standard_input_may_be_of_either_format(text: str) -> None:
    assert streams(piped(text)) == ["deal/x opened"]


def test_a_line_that_is_to_be_refused_is_still_jsonl() -> None:
    for line in ('{"deal": "x", "deal": "y"}', '{"deal": ' + "[" * 5000, '{"on": NaN}'):
        with pytest.raises(UnreadableDossier) as caught:
            piped(f"{line}\n{JSONL}")
        assert caught.value.place == "standard input:1"
        assert "YAML" not in caught.value.message


def test_a_first_line_too_long_to_be_read_is_jsonl() -> None:
    with pytest.raises(UnreadableDossier, match="longer than 16,777,216 bytes"):
        piped(b"{" * (16 * 1024 * 1024 + 5))


def test_an_empty_standard_input_is_refused() -> None:
    with pytest.raises(UnreadableDossier, match="the file is empty"):
        piped("")


def test_the_process_own_standard_input_is_read_where_none_is_given() -> None:
    program = (
        "from armsledger.exchange.dossiers.dossier import open_dossier\n"
        "with open_dossier(None) as dossier:\n"
        "    print([proposed.proposal.place for _, proposed in dossier.proposals()])\n"
    )
    assert python("-c", program, input=JSONL) == "['standard input:1']\n"


def test_what_is_longer_than_is_kept_in_memory_is_read_all_the_same() -> None:
    line = json.dumps({**ENTRY, "note": "n" * 1_000_000}) + "\n"
    with open_dossier(None, stdin=BytesIO((line * 12).encode())) as dossier:
        marks = [mark for mark, _ in dossier.proposals()]
        assert [proposed.proposal.place for _, proposed in dossier.again(reversed(marks))] == [
            f"standard input:{number}" for number in range(12, 0, -1)
        ]


def test_a_pipe_with_a_name_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    with meanwhile(lambda: pipe.write_text(JSONL * 3)), open_dossier(pipe) as dossier:
        assert len(list(dossier.proposals())) == len(list(dossier.proposals())) == 3


def test_an_export_is_known_by_its_first_entry(tmp_path: Path) -> None:
    recorded = {"recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "ann"}
    path = tmp_path / "export.jsonl"
    path.write_text("\n" + json.dumps(ENTRY | recorded) + "\n")
    with open_dossier(path) as dossier:
        assert dossier.is_restore
    with open_dossier(None, stdin=BytesIO(json.dumps({"entries": [ENTRY | recorded]}, indent=1).encode())) as dossier:
        assert dossier.is_restore


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDossier, match=r"there is no file .*nix\.yaml") as caught:
        open_dossier(tmp_path / "nix.yaml")
    assert "check the path" in caught.value.remedy


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDossier, match="cannot be read: Is a directory") as caught:
        open_dossier(tmp_path)
    assert "name a file that you may read" in caught.value.remedy


def test_a_path_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(UnreadableDossier, match="cannot be read: embedded null byte"):
        open_dossier(Path("a\0b"))
    with pytest.raises(UnreadableDossier, match="File name too long"):
        open_dossier(Path("a" * 5000))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that cannot be read is needed")
@pytest.mark.parametrize("name", ["d.yaml", "d.txt", "d.jsonl"])
def test_a_file_that_fails_while_it_is_read_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.symlink_to("/proc/self/mem")
    with pytest.raises(UnreadableDossier, match="cannot be read: Input/output error"):
        open_dossier(path)


def test_a_standard_input_that_fails_is_refused() -> None:
    class Failing(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, os.strerror(5))

    with pytest.raises(UnreadableDossier, match="standard input cannot be read: Input/output error"):
        open_dossier(None, stdin=Failing())


def test_jsonl_is_read_without_loading_the_yaml_library(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(JSONL)
    program = (
        "import sys; from pathlib import Path\n"
        "from armsledger.exchange.dossiers.dossier import open_dossier\n"
        f"with open_dossier(Path({str(path)!r})) as dossier:\n"
        "    list(dossier.proposals())\n"
        "print('ruamel.yaml' in sys.modules)\n"
    )
    assert python("-c", program) == "False\n"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_dossiers(path: Path) -> None:
    with open_dossier(path) as dossier:
        proposals = [proposed for _, proposed in dossier.proposals()]
    assert len(proposals) > 10
    lines = path.read_text(encoding="utf-8").splitlines()
    for proposed in proposals:
        for field, value in proposed.proposal.fields.items():
            line = lines[int(proposed.place_of(field).rpartition(":")[2]) - 1]
            registered_there = field == "source" and f"key: {value}" in line  # what a group's entries share
            assert f"{field}:" in line or registered_there
