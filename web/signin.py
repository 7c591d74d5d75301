"""Signing in and out."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from assistant.settings import Settings
from web.access import SESSION_COOKIE, SESSION_DAYS, sign_in, sign_out
from web.database import Database
from web.people import own_cookie


class SignInForm(msgspec.Struct):
    """Who wants in, and where to."""

    name: str
    password: str
    next: str = ""


class SignInController(Controller):
    """The door."""

    include_in_schema = False
    opt = {"public": True}  # noqa: RUF012

    @get("/signin", sync_to_thread=False)
    def show(self, next: FromQuery[str] = "") -> Template:  # noqa: A002
        """Show the form."""
        return Template("signin.html", context={"next": next})

    @post("/signin", status_code=200, limit="sign_in", sync_to_thread=True)
    def enter(
        self,
        data: URLEncodedBody[SignInForm],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        """Let in whoever knows the password; a new token each time, so none can be foisted on."""
        with database.session() as session:
            token = sign_in(session, data.name.strip(), data.password)
        if token is None:
            context = {"next": data.next, "name": data.name, "refused": True}
            return Template("signin.html", context=context, status_code=403)
        cookie = own_cookie(settings, SESSION_COOKIE, token, SESSION_DAYS * 24 * 60 * 60)
        return Redirect(_local(data.next), status_code=303, cookies=[cookie])

    @post("/signout", sync_to_thread=True)
    def leave(
        self, request: Request[Any, Any, Any], database: NamedDependency[Database]
    ) -> Redirect:
        """End this browser's sign-in."""
        with database.session() as session:
            sign_out(session, request.cookies.get(SESSION_COOKIE, ""))
        answer = Redirect("/", status_code=303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer


def _local(path: str) -> str:
    """Return a path of this server, never an address of another one."""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if safe and path.isprintable() else "/"
