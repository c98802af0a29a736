"""Somebody at the pages that record, who sees what a browser without scripts sees, and types and presses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp

from armsledger.web.recording.desk import HOME, Desk
from armsledger.web.recording.gate import Gate
from armsledger.web.recording.routes import recording_routes

HERE = "http://testserver"


class Places:
    """Where other pages are."""

    def stream(self, stream: str) -> str | None:
        """The page of a stream."""
        return f"/{stream}"

    def page(self, name: str) -> str | None:
        """Another page."""
        return f"/{name}"

    def asset(self, name: str) -> str | None:
        """A style or a script."""
        return f"/static/{name}"


def ask(app: ASGIApp, method: str, path: str, **asked: Any) -> httpx.Response:
    """The answer of an application, after where it leads to."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HERE, follow_redirects=True) as client:
            return await client.request(method, path, **asked)

    return asyncio.run(answer())


class Form(HTMLParser):
    """The form of a page: its inputs with what stands in them, and the page's texts by the ids of their elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inputs: dict[str, str] = {}
        self.buttons: list[str] = []
        self.texts: dict[str, str] = {}
        self.described: dict[str, str] = {}
        self.links: list[str] = []
        self.tags: list[str] = []
        self.action = ""
        self._open: list[str] = []
        self._area: str | None = None
        self._select: str | None = None
        self._parts: dict[str, list[str]] = {"": []}
        self.feed(html)
        self.texts = {name: " ".join(parts) for name, parts in self._parts.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        name = given.get("name", "")
        match tag:
            case "form":
                self.action = given["action"]
            case "input" if given.get("type") in ("checkbox", "radio"):
                if "checked" in given:
                    self.inputs[name] = given["value"]
            case "input":
                self.inputs[name] = given.get("value", "")
            case "textarea":
                self._area, self.inputs[name] = name, ""
            case "select":
                self._select, self.inputs[name] = name, ""
            case "option" if self._select and "selected" in given:
                self.inputs[self._select] = given.get("value", "\0")
            case "button":
                self.buttons.append(given.get("value", ""))
            case "a":
                self.links.append(given.get("href", ""))
        if "aria-describedby" in given:
            self.described[name] = given["aria-describedby"]
        if tag not in ("input", "meta", "link", "br", "rect"):
            self._open.append(given.get("id", ""))
            self._parts.setdefault(given.get("id", ""), [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.inputs[self._area] = self.inputs[self._area].removeprefix("\n")
            self._area = None
        if tag == "select":
            self._select = None
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.inputs[self._area] += data
        if self._select is not None and self.inputs[self._select] == "\0":
            self.inputs[self._select] = data
        for name in {"", *self._open}:
            self._parts[name].append(data)


@dataclass
class Person:
    """Somebody at the pages of one ledger, with the page that is open."""

    ledger: Path
    gate: Gate = field(default_factory=Gate)
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": HERE, "Sec-Fetch-Site": "same-origin"})

    def __post_init__(self) -> None:
        desk = Desk(str(self.ledger), "Ann", Places(), gate=self.gate, timeout_seconds=0.2)
        self.app: ASGIApp = Starlette(routes=recording_routes(desk))
        self.status = 0
        self.html = ""
        self.form = Form("")

    def open(self, path: str = "", **asked: str) -> Person:
        """Open a page."""
        return self._take(ask(self.app, "GET", f"{HOME}{path}", params=asked or None))

    def fill(self, **typed: str) -> Person:
        """Type into inputs that the page has; ``f_on`` is the input ``f.on``."""
        return self.type({name.replace("__", "."): text for name, text in typed.items()})

    def type(self, typed: dict[str, str]) -> Person:
        """Type into inputs, by their names."""
        for name, text in typed.items():
            assert name in self.form.inputs or name == "choice", f"the page has no input {name}"
            self.form.inputs[name] = text
        return self

    def press(self, do: str, **more: Any) -> Person:
        """Press a button that the page has, and see the answer."""
        assert do in self.form.buttons, f"the page has no button {do}"
        return self.send({**self.form.inputs, "do": do}, **more)

    def send(self, pairs: dict[str, str], **more: Any) -> Person:
        """Send what may be any form."""
        headers = more.pop("headers", self.headers)
        return self._take(ask(self.app, "POST", self.form.action or HOME, data=pairs, headers=headers, **more))

    def _take(self, response: Any) -> Person:
        self.status, self.html, self.form = response.status_code, response.text, Form(response.text)
        return self

    def wrong(self) -> dict[str, str]:
        """What stands beside each input as wrong."""
        return dict(self._wrong())

    def _wrong(self) -> Iterator[tuple[str, str]]:
        for name, ids in self.form.described.items():
            for one in ids.split():
                if one.endswith("-wrong"):
                    yield name or one.removesuffix("-wrong"), " ".join(self.form.texts[one].split())
