"""`itsm db`, `itsm user` and `itsm key`: the database, and who may come in."""

from __future__ import annotations

import sys
from pathlib import Path

import rich_click as click

from assistant.terminal import JSON, read_settings, show, standard_input


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
@click.argument("file", type=click.Path(path_type=Path))
def db_backup(file: Path) -> None:
    """Write a copy of the database to FILE, also while the server runs."""
    from web.database import Database

    Database(read_settings()).backup(file)
    click.echo(f"The database is saved in {file}.")


@click.group("user")
def user_group() -> None:
    """Keep the accounts of those who sign in."""


@user_group.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["steward", "reader"]), default="steward", show_default=True
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
@click.argument("name")
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
@click.argument("name")
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
@click.argument("key_id")
def key_revoke(key_id: str) -> None:
    """Make a key useless; `itsm key list` shows the ids."""
    from web.access import revoke_key
    from web.database import Database

    with Database(read_settings()).session() as session:
        revoke_key(session, key_id)
    click.echo(f"The key {key_id} cannot be used any more.")
