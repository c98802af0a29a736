"""A client of yaml-language-server, the program by which editors complete and check YAML, over its standard input.

The program is looked for in ``PATH`` and in the environment of the tests (``make with-npm``). Where it is
not there the tests that need it are skipped, unless ``CI`` is set: continuous integration skips none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, NamedTuple, cast

import pytest

from tests.processes import PATIENCE_SECONDS, started

PROGRAM = "yaml-language-server"
INSTALLED = Path(sys.prefix, "node_modules", ".bin")
TO_INSTALL = "make with-npm"
SETTINGS: dict[str, Any] = {
    "yaml": {
        "validate": True,
        "completion": True,
        "hover": True,
        "schemaStore": {"enable": False},  # it would be downloaded
    }
}
"""What an editor answers when the server asks for its settings."""
CURSOR = "|"
"""Where the cursor stands in the texts of tests."""
BY_SCHEMA = "# yaml-language-server: $schema=dossier.schema.json\n"
"""How a dossier says by which schema an editor checks it."""
IN_A_DEAL = f"{BY_SCHEMA}deal: poland-k2\nsource: mon-2022-08-26\nentries:\n"
"""The beginning of a dossier whose entries need to say no more than their event."""


def require() -> str:
    """The path of the program; skips the test where it is not there, and fails it in continuous integration, unless
    that could not reach the registry that offers it."""
    program = shutil.which(PROGRAM) or shutil.which(PROGRAM, path=str(INSTALLED))
    if program is None and os.environ.get("CI") and not os.environ.get("WITHOUT_REGISTRY"):
        pytest.fail(f"{PROGRAM} is not installed ({TO_INSTALL}): continuous integration must have it")
    if program is None:
        pytest.skip(f"{PROGRAM} is not installed ({TO_INSTALL})")
    return program


class Completion(NamedTuple):
    """What an editor offers at the cursor: the word, what is told of it, and the text that it inserts."""

    documentation: str
    inserted: str


class Finding(NamedTuple):
    """What an editor underlines, and what it says of it."""

    text: str
    message: str


class LanguageServer:
    """A running server, asked about one document after the other."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._messages: Queue[dict[str, Any] | None] = Queue()
        self._number = 0
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["plaintext"]}},
                "publishDiagnostics": {},
            },
        }
        root = folder.as_uri()
        self._ask("initialize", {"processId": os.getpid(), "rootUri": root, "capabilities": capabilities})
        self._tell("initialized", {})

    def completions(self, text: str) -> dict[str, Completion]:
        """What is offered at the cursor of a text, by its word."""
        before, cursor, after = text.partition(CURSOR)
        assert cursor, "the text shows no cursor"
        uri = self._open(before + after)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        offered = self._ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        return {
            item["label"]: Completion(_plain(item.get("documentation")), item.get("insertText", ""))
            for item in offered["items"]
        }

    def findings(self, text: str) -> list[Finding]:
        """What is underlined in a text."""
        uri = self._open(text)
        lines = text.splitlines()
        while True:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return [
                    Finding(_underlined(lines, found["range"]), found["message"])
                    for found in message["params"]["diagnostics"]
                ]

    def hover(self, text: str) -> str:
        """What is told of the place of the cursor."""
        before, _, after = text.partition(CURSOR)
        uri = self._open(before + after)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        told = self._ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
        return _plain(told["contents"])

    def close(self) -> None:
        """Ask the server to end."""
        self._ask("shutdown", None)
        self._tell("exit", None)

    def _open(self, text: str) -> str:
        """Open a document of this text, as an editor does with a file that nobody has saved yet."""
        self._number += 1
        uri = (self._folder / f"dossier-{self._number}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri

    # Messages (Language Server Protocol 3.17): JSON-RPC behind a header with the length.

    def _ask(self, method: str, parameters: Any) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _tell(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        """The next message that is no question of the server's; questions are answered."""
        while True:
            try:
                message = self._messages.get(timeout=PATIENCE_SECONDS)
            except Empty:
                raise AssertionError(f"{PROGRAM} does not answer") from None
            assert message is not None, f"{PROGRAM} has ended"
            if "id" not in message or "method" not in message:
                return message
            self._send({"id": message["id"], "result": _answer(message)})

    def _read(self) -> None:
        """Put what the server writes into the queue, until its end."""
        output = self._process.stdout
        assert output is not None
        while header := output.readline():
            length = int(header.partition(b":")[2]) if header.lower().startswith(b"content-length") else 0
            while output.readline().strip():
                pass
            self._messages.put(json.loads(output.read(length)))
        self._messages.put(None)


def _answer(question: dict[str, Any]) -> Any:
    """An editor's answer: its settings; to all other questions it says nothing."""
    if question["method"] == "workspace/configuration":
        return [SETTINGS.get(item.get("section")) for item in question["params"]["items"]]
    return None


def _plain(documentation: Any) -> str:
    return documentation["value"] if isinstance(documentation, dict) else documentation or ""


def _underlined(lines: list[str], where: dict[str, Any]) -> str:
    """The text of a range, as far as its first line goes."""
    first, last = where["start"], where["end"]
    line = lines[first["line"]] if first["line"] < len(lines) else ""
    return line[first["character"] : last["character"] if last["line"] == first["line"] else len(line)]


@contextmanager
def language_server(folder: Path) -> Iterator[LanguageServer]:
    """A server for the documents of a folder; it ends with the block."""
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with started([require(), "--stdio"], cwd=folder, encoding=None, **pipes) as process:
        server = LanguageServer(cast("subprocess.Popen[bytes]", process), folder)
        yield server
        server.close()
