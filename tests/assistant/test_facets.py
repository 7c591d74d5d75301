from __future__ import annotations

from assistant.facets import FACETS, find
from assistant.prefixes import prefixes
from assistant.suggest import Suggester
from corpus.blocks import HEADING_KINDS, SAYING_PARTS
from index.search import Index


def test_every_kind_of_block_belongs_to_one_facet() -> None:
    kinds = [kind for _, members in FACETS.values() for kind in members]
    assert len(kinds) == len(set(kinds))
    plain = {"paragraph", "list", "table", "code", "quote", "saying", "view"}
    marked = {"definition", "why", "example", "metric", "myth"}
    assert {*HEADING_KINDS.values(), *SAYING_PARTS, *plain, *marked} <= set(kinds)


def test_a_match_points_at_the_nearest_sentence_of_its_passage(tiny_index: Index) -> None:
    match = find(tiny_index, "implement a rejected change").matches[0]
    text = tiny_index.documents[match.passage.document_id].text
    assert text[match.span.start : match.span.end] == "Never implement a rejected change."
    assert match.kind == "dont"


def test_a_facet_keeps_what_has_it_and_counts_what_each_box_would_leave(tiny_index: Index) -> None:
    everything = find(tiny_index, "change")
    steps = find(tiny_index, "change", kinds=frozenset({"steps"}))
    assert steps.total == everything.kinds["steps"] == 1
    assert steps.matches[0].kind == "steps"
    assert steps.kinds == everything.kinds
    assert sum(steps.sections.values()) == 1
    faq = find(tiny_index, "change", sections=frozenset({"faq"}), kinds=frozenset({"steps"}))
    assert (faq.total, faq.matches) == (0, [])


def test_pages_follow_each_other_without_gap_or_repetition(tiny_index: Index) -> None:
    everything = [one.passage.id for one in find(tiny_index, "incident change").matches]
    pages = [
        find(tiny_index, "incident change", first=at, count=2).matches for at in range(0, 9, 2)
    ]
    assert [one.passage.id for page in pages for one in page] == everything[:10]


def test_words_that_stand_nowhere_are_told(tiny_index: Index) -> None:
    assert find(tiny_index, "incident").literal
    assert not find(tiny_index, "zeppelin").literal


def test_suggestions_begin_as_was_typed_and_name_each_place_once(tiny_index: Index) -> None:
    suggester = Suggester(tiny_index)
    assert [(one.text, one.kind) for one in suggester.suggest("wha cab")] == [
        ("What a CAB is", "heading")
    ]
    assert [one.text for one in suggester.suggest("refused")] == [
        "My change was refused. What now?"
    ]
    assert len(suggester.suggest("the", limit=2)) <= 2
    assert suggester.suggest(" ?") == []


def test_a_flood_of_typed_words_is_as_good_as_its_first_few() -> None:
    assert prefixes("the cab " * 500) == (" the", " cab")
    assert 10 < len(prefixes(" ".join(map(str, range(1000))))) < 100


def test_a_myth_is_found_by_its_fact(tiny_index: Index) -> None:
    found = find(tiny_index, "An incident turns into a problem after a day", count=50)
    myth = next(one for one in found.matches if one.kind == "myth")
    assert myth.span.kind == "fact"
