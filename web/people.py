"""Who is asking: a browser, known by a random cookie and by nothing else."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from assistant.settings import Settings

VISITOR_COOKIE = "visitor"
_TOKEN = re.compile(r"[\w-]{32}")
_DAY = 24 * 60 * 60


def token_hash(token: str) -> str:
    """Return what is stored of a random token; the token cannot be found from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def visitor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Return the id of the browser that sent a request, if it has been here before."""
    token = connection.cookies.get(VISITOR_COOKIE, "")
    return token_hash(token) if _TOKEN.fullmatch(token) else None


def visitor_cookie(
    connection: ASGIConnection[Any, Any, Any, Any], settings: Settings
) -> tuple[str, Cookie]:
    """Return a browser's id, a new one if it has none, and the cookie that keeps it."""
    token = connection.cookies.get(VISITOR_COOKIE, "")
    if not _TOKEN.fullmatch(token):
        token = secrets.token_urlsafe(24)
    return token_hash(token), own_cookie(
        settings, VISITOR_COOKIE, token, settings.retention_days * _DAY
    )


def own_cookie(settings: Settings, name: str, value: str, seconds: int) -> Cookie:
    """Return a cookie that scripts cannot read and other sites' forms do not send."""
    return Cookie(
        key=name,
        value=value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
