from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings


def test_flag_beats_environment_beats_file_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "itsm.toml").write_text('port = 1\nhost = "file"\nmodel = "file"\n')
    settings = load_settings({"port": 3, "host": None}, {"ITSM_PORT": "2", "ITSM_HOST": "env"})
    assert (settings.port, settings.host, settings.model) == (3, "env", "file")
    assert settings.max_question == Settings().max_question


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="names .*none.toml, which does not exist"):
        load_settings(environment={"ITSM_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ITSM_PROT": "1"}, "sets 'prot', which is not a setting. Known: host, port"),
        ({"ITSM_PORT": "eighty"}, "sets port to 'eighty'; it takes a whole number from 0 to 65535"),
        ({"ITSM_PORT": "70000"}, "whole number from 0 to 65535"),
        ({"ITSM_HOST": " "}, "sets host to ' '; it takes a text"),
    ],
)
def test_wrong_settings_are_named_with_value_and_remedy(
    environment: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment=environment)
    assert said in str(caught.value)


def test_a_variable_passed_on_empty_is_as_good_as_none() -> None:
    names = ("ITSM_DATABASE_URL", "ITSM_ALLOWED_HOSTS", "ITSM_TRUSTED_PROXIES", "ITSM_SSO_HEADER")
    assert load_settings(environment=dict.fromkeys(names, "")) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [("prot = 1", "'prot'"), ("port = true", "True"), ("port =", "TOML"), ("host = 1", "host")],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"own\.toml") as caught:
        load_settings(environment={"ITSM_CONFIG": str(path)})
    assert said in str(caught.value)


def test_every_setting_says_what_it_means() -> None:
    assert all(one.metadata["meaning"] for one in fields(Settings))


@pytest.mark.parametrize(("given", "value"), [("true", True), ("0", False), ("False", False)])
def test_a_switch_takes_true_or_false(given: str, value: bool) -> None:
    assert load_settings(environment={"ITSM_SECURE_COOKIES": given}).secure_cookies is value
    with pytest.raises(SettingsError, match="takes true or false"):
        load_settings(environment={"ITSM_SECURE_COOKIES": "perhaps"})
