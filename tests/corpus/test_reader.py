from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.handbook import read_handbook
from corpus.reader import canonical, read_document, read_documents, text_sha256


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_front_matter_becomes_fields_and_metadata(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a/b.md", "---\nid: X1\ntitle: T\nsection: s\nseen: 2026-11-22\n---\n\n# T\n"
    )
    document = read_document(path, tmp_path)
    assert (document.id, document.title, document.section) == ("X1", "T", "s")
    assert document.metadata == {"seen": "2026-11-22"}
    assert document.text == "# T\n"


def test_plain_markdown_gets_id_title_and_section_from_file(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, "How/To.md", "# A *title*\n\nText.\n"), tmp_path)
    assert (document.id, document.title, document.section) == ("how-to", "A *title*", "How")


def test_text_is_canonical_whatever_the_editor_wrote(tmp_path: Path) -> None:
    path = write(tmp_path, "x.md", b"\xef\xbb\xbf# T\r\n\r\ncafe\xcc\x81\r")
    document = read_document(path, tmp_path)
    assert document.text == "# T\n\ncaf\u00e9\n"
    assert document.sha256 == text_sha256(document.text)


def test_canonical_is_idempotent() -> None:
    once = canonical("\ufeffa\r\nb\rcafe\u0301\x00")
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# T\n\xff", "not UTF-8: byte 4 is 0xff"),
        ("---\na: [\n---\n", "not YAML"),
        ("---\n- a\n---\n", "expected `key: value`"),
        ("---\nverified: 2026-02-30\n---\n", "not YAML (day is out of range"),
        ("---\naliases: one\n---\n", "`aliases` in the front matter is 'one'"),
        ("---\naliases: [one, ]\nrelated: [[X]]\n---\n", "Write a list of texts"),
        ("---\nsources: [https://example.org]\n---\n", "Write a list of sources"),
        ("---\ntitle: {a: b}\n---\n", "Write a text"),
        ("---\nview: maybe\n---\n", "Write `true` or `false`"),
    ],
)
def test_unreadable_file_is_named_with_the_reason(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    write(tmp_path, "bad.md", content)
    with pytest.raises(CorpusError, match="bad.md") as caught:
        read_documents(tmp_path)
    assert said in str(caught.value)


def test_an_empty_value_counts_as_absent_and_a_number_as_text(tmp_path: Path) -> None:
    empty = "---\nid:\ntitle: ''\nsection:\nsummary:\naliases:\nsources:\nown:\n---\n# T\n"
    document = read_document(write(tmp_path, "a/b.md", empty), tmp_path)
    assert (document.id, document.title, document.section) == ("a-b", "T", "a")
    assert document.metadata == {}
    numbers = "---\nid: 7\ntitle: 365\naliases: [1.5, two]\nsources: [{title: 42}]\n---\n"
    document = read_document(write(tmp_path, "n.md", numbers), tmp_path)
    assert (document.id, document.title) == ("7", "365")
    assert document.metadata["aliases"] == ["1.5", "two"]
    assert document.metadata["sources"] == [{"title": "42", "url": "", "seen": ""}]


def test_what_editors_and_systems_leave_beside_the_documents_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# A\n")
    (tmp_path / ".#a.md").symlink_to("ada@host.4242")
    write(tmp_path, "._a.md", b"\x00\x05\xff")
    write(tmp_path, ".trash/b.md", "# B\n")
    write(tmp_path, "folder.md/c.md", "# C\n")
    assert [one.path for one in read_documents(tmp_path)] == ["a.md", "folder.md/c.md"]


def test_a_handbook_of_headings_alone_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# A\n\n## B\n")
    with pytest.raises(CorpusError, match="nothing but headings"):
        read_handbook(tmp_path)


def test_two_documents_of_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\nid: X\n---\n# A\n")
    write(tmp_path, "b.md", "---\nid: X\n---\n# B\n")
    with pytest.raises(CorpusError, match=r"b\.md and a\.md both have the id 'X'"):
        read_documents(tmp_path)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No Markdown file below"):
        read_documents(tmp_path / "none")
