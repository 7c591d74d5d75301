"""The command as a person runs it: a process of its own, with the real build where it answers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from assistant.settings import PROJECT, Settings
from corpus.errors import CorpusError
from index.store import build_folder, publication
from tests.support import ITSM, build_tiny
from web.commands import build_or_keep


def itsm(
    *arguments: str | bytes, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*ITSM, *arguments],
        check=False,
        capture_output=True,
        input=stdin,
        env={**os.environ, **environment},
        cwd=PROJECT,
    )


def fails(code: int, said: str, *arguments: str | bytes, **options: str) -> None:
    done = itsm(*arguments, **options)
    assert done.returncode == code, done.stderr.decode()
    assert done.stderr.decode().strip().startswith("Error: ")
    assert said in done.stderr.decode()
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


@pytest.mark.model
def test_ask_prints_the_answer_alone_and_json_on_request(real_settings: Settings) -> None:
    data_dir = str(real_settings.data_dir)
    question = "What is the difference between an incident and a problem?"
    plain = itsm("ask", question, ITSM_DATA_DIR=data_dir)
    assert plain.returncode == 0
    assert b"| Aspect | Incident | Problem |" in plain.stdout
    assert b"**Sources**" in plain.stdout
    assert b"\x1b" not in plain.stdout
    wire = json.loads(itsm("--data-dir", data_dir, "ask", "--json", question).stdout)
    assert wire["markdown"].encode() == plain.stdout
    assert wire["status"] == "answered"


@pytest.mark.model
def test_search_explains_every_component(real_settings: Settings) -> None:
    data_dir = str(real_settings.data_dir)
    explained = itsm("--data-dir", data_dir, "search", "-k", "2", "--explain", "CAB").stdout
    assert explained.count(b"passage cosine") == 2
    found = json.loads(itsm("--data-dir", data_dir, "search", "--json", "-k", "2", "CAB").stdout)
    assert len(found["hits"]) == 2


@pytest.mark.model
def test_index_status_verify_and_doctor_agree(real_settings: Settings) -> None:
    data_dir = str(real_settings.data_dir)
    status = json.loads(itsm("--data-dir", data_dir, "index", "status", "--json").stdout)
    verified = json.loads(itsm("--data-dir", data_dir, "index", "verify", "--json").stdout)
    doctor = itsm("--data-dir", data_dir, "doctor", "--json")
    assert status["up_to_date"] is True
    assert verified == {"build": status["id"], "files": len(status["files"]), "intact": True}
    assert doctor.returncode == 0
    assert [check["passed"] for check in json.loads(doctor.stdout)] == [True] * 5


@pytest.mark.model
def test_a_changed_model_of_the_build_is_refused(real_settings: Settings, tmp_path: Path) -> None:
    """A copy of the real build whose encoder differs in one bit."""
    import shutil

    data_dir = tmp_path / "data"
    shutil.copytree(real_settings.data_dir, data_dir)
    published = build_folder(data_dir, publication(data_dir).current)
    encoder = published / "encoder" / "model.onnx"
    content = bytearray(encoder.read_bytes())
    content[-1] ^= 1
    encoder.write_bytes(content)
    fails(4, "model.onnx has SHA-256", "--data-dir", str(data_dir), "ask", "CAB")


@pytest.mark.parametrize("arguments", [("ask", "CAB"), ("search", "CAB"), ("index", "verify")])
def test_without_an_index_the_remedy_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    fails(4, "Run `itsm index build`", *arguments, ITSM_DATA_DIR=str(tmp_path))


def test_a_question_is_checked_before_anything_is_opened(tmp_path: Path) -> None:
    nowhere = {"ITSM_DATA_DIR": str(tmp_path)}
    fails(2, "The question is empty", "ask", " ", **nowhere)
    fails(2, "2,001 characters", "ask", "x" * 2001, **nowhere)
    fails(2, "not valid UTF-8", "ask", b"caf\xe9", **nowhere)


def test_standard_input_must_be_utf8(tmp_path: Path) -> None:
    done = itsm("ask", "-", stdin=b"caf\xe9", ITSM_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert b"Standard input is not UTF-8 (byte 3)" in done.stderr


def test_an_unknown_setting_is_an_error() -> None:
    fails(2, "'prot', which is not a setting", "index", "status", ITSM_PROT="1")


def test_an_unknown_option_shows_usage() -> None:
    done = itsm("ask", "--nope", "CAB")
    assert done.returncode == 2
    assert b"No such option" in done.stderr


def test_a_missing_handbook_or_model_fails_the_build(tmp_path: Path) -> None:
    nowhere = {"ITSM_DATA_DIR": str(tmp_path / "data")}
    empty = tmp_path / "empty"
    empty.mkdir()
    fails(5, "No Markdown file below", "--corpus-dir", str(empty), "index", "build", **nowhere)
    fails(5, "no model folder", "--model", str(tmp_path / "none"), "index", "build", **nowhere)
    assert not (tmp_path / "data" / "published.json").exists()


def test_a_server_goes_on_with_an_earlier_build_while_the_handbook_is_broken(
    corpus_dir: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=data_dir, corpus_dir=corpus_dir)
    (corpus_dir / "bad.md").write_text("---\nverified: 2026-02-30\n---\n# Bad\n")
    with pytest.raises(CorpusError, match=r"bad\.md"):
        build_or_keep(settings, None)
    (corpus_dir / "bad.md").rename(corpus_dir / "bad.txt")
    build = build_tiny(corpus_dir, data_dir).id
    (corpus_dir / "bad.txt").rename(corpus_dir / "bad.md")
    build_or_keep(settings, None)
    said = capsys.readouterr().err
    assert "bad.md: the front matter is not YAML" in said
    assert f"Serving build {build}." in said
    assert publication(data_dir).current == build


def test_the_check_of_a_handbook_prints_place_and_remedy(corpus_dir: Path, tmp_path: Path) -> None:
    arguments = ("--corpus-dir", str(corpus_dir), "corpus", "check")
    done = itsm(*arguments, ITSM_DATA_DIR=str(tmp_path / "none"))
    assert done.returncode == 5
    lines = done.stdout.decode().splitlines()
    assert any("change/cab.md:1: the front matter has no `verified`. Add it." in x for x in lines)
    assert b"Not checked: near-duplicate passages: There is no index" in done.stderr
    wire = json.loads(itsm(*arguments, "--json", ITSM_DATA_DIR=str(tmp_path / "none")).stdout)
    assert len(wire["findings"]) == len(lines)
    assert "There is no index" in wire["not_checked"][0]


@pytest.mark.model
def test_the_shipped_handbook_passes_the_whole_check(real_settings: Settings) -> None:
    done = itsm("corpus", "check", "--json", ITSM_DATA_DIR=str(real_settings.data_dir))
    assert json.loads(done.stdout) == {"findings": [], "not_checked": []}
    assert done.returncode == 0


def test_a_build_of_another_model_is_refused_by_name(corpus_dir: Path, data_dir: Path) -> None:
    build_tiny(corpus_dir, data_dir)
    fails(4, "made with model hashing", "--data-dir", str(data_dir), "ask", "CAB")


def test_doctor_exits_with_4_and_names_what_is_broken(tmp_path: Path) -> None:
    done = itsm("doctor", ITSM_DATA_DIR=str(tmp_path))
    assert done.returncode == 4
    assert b"FAIL  index: There is no index in" in done.stdout
    url = "postgresql://someone:secret@127.0.0.1:1/none"
    done = itsm("doctor", ITSM_DATA_DIR=str(tmp_path), ITSM_DATABASE_URL=url)
    assert b"FAIL  database: The database cannot be used" in done.stdout
    assert b"secret" not in done.stdout + done.stderr


def test_a_taken_port_is_said(corpus_dir: Path, data_dir: Path) -> None:
    from assistant.errors import SettingsError
    from web.serve import _listen

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Cannot listen on 127.0.0.1:{port}"):
            _listen("127.0.0.1", port)


@pytest.mark.model
def test_a_server_that_has_built_first_is_rid_of_what_building_takes(
    corpus_dir: Path, data_dir: Path
) -> None:
    environment = {"ITSM_CORPUS_DIR": str(corpus_dir), "ITSM_DATA_DIR": str(data_dir)}
    process = subprocess.Popen(
        [*ITSM, "serve", "--build", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        cwd=PROJECT,
    )
    try:
        assert process.stderr
        said = (re.match(r"Ask the handbook at (\S+)", line) for line in process.stderr)
        address = next(match[1] for match in said if match)
        with urllib.request.urlopen(f"{address}/healthz") as reply:  # only then can it be stopped
            assert reply.status == 200
        assert "libtorch" not in Path(f"/proc/{process.pid}/maps").read_text()
        assert publication(data_dir).current
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.model
def test_serve_prints_its_address_answers_and_stops_cleanly(real_settings: Settings) -> None:
    process = subprocess.Popen(
        [*ITSM, "--data-dir", str(real_settings.data_dir), "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        assert process.stderr
        address = process.stderr.readline().split()[4]
        assert address.startswith("http://127.0.0.1:")
        body = json.dumps({"question": "What do I put in a PIR?"}).encode()
        request = urllib.request.Request(
            f"{address}/api/v1/ask", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            assert json.load(response)["status"] == "answered"
        maps = Path(f"/proc/{process.pid}/maps")
        if maps.exists():
            assert "libtorch" not in maps.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        process.communicate(timeout=30)
    assert time.monotonic() - started < 20
