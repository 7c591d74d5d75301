"""The command `itsm`: puts the layers together, and loads a command's module when it is used.

The only module that knows of layers above its own, inside functions only.

Answers and data go to standard output, everything else to standard error. Exit codes: 0 done,
1 unexpected, 2 wrong question, option or setting, 3 no such document, 4 no usable index,
5 the handbook or a build failed, 6 an evaluation failed, 7 the database cannot be used,
130 stopped by Ctrl+C.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import rich_click as click
from click import get_current_context

from assistant.settings import Settings
from assistant.terminal import Root, setting
from corpus.errors import ItsmError

_COMMANDS = {
    "ask": "assistant.commands:ask",
    "corpus": "assistant.commands:corpus_group",
    "db": "web.commands:db_group",
    "doctor": "web.commands:doctor",
    "eval": "eval.commands:eval_group",
    "index": "assistant.commands:index_group",
    "key": "web.commands:key_group",
    "search": "assistant.commands:search",
    "serve": "web.commands:serve",
    "user": "web.commands:user_group",
}


def main() -> None:
    """Run the command and exit with the code of its outcome."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(128 + signal.SIGINT))
    try:
        itsm(prog_name="itsm")
    except ItsmError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe has left, as `itsm search ... | head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Commands(click.RichGroup):
    """Commands whose modules are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, if there is one of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="itsm-assistant")
@setting("data_dir")
@setting("corpus_dir")
@setting("model")
def itsm(**flags: str | None) -> None:
    """Ask the ITSM community handbook, and keep its index."""
    get_current_context().obj = Root(flags, _judge)


def _judge(settings: Settings, new: Path, published: Path | None) -> str:
    """Hold a new build against the published one; return the outcome."""
    from eval.gate import judge_folder

    return judge_folder(settings, new, published)


if __name__ == "__main__":
    main()
