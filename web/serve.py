"""`itsm serve`: opens the assistant, listens, says where."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import rich_click as click
import uvicorn

from assistant.ask import Assistant
from assistant.errors import SettingsError
from assistant.settings import Settings
from web.app import create_app
from web.privacy import keep_house

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_GRACE = 5
"""Seconds in which requests may end when the server is to stop; a slow sender is not waited for."""


def run(settings: Settings) -> None:
    """Serve until interrupted.

    Raises:
        IndexUnavailableError: there is no build to answer from.
        SettingsError: the address cannot be listened on.
    """
    assistant = Assistant.open(settings)
    assistant.warm_up()
    listener = _listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    app = create_app(replace(settings, allowed_hosts=_hosts(settings, port)), assistant)
    house = (app.state.database, settings.retention_days)
    threading.Thread(target=keep_house, args=house, daemon=True).start()
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    _Server(config, f"http://{shown}:{port}").run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says where it is once it can be asked, and stopped by Ctrl+C."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            click.echo(f"Ask the handbook at {self._address} (Ctrl+C stops)", err=True)


def _hosts(settings: Settings, port: int) -> str:
    """Return the names to answer to.

    A server for this machine alone answers to this machine's names alone, so that no page of
    another site can reach it by a name that it lets point here.
    """
    if settings.allowed_hosts or settings.host not in _LOOPBACK:
        return settings.allowed_hosts
    names = ("localhost", "127.0.0.1", "[::1]")
    return ",".join([f"{name}:{port}" for name in names] + (list(names) if port == 80 else []))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {host}:{port} ({error.strerror}). Choose another with --host or "
            "--port."
        ) from error
