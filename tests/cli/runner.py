"""Running the command line: as a process of its own, or within the test's process, which is quicker."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import typer

from armsledger.cli.app import app
from armsledger.cli.main import answer
from tests.processes import PATIENCE_SECONDS, ROOT, ended, started

LEDGER = "armsledger.db"
AT_ONCE = (
    "-c",
    "from armsledger.cli import progress; progress.PATIENCE_SECONDS = 0; from armsledger.cli.main import run; run()",
)
"""The program, which shows at once how far it has come."""
CLI: Any = typer.main.get_command(app)
"""All commands; to make them takes longer than most of them run, so it is done once."""
WIDE = "1000"
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
            status = answer()
        return Answer(status, _written(out), _written(err))


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
            "TZ": "UTC",
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
        program: Sequence[str] = ("-m", "armsledger"),
        **options: Any,
    ) -> AbstractContextManager[subprocess.Popen[str]]:
        """Start a command with pipes to all its streams; it ends with the block.

        ``prefix`` is what starts it in turn, ``program`` what the interpreter runs.
        """
        pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
        return started(
            [*prefix, sys.executable, *program, *words_of(command)],
            cwd=self.folder,
            env=self.environment(**(env or {})),
            **{**pipes, **options},
        )

    def __call__(self, command: Command, stdin: str = "", **options: Any) -> Answer:
        """Run a command to its end."""
        with self.start(command, **options) as process:
            out, err = ended(process, stdin)
        return Answer(process.returncode, out, err)

    def at_a_terminal(
        self,
        command: Command,
        stream: Literal["stdout", "stderr"] = "stdout",
        program: Sequence[str] = ("-m", "armsledger"),
        **env: str,
    ) -> tuple[int, str]:
        """Run a command of which one stream is a terminal: its exit status, and what it writes there.

        ``program`` is what the interpreter runs.
        """
        ours, theirs = pty.openpty()
        terminal: dict[str, Any] = {stream: theirs}
        with self.start(command, program=program, env={"TERM": "xterm-256color", **env}, **terminal) as process:
            os.close(theirs)
            with suppress(OSError), open(ours, "rb", buffering=0) as screen:  # how Linux says that it was closed
                written = b""
                while part := screen.read(65_536):
                    written += part
        return process.returncode, written.decode()

    def script(self, script: str, *arguments: str, **env: str) -> Answer:
        """Run a shell's script, in which ``armsledger`` is the command and ``$1`` the first argument."""
        shell = f'armsledger() {{ "{sys.executable}" -m armsledger "$@"; }}\n{script}'
        done = subprocess.run(
            ["bash", "-c", shell, "bash", *arguments],
            cwd=self.folder,
            env=self.environment(**env),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)
