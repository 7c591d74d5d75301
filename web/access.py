"""Who may do what: accounts, sign-ins, API keys, and names given by a trusted proxy."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from litestar.connection import ASGIConnection, Request
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.errors import NotFoundError, SettingsError
from assistant.settings import Settings
from web.database import Database
from web.errors import AccessError, StorageError
from web.people import token_hash
from web.tables import Account, ApiKey, SignIn, now

SCOPES = ("ask", "search", "documents")
SESSION_COOKIE = "session"
SESSION_DAYS = 14
STEWARD, READER, PROGRAM = "steward", "reader", "program"
_PASSWORD = 12
_KEY_PREFIX = "itsm_"
_NAME = 100

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, or a program, who has proved who they are; scopes bound what a program may do."""

    name: str
    role: str
    scopes: frozenset[str] = frozenset()


# --- accounts -------------------------------------------------------------------------------


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex())


def set_account(session: Session, name: str, password: str, role: str) -> None:
    """Make an account or change it; whoever was signed in to it is signed out.

    Raises:
        AccessError: the name or the password is not acceptable.
    """
    name = name.strip()  # as whoever signs in is called
    if not name or len(name) > _NAME or not name.isprintable():
        raise AccessError(f"{name!r} is no name. Give one of 1 to {_NAME} printable characters.")
    if len(password) < _PASSWORD:
        raise AccessError(
            f"The password has {len(password)} characters. Give one of at least {_PASSWORD}."
        )
    account = _account(session, name) or Account(name=name)
    account.password_hash, account.role = _hasher().hash(password), role
    session.add(account)
    session.flush()
    session.execute(delete(SignIn).where(SignIn.account_id == account.id))


def remove_account(session: Session, name: str) -> None:
    """Delete an account.

    Raises:
        NotFoundError: there is none of that name.
    """
    account = _account(session, name)
    if account is None:
        raise NotFoundError(f"There is no account {name!r}.")
    session.delete(account)


def sign_in(session: Session, name: str, password: str) -> str | None:
    """Return the token of a new sign-in, or None if name and password do not belong together."""
    account = _account(session, name)
    try:
        # A name that does not exist takes as long as a wrong password.
        _hasher().verify(account.password_hash if account else _nobodys_hash(), password)
    except VerifyMismatchError:
        return None
    if account is None:
        return None
    token = secrets.token_urlsafe(32)
    expires = now() + timedelta(days=SESSION_DAYS)
    session.add(SignIn(id=token_hash(token), account_id=account.id, expires=expires))
    return token


def sign_out(session: Session, token: str) -> None:
    """End a sign-in."""
    session.execute(delete(SignIn).where(SignIn.id == token_hash(token)))


def _account(session: Session, name: str) -> Account | None:
    return session.scalar(select(Account).where(Account.name == name))


# --- keys -----------------------------------------------------------------------------------


def add_key(session: Session, name: str, scopes: Iterable[str]) -> str:
    """Make an API key and return its token, which is not stored.

    Raises:
        AccessError: a scope is unknown, or there is none.
    """
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(SCOPES):
        raise AccessError(f"A key is for one or more of: {', '.join(SCOPES)}.")
    token = _KEY_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiKey(name=name[:_NAME], token_hash=token_hash(token), scopes=" ".join(chosen)))
    return token


def revoke_key(session: Session, key_id: str) -> None:
    """Make a key useless.

    Raises:
        NotFoundError: there is no such key.
    """
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFoundError(f"There is no key {key_id!r}.")
    key.revoked = key.revoked or now()


def key_forms(session: Session) -> list[dict[str, Any]]:
    """Return what is known of each key, the latest first."""
    names = ("id", "name", "scopes", "created", "revoked")
    keys = session.scalars(select(ApiKey).order_by(ApiKey.created.desc()))
    return [{name: getattr(key, name) for name in names} for key in keys]


# --- requests -------------------------------------------------------------------------------


class Identify(ASGIMiddleware):
    """Finds out who sends a request; `None` for whoever does not say."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._proxies = Proxies(settings.trusted_proxies)
        self._header = settings.sso_header
        self._anonymous = settings.anonymous
        if self._header and not settings.trusted_proxies:
            raise SettingsError(
                "sso_header is set, but trusted_proxies is not, so anybody could name themselves "
                "whoever they like. Set trusted_proxies to the addresses of the proxy."
            )

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put a Person, or None, where `request.user` finds it."""
        connection: Connection = ASGIConnection(scope)
        find = self._finder(connection)
        scope["user"] = await run_sync(find) if find else None
        await next_app(scope, receive, send)

    def _finder(self, connection: Connection) -> Any:
        """Return how to find the person; most requests say nothing and cost nothing."""
        named = connection.headers.getall(self._header, []) if self._header else []
        # Of two lines, one is the sender's own.
        if len(named) == 1 and named[0] and self._proxies.trust(connection):
            return lambda: self._named(named[0])
        kind, _, token = connection.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return lambda: self._program(token.strip())
        cookie = connection.cookies.get(SESSION_COOKIE)
        return (lambda: self._signed_in(cookie)) if cookie else None

    def _named(self, name: str) -> Person:
        try:
            with self._database.session() as session:
                account = _account(session, name)
        except StorageError:  # it has been logged
            account = None
        return Person(name, account.role if account else READER)

    def _program(self, token: str) -> Person | None:
        known = (ApiKey.token_hash == token_hash(token), ApiKey.revoked.is_(None))
        try:
            with self._database.session() as session:
                key = session.scalar(select(ApiKey).where(*known))
        except StorageError:
            if self._anonymous:
                return None
            raise
        if key is None:
            raise NotAuthorizedException("The API key is unknown or has been revoked.")
        return Person(key.name, PROGRAM, frozenset(key.scopes.split()))

    def _signed_in(self, token: str) -> Person | None:
        query = (
            select(Account)
            .join(SignIn, SignIn.account_id == Account.id)
            .where(SignIn.id == token_hash(token), SignIn.expires > now())
        )
        try:
            with self._database.session() as session:
                account = session.scalar(query)
        except StorageError:  # it has been logged
            return None
        return Person(account.name, account.role) if account else None


async def require_access(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let in whoever may use a route; `public` routes are for everybody."""
    person: Person | None = connection.scope.get("user")
    if handler.opt.get("public"):
        return
    if person is None:
        settings: Settings = connection.app.state.settings
        if not settings.anonymous:
            raise _unknown()
    elif person.role == PROGRAM and handler.opt.get("scope") not in person.scopes:
        raise PermissionDeniedException(
            f"The API key is for {', '.join(sorted(person.scopes))}, not for this."
        )


async def require_steward(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in stewards alone."""
    person: Person | None = connection.scope.get("user")
    if person is None:
        raise _unknown()
    if person.role != STEWARD:
        raise PermissionDeniedException("This is for stewards. Sign in with a steward's account.")


def _unknown() -> NotAuthorizedException:
    return NotAuthorizedException(
        "Sign in, or send an API key as `Authorization: Bearer <key>`.",
        headers={"WWW-Authenticate": "Bearer"},
    )


class Proxies:
    """The proxies whose headers are believed."""

    def __init__(self, listed: str) -> None:
        try:
            self._networks = [ip_network(one.strip()) for one in listed.split(",") if one.strip()]
        except ValueError as error:
            raise SettingsError(
                f"trusted_proxies is {listed!r}: {error}. Give addresses or networks, such as "
                "10.0.0.5, 10.1.0.0/16."
            ) from error

    def trust(self, connection: Connection) -> bool:
        """Return whether a request comes straight from a trusted proxy."""
        return connection.client is not None and self._known(connection.client.host)

    def client_address(self, request: Request[Any, Any, Any]) -> str:
        """Return the address that a request comes from, as far as it can be believed."""
        address = request.client.host if request.client else ""
        # Some proxies add a line of their own below that of the sender.
        hops: Sequence[str] = ",".join(request.headers.getall("x-forwarded-for", [])).split(",")
        for hop in reversed(hops):
            if not hop.strip() or not self._known(address):
                break
            address = hop.strip()
        return address

    def _known(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._networks)
        except ValueError:
            return False
