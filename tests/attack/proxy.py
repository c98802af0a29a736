"""A TCP proxy that can stop: then nothing comes through, and nobody is told, as where a network is cut."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Thread

CHUNK_BYTES = 65_536
PATIENCE_SECONDS = 10


class Proxy:
    """Listens at a port of its own on loopback, and passes on what comes to another port there, and back."""

    def __init__(self, loop: AbstractEventLoop, target_port: int) -> None:
        self._loop = loop
        self._target_port = target_port
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def listen(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and close all connections."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Pass nothing on; connections stay."""
        self._loop.call_soon_threadsafe(self._is_open.clear)

    def go_on(self) -> None:
        """Pass on what has come meanwhile, and all that comes."""
        self._loop.call_soon_threadsafe(self._is_open.set)

    def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = self._loop.create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass on what comes of a connection in both directions, until one of the ends closes it."""
        with closing(writer), suppress(OSError):
            await self._is_open.wait()
            onward, back = await asyncio.open_connection("127.0.0.1", self._target_port)
            with closing(back):
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._one_way(reader, back))
                    both.create_task(self._one_way(onward, writer))

    async def _one_way(self, source: StreamReader, target: StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await source.read(CHUNK_BYTES):
                await self._is_open.wait()
                target.write(chunk)
                await target.drain()
        await self._is_open.wait()
        target.close()


@contextmanager
def proxies(target_ports: Sequence[int]) -> Iterator[list[Proxy]]:
    """A proxy before each of some ports, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="proxies", daemon=True)
    thread.start()
    started = [Proxy(loop, port) for port in target_ports]
    try:
        for proxy in started:
            asyncio.run_coroutine_threadsafe(proxy.listen(), loop).result(PATIENCE_SECONDS)
        yield started
    finally:
        for proxy in started:
            asyncio.run_coroutine_threadsafe(proxy.close(), loop).result(PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)
        loop.close()
