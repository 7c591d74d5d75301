"""Errors to HTTP: problem+json (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template

from assistant.errors import NotFoundError, QuestionError, QuoteError, SettingsError
from corpus.errors import CorpusError, ItsmError
from index.errors import BuildError, FilterError, IndexUnavailableError
from web.errors import AccessError, StorageError

_LOG = logging.getLogger(__name__)

_STALE = (
    "This form is too old, or this browser takes no cookies, or another site has sent it. Load the "
    "page again and send the form once more."
)

_NOT_STORED = (
    "What is stored cannot be reached at the moment, so nothing can be kept or shown from it. "
    "Questions are answered all the same. Try again later."
)
_LEFT = "client disconnected prematurely"
"""What the framework calls a sender that has gone away before the end of its request."""
_MISLED = "The address leads nowhere. Check it, or begin with a question."
_MISSHAPEN = "Something in the address or the form is not as it should be. Go back and try again."
_TITLES = {
    HTTPStatus.BAD_REQUEST: "That did not work",
    HTTPStatus.FORBIDDEN: "That is not allowed",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too much at once",
    HTTPStatus.TOO_MANY_REQUESTS: "One moment, please",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not available at the moment",
}
"""What pages say in place of a status; any other has the title of its class."""

STATUS_CODES: dict[type[ItsmError], HTTPStatus] = {
    QuestionError: HTTPStatus.BAD_REQUEST,
    FilterError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    IndexUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    AccessError: HTTPStatus.BAD_REQUEST,
    BuildError: HTTPStatus.INTERNAL_SERVER_ERROR,
    CorpusError: HTTPStatus.INTERNAL_SERVER_ERROR,
    QuoteError: HTTPStatus.INTERNAL_SERVER_ERROR,
    SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Status by error class; a subclass takes its nearest base's."""


def handle_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer a request that failed, in the form that its sender reads."""
    status, detail, extra = _describe(error)
    detail = detail.replace(str(request.app.state.settings.data_dir), "the data folder")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if "RateLimit-Reset" in headers:
        headers["Retry-After"] = headers["RateLimit-Reset"]
        detail = f"Too many requests. Wait {headers['Retry-After']} seconds."
    if _reads_html(request):
        if status == HTTPStatus.UNAUTHORIZED:
            return Redirect(sign_in_url(request), status_code=303)
        context = {"title": _title(status), "detail": _for_people(error, detail)}
        return Template("error.html", context=context, status_code=status, headers=headers)
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
    }
    return Response(
        {**problem, **({"errors": extra} if extra else {})},
        media_type="application/problem+json",
        status_code=status,
        headers=headers,
    )


def _title(status: HTTPStatus) -> str:
    return _TITLES.get(status, _TITLES[HTTPStatus(status // 100 * 100)])


def _for_people(error: Exception, detail: str) -> str:
    """Return what a page says: no words of the framework, no paths, no marks of code."""
    if isinstance(error, HTTPException) and (
        isinstance(error, ValidationException) or detail == HTTPStatus(error.status_code).phrase
    ):
        return _MISLED if error.status_code == HTTPStatus.NOT_FOUND else _MISSHAPEN
    for path, name in (("`/documents`", "Handbook"), ("`/conversations`", "Conversations")):
        detail = detail.replace(path, f"\u201c{name}\u201d above")
    return detail.replace("`", "")


def sign_in_url(request: Request[Any, Any, Any]) -> str:
    """Return where to sign in to get to the page that was asked for."""
    url = request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path
    return "/signin?" + urlencode({"next": wanted if request.method == "GET" else "/"})


def _describe(error: Exception) -> tuple[HTTPStatus, str, Any]:
    if isinstance(error, StorageError):  # its reason names hosts and folders; it has been logged
        return HTTPStatus.SERVICE_UNAVAILABLE, _NOT_STORED, None
    if isinstance(error, ItsmError):
        status = next(STATUS_CODES[c] for c in type(error).__mro__ if c in STATUS_CODES)
        return status, str(error), None
    if isinstance(error, UnicodeDecodeError):
        return HTTPStatus.BAD_REQUEST, "The request is not valid UTF-8. Send it as UTF-8.", None
    if isinstance(error, RecursionError):
        return HTTPStatus.BAD_REQUEST, "The request is nested too deeply.", None
    if isinstance(error, HTTPException) and error.detail == _LEFT:
        return HTTPStatus.BAD_REQUEST, "The request broke off.", None
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        status = HTTPStatus(error.status_code)
        return status, _STALE if error.detail.startswith("CSRF") else error.detail, error.extra
    return HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; the failure has been logged.", None


def _reads_html(request: Request[Any, Any, Any]) -> bool:
    if request.url.path.startswith("/api/"):
        return False
    return MediaType.HTML.value in request.headers.get("accept", "")
