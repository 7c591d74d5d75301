"""`itsm serve`, `itsm doctor`, `itsm db`, `itsm user` and `itsm key`: what a server needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import rich_click as click

from assistant.settings import Settings
from assistant.terminal import (
    JSON,
    BuildJudge,
    build_and_publish,
    golden_judge,
    read_settings,
    setting,
    show,
    standard_input,
)
from corpus.errors import ItsmError
from index.errors import IndexUnavailableError


@click.command()
@setting("host")
@setting("port", type=int)
@click.option("--build", is_flag=True, help="First build the index if the handbook has changed.")
def serve(host: str | None, port: int | None, build: bool) -> None:
    """Serve the chat and the API."""
    from web.serve import run

    settings = read_settings(host=host, port=port)
    if build:
        build_or_keep(settings, golden_judge(settings))
        if "torch" in sys.modules:
            _start_again()
    run(settings)


def _start_again() -> None:
    """Replace this process by one that only serves: what a build has loaded takes a gigabyte."""
    arguments = [one for one in sys.argv[1:] if one != "--build"]
    os.execv(sys.executable, [sys.executable, "-m", "assistant.cli", *arguments])


def build_or_keep(settings: Settings, judge: BuildJudge | None) -> None:
    """Bring the index up to date; where that fails, an earlier build goes on serving."""
    from index.store import publication

    try:
        build_and_publish(settings, judge)
    except ItsmError as error:
        try:
            kept = publication(settings.data_dir).current
        except IndexUnavailableError:
            raise error from None
        click.echo(f"Warning: {error} Serving build {kept}.", err=True)


@click.command()
@JSON
def doctor(as_json: bool) -> None:
    """Check handbook, model, index, disk and database; exit with 4 if something is broken."""
    from assistant.doctor import diagnose, look
    from web.database import Database

    settings = read_settings()
    checks = [*diagnose(settings), look("database", lambda: Database(settings).describe())]
    lines = (f"{'ok  ' if one.passed else 'FAIL'}  {one.name}: {one.message}" for one in checks)
    show([check.form() for check in checks], lines, as_json=as_json)
    if not all(check.passed for check in checks):
        sys.exit(4)


@click.group("db")
def db_group() -> None:
    """Keep the database of conversations and accounts."""


@db_group.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the form of this version; `itsm serve` does it by itself."""
    from web.database import Database

    Database(read_settings()).migrate()
    click.echo("The database is up to date.")


@db_group.command("backup")
@click.argument("file", type=click.Path(path_type=Path), help="File to write.")
def db_backup(file: Path) -> None:
    """Write a copy of the database to FILE, also while the server runs."""
    from web.database import Database

    Database(read_settings()).backup(file)
    click.echo(f"The database is saved in {file}.")


@click.group("user")
def user_group() -> None:
    """Keep the accounts of those who sign in."""


@user_group.command("add")
@click.argument("name", help="Name to sign in with.")
@click.option(
    "--role",
    type=click.Choice(["steward", "reader"]),
    default="steward",
    show_default=True,
    help="A reader asks and searches; a steward also sees /steward.",
)
def user_add(name: str, role: str) -> None:
    """Make an account, or give an existing one a new password and role.

    The password is asked for; where there is no terminal, it is the first line of standard input.
    """
    from web.access import set_account
    from web.database import Database

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = standard_input().partition("\n")[0].rstrip("\r")
    with Database(read_settings()).session() as session:
        set_account(session, name, password, role)
    click.echo(f"{name} can sign in as a {role} at /signin.")


@user_group.command("remove")
@click.argument("name", help="Name that was signed in with.")
def user_remove(name: str) -> None:
    """Delete an account; it is signed out everywhere."""
    from web.access import remove_account
    from web.database import Database

    with Database(read_settings()).session() as session:
        remove_account(session, name)
    click.echo(f"{name} cannot sign in any more.")


@click.group("key")
def key_group() -> None:
    """Keep the API keys of programs."""


@key_group.command("add")
@click.argument("name", help="What the list calls the program.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["ask", "search", "documents"]),
    help="What it may be used for; repeatable, all of it if not given.",
)
def key_add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for a program and print it; it is shown this once."""
    from web.access import SCOPES, add_key
    from web.database import Database

    with Database(read_settings()).session() as session:
        token = add_key(session, name, scopes or SCOPES)
    click.echo(token)
    click.echo("Send it as `Authorization: Bearer <key>`. It is not shown again.", err=True)


@key_group.command("list")
@JSON
def key_list(as_json: bool) -> None:
    """List the keys, revoked ones too."""
    from web.access import key_forms
    from web.database import Database

    with Database(read_settings()).session() as session:
        forms = key_forms(session)
    lines = (
        f"{form['id']}  {form['name']}  {form['scopes']}  "
        f"{'revoked' if form['revoked'] else 'valid'}"
        for form in forms
    )
    show(forms, lines, as_json=as_json)


@key_group.command("revoke")
@click.argument("key_id", help="Id of the key, not the key itself.")
def key_revoke(key_id: str) -> None:
    """Make a key useless; `itsm key list` shows the ids."""
    from web.access import revoke_key
    from web.database import Database

    with Database(read_settings()).session() as session:
        revoke_key(session, key_id)
    click.echo(f"The key {key_id} cannot be used any more.")
