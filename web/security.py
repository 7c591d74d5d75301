"""What keeps other sites and curious neighbours out: headers, tokens in forms, a kept secret."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from litestar import Litestar, Request
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.stores.memory import MemoryStore
from litestar.types import Message, Scope

from assistant.settings import Settings
from web.access import Proxies

_LOG = logging.getLogger(__name__)
_SECRET_FILE = "secret.key"
_SIGN_INS = 10
"""Tries to sign in, a minute from one address."""
_MINUTE = 60
_STORES = {"ask": "limit_ask", "sign_in": "limit_sign_in"}
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@asynccontextmanager
async def forget_addresses(app: Litestar) -> AsyncIterator[None]:
    """Free the counts of addresses that have not come back; else each would be kept for good."""
    stores = [app.stores.get(name) for name in _STORES.values()]

    async def forget() -> None:
        while True:
            await asyncio.sleep(_MINUTE)
            for store in stores:
                if isinstance(store, MemoryStore):
                    await store.delete_expired()

    task = asyncio.create_task(forget())
    yield
    task.cancel()


def limits(settings: Settings) -> list[DefineMiddleware]:
    """Return what bounds the requests from one address; routes name their `limit`."""
    proxies = Proxies(settings.trusted_proxies)
    return [
        RateLimitConfig(
            rate_limit=("minute", count),
            store=_STORES[kind],
            identifier_for_request=proxies.client_address,
            check_throttle_handler=partial(_is_limited, kind),
        ).middleware
        for kind, count in (("ask", settings.ask_limit), ("sign_in", _SIGN_INS))
    ]


async def _is_limited(kind: str, request: Request[Any, Any, Any]) -> bool:
    return bool(request.route_handler.opt.get("limit") == kind)


def allowed_hosts(settings: Settings) -> AllowedHostsConfig | None:
    """Return the names that are answered to; without any, all are."""
    named = [one.strip() for one in settings.allowed_hosts.split(",") if one.strip()]
    if not named:
        return None
    # Whoever checks the health of a server calls it by its address.
    return AllowedHostsConfig(allowed_hosts=named, exclude=["^/healthz$", "^/readyz$"])


async def set_headers(message: Message, scope: Scope) -> None:
    """Add the security headers to every response, those of errors too, and wait for no thread.

    What is not meant for everybody is not to be kept by caches on the way.
    """
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store, private")


def csrf_config(settings: Settings) -> CSRFConfig:
    """Return how forms prove that they come from a page of this server."""
    return CSRFConfig(
        secret=_secret(settings.data_dir),
        cookie_name="csrf",
        cookie_httponly=True,
        cookie_samesite="strict",
        cookie_secure=settings.secure_cookies,
    )


def _secret(data_dir: Path) -> str:
    """Return the secret that this server keeps across restarts, made when it is first needed."""
    path = data_dir / _SECRET_FILE
    try:
        if not path.exists():
            _write_once(path, secrets.token_hex(32))
        kept = path.read_bytes()
        if not re.fullmatch(rb"[0-9a-f]{64}", kept):
            _LOG.warning("%s is no secret of this server; a new one takes its place.", path)
            path.unlink()
            _write_once(path, secrets.token_hex(32))
            kept = path.read_bytes()
        return kept.decode()
    except OSError as error:
        _LOG.warning("%s cannot be kept (%s): open forms fail after a restart.", path, error)
        return secrets.token_hex(32)


def _write_once(path: Path, text: str) -> None:
    """Make a whole file that only its owner can read, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
