"""Running the command line: as a process of its own, or within the test's process, which is quicker."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import typer

from armsledger.cli.app import app
from armsledger.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SEED = EXAMPLES / "seed-article.yaml"
STORY = EXAMPLES / "india-s400.yaml"
DEAL = "deal/india-s400"
LEDGER = "armsledger.db"
CLI: Any = typer.main.get_command(app)
"""All commands; to make them takes longer than most of them run, so it is done once."""
WIDE = "240"
"""Columns in which every table of the tests fits."""


@dataclass(frozen=True)
class Answer:
    """What a command came to: its exit status, and what it wrote to standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON text."""
        return json.loads(self.out)

    @property
    def jsonl(self) -> list[Any]:
        """Standard output, a JSON text a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


Command = str | Sequence[str]


def words_of(command: Command) -> list[str]:
    """The words of a command, written without ``armsledger``."""
    return shlex.split(command) if isinstance(command, str) else list(command)


@dataclass(frozen=True)
class Inside:
    """Runs commands in the test's own process; the working folder and the environment are the test's."""

    folder: Path

    def __call__(self, command: Command, stdin: str = "") -> Answer:
        out, err = _stream(), _stream()
        given = TextIOWrapper(BytesIO(stdin.encode()), encoding="utf-8")
        argv = ["armsledger", *words_of(command)]
        with ExitStack() as during:
            during.enter_context(patch.object(sys, "argv", argv))
            during.enter_context(patch.object(sys, "stdin", given))
            during.enter_context(patch("armsledger.cli.app.app", CLI))
            during.enter_context(redirect_stdout(out))
            during.enter_context(redirect_stderr(err))
            ended = during.enter_context(pytest.raises(SystemExit))
            run()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, _written(out), _written(err))


def _stream() -> TextIOWrapper:
    return TextIOWrapper(BytesIO(), encoding="utf-8", newline="\n", write_through=True)


def _written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@dataclass(frozen=True)
class Process:
    """Runs commands as processes in a folder, in an environment that holds no more than they need."""

    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of the processes."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT / "src"),
            "COLUMNS": WIDE,
            **{name: os.environ[name] for name in ("ARMSLEDGER_LEDGER",) if name in os.environ},
            **more,
        }

    def start(
        self,
        command: Command,
        *,
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        python: Sequence[str] = (),
        **options: Any,
    ) -> subprocess.Popen[str]:
        """Start a command with pipes to all its streams.

        ``prefix`` is a program that starts it in turn, ``python`` options of the interpreter.
        """
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            [*prefix, sys.executable, *python, "-m", "armsledger", *words_of(command)],
            cwd=self.folder,
            env=self.environment(**(env or {})),
            encoding="utf-8",
            **{**pipes, **options},
        )

    def __call__(self, command: Command, stdin: str = "", **options: Any) -> Answer:
        """Run a command to its end."""
        with self.start(command, **options) as process:
            out, err = process.communicate(stdin, timeout=60)
        return Answer(process.returncode, out or "", err or "")

    def script(self, script: str, *arguments: str, **env: str) -> Answer:
        """Run a shell's script, in which ``armsledger`` is the command and ``$1`` the first argument."""
        shell = f'armsledger() {{ "{sys.executable}" -m armsledger "$@"; }}\n{script}'
        done = subprocess.run(
            ["bash", "-c", shell, "bash", *arguments],
            cwd=self.folder,
            env=self.environment(**env),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)
