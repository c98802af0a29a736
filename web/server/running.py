"""Running the server: its socket, its start, and its end."""

from __future__ import annotations

import errno
import socket
from types import FrameType
from typing import Final

import uvicorn

from armsledger.domain.errors import LedgerError
from armsledger.web.server.app import Site

SECONDS_TO_END: Final = 5
MOST_CONNECTIONS: Final = 512
BACKLOG: Final = 128


class CannotListen(LedgerError):
    """The address cannot be listened on."""


class Server(uvicorn.Server):
    """A server that tells its followers when it ends, as they would keep it from ending."""

    def __init__(self, site: Site) -> None:
        self._site = site
        super().__init__(
            uvicorn.Config(
                site.app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=SECONDS_TO_END,
                limit_concurrency=MOST_CONNECTIONS,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End, as Ctrl-C asks."""
        self._site.news.close()
        super().handle_exit(sig, frame)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; with port 0, at a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"choose another one, such as --port {port + 1 if port < 65535 else 0}, or 0 for any that is free"
            raise CannotListen(f"port {port} of {host} is taken", remedy=remedy) from error
        reason = error.strerror or str(error)
        raise CannotListen(
            f"nothing can listen on port {port} of {host}: {reason}",
            remedy="give an address of this machine, such as --host 127.0.0.1, and a port above 1023",
        ) from error


def address_of(listener: socket.socket, root: str) -> str:
    """The address of the board, for a browser on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{root}/"


def run(site: Site, listener: socket.socket) -> None:
    """Serve until Ctrl-C or a signal to end."""
    try:
        Server(site).run([listener])
    except KeyboardInterrupt:
        pass  # uvicorn raises it again once everything has ended
    finally:
        site.close()
        listener.close()
