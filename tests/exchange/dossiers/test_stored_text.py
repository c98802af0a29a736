"""The stored text of a source: its SHA-256 is computed where the dossier is read."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.errors import UnreadableValue
from armsledger.exchange.dossiers.dossier import Dossier, open_dossier
from tests.exchange.dossiers.written import refuses_value, yaml

TEXT = b"USD 5 billion deal\n"
DIGEST = hashlib.sha256(TEXT).hexdigest()
OTHER = hashlib.sha256(b"").hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a stored text."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "theprint.txt").write_bytes(TEXT)
    return tmp_path


def source(*lines: str) -> str:
    """A dossier with one source, whose file is named on line 4."""
    return "\n".join(["sources:", "  - key: theprint", "    publisher: x", *(f"    {line}" for line in lines), ""])


def fields(folder: Path, *lines: str) -> dict[str, Any]:
    """The fields of a source in a dossier of that folder."""
    [proposed] = yaml(source(*lines), folder=folder)
    return dict(proposed.proposal.fields)


def test_the_digest_is_added(folder: Path) -> None:
    assert fields(folder, "file: texts/theprint.txt")["sha256"] == DIGEST
    assert fields(folder, "file: ./texts/theprint.txt")["sha256"] == DIGEST


def test_the_path_is_relative_to_the_dossiers_folder_in_every_form(folder: Path) -> None:
    registered = {"file": "texts/theprint.txt", "publisher": "x"}
    forms = {
        "d.yaml": source("file: texts/theprint.txt"),
        "e.yaml": "entries:\n  - {source: t, event: registered, publisher: x, file: texts/theprint.txt}\n",
        "d.jsonl": json.dumps({"key": "t", **registered}),
        "e.jsonl": json.dumps({"source": "t", "event": "registered", **registered}),
        "f.jsonl": json.dumps({"stream": "source/t", "event": "registered", **registered}),
    }
    for name, text in forms.items():
        (folder / name).write_text(text)
        with open_dossier(folder / name) as dossier:
            [(_, proposed)] = dossier.proposals()
        assert proposed.proposal.fields["sha256"] == DIGEST


def test_a_digest_that_is_given_must_be_that_of_the_file(folder: Path) -> None:
    assert fields(folder, "file: texts/theprint.txt", f"sha256: {DIGEST}")["sha256"] == DIGEST
    assert fields(folder, "file: texts/theprint.txt", f"sha256: {DIGEST.upper()}")["sha256"] == DIGEST
    refuses_value(
        source("file: texts/theprint.txt", f"sha256: {OTHER}"),
        "d.yaml:5",
        "sha256",
        f"the SHA-256 of 'texts/theprint.txt' is {DIGEST}, not '{OTHER}'",
        "put back the text that was meant, or leave sha256 out",
        folder=folder,
    )


def test_a_file_that_is_not_there_needs_a_digest(folder: Path) -> None:
    assert fields(folder, "file: nix.txt", f"sha256: {OTHER}")["sha256"] == OTHER
    for name in ("nix.txt", "texts", "texts/theprint.txt/x", "x" * 5000):
        refuses_value(
            source(f"file: {name}"),
            "d.yaml:4",
            "file",
            f"there is no file '{name if len(name) < 80 else name[:77]}",
            "put the stored text there, or give its sha256",
            folder=folder,
        )


def test_a_pipe_is_no_stored_text(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(UnreadableValue, match="there is no file 'pipe'"):
        fields(folder, "file: pipe")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "/dev/zero",
        "../secret.txt",
        "texts/../../secret.txt",
        "texts/../texts/theprint.txt",
        "leads-out",
        "leads-out-by-a-folder/secret.txt",
        "texts/leads-to-a-link",
        "to-a-device",
    ],
)
@pytest.mark.parametrize("digest", ["", f"sha256: {DIGEST}"])
def test_a_file_outside_of_the_folder_is_neither_read_nor_recorded(folder: Path, name: str, digest: str) -> None:
    inside = folder / "dossiers"
    (inside / "texts").mkdir(parents=True)
    (inside / "texts" / "theprint.txt").write_bytes(TEXT)
    (folder / "secret.txt").write_bytes(TEXT)
    (inside / "leads-out").symlink_to("../secret.txt")
    (inside / "leads-out-by-a-folder").symlink_to(folder)
    (inside / "texts" / "leads-to-a-link").symlink_to("../leads-out")
    (inside / "to-a-device").symlink_to("/dev/zero")
    refuses_value(
        source(f"file: {name}", *([digest] if digest else [])),
        "d.yaml:4",
        "file",
        f"the file '{name}' is not in the dossier's folder, {inside}, or leads out of it",
        "put the stored text into that folder, and name it by its path from there",
        folder=inside,
    )


def test_a_link_within_the_folder_is_followed_and_so_is_one_to_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "latest.txt").symlink_to("texts/theprint.txt")
    (folder / "other-name").symlink_to(folder)
    assert fields(folder, "file: latest.txt")["sha256"] == DIGEST
    assert fields(folder / "other-name", "file: texts/theprint.txt")["sha256"] == DIGEST


def test_what_is_no_text_is_left_to_the_field_to_refuse(folder: Path) -> None:
    assert fields(folder, "file: [a]") == {"publisher": "x", "file": ["a"]}


def test_other_events_have_no_stored_text(folder: Path) -> None:
    [proposed] = yaml("entries:\n  - {deal: x, event: opened, file: nix.txt}\n", folder=folder)
    assert proposed.proposal.fields == {"file": "nix.txt"}


def test_every_pass_sees_the_same_text(folder: Path) -> None:
    (folder / "d.yaml").write_text(source("file: texts/theprint.txt"))
    with open_dossier(folder / "d.yaml") as dossier:
        before = _digests(dossier)
        (folder / "texts" / "theprint.txt").write_bytes(b"")
        assert _digests(dossier) == before == [DIGEST]


def _digests(dossier: Dossier) -> list[str]:
    return [proposed.proposal.fields["sha256"] for _, proposed in dossier.proposals()]


def test_an_export_is_restored_without_the_file(folder: Path) -> None:
    recorded = ["recorded_at: 2026-11-22T12:00:00.000000Z", "recorded_by: ann"]
    assert fields(folder, "file: nix.txt", *recorded) == {"publisher": "x", "file": "nix.txt"}
    told = fields(folder, "file: texts/theprint.txt", f"sha256: {OTHER}", *recorded)
    assert told["sha256"] == OTHER
