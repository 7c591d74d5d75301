from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.errors import SettingsError
from assistant.etiquette import Situation, choose, collect_cards, group, load_situations, nearest
from assistant.settings import Settings
from corpus.blocks import parse_blocks
from corpus.reader import read_documents
from index.search import Index

SITUATIONS = (Situation("cab", "CAB", words=("CAB",)), Situation("x", "X", sections=("faq",)))


def test_each_card_is_the_exact_text_of_an_item(tiny_index: Index) -> None:
    cards = collect_cards(tiny_index, SITUATIONS)
    assert [(card.kind, card.text) for card in cards] == [
        ("do", "Send the request for change in time, because members read it first."),
        ("do", "Bring test evidence for the change."),
        ("dont", "Do not complain about a CAB decision in public."),
        ("dont", "Never implement a rejected change."),
    ]
    for card in cards:
        assert tiny_index.documents[card.document_id].text[card.start : card.end] == card.text
    assert len({card.id for card in cards}) == len(cards)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 4),
        ({"situation": "cab"}, 4),
        ({"situation": "x"}, 0),
        ({"typed": "evid"}, 1),
        ({"typed": "PUBLIC cab"}, 1),
        ({"typed": "vidence"}, 0),
        ({"typed": "before"}, 2),
        ({"typed": "how about what is rejected"}, 0),
        ({"typed": "how would you implement what is rejected"}, 1),
        ({"typed": "with"}, 0),
    ],
)
def test_cards_are_chosen_by_situation_and_beginnings_of_words(
    tiny_index: Index, wanted: dict[str, str], count: int
) -> None:
    assert len(choose(collect_cards(tiny_index, SITUATIONS), **wanted)) == count


def test_cards_are_found_by_meaning(tiny_index: Index) -> None:
    cards = collect_cards(tiny_index, ())
    assert nearest(tiny_index, cards, "modifications before they go live") == list(cards)
    assert nearest(tiny_index, cards, "zeppelin") == []
    assert nearest(tiny_index, (), "zeppelin") == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("vice president", "Owning mistakes without blame"),
        ("CAB chair", "How to behave in and after a CAB"),
        ("disagree with CAB", "How to behave in and after a CAB"),
        ("major incident bridge", "Major incident management"),
    ],
)
def test_words_that_no_card_has_lead_to_cards_of_their_meaning(
    real: Assistant, typed: str, title: str
) -> None:
    cards = real.reference.cards
    assert choose(cards, typed=typed) == []
    found = nearest(real.index, cards, typed)
    assert title in {card.title for card in found}
    assert len(group(found)) == len({card.document_id for card in found})


def test_cards_are_grouped_by_document(tiny_index: Index) -> None:
    groups = group(collect_cards(tiny_index, ()))
    assert [(one.title, len(one.of("do")), len(one.of("dont"))) for one in groups] == [
        ("Change advisory board", 2, 2)
    ]


def test_every_list_of_the_handbook_is_in_a_situation_and_every_situation_has_one() -> None:
    situations, used = load_situations(), set()
    for document in read_documents(Settings().corpus_dir):
        for block in parse_blocks(document)[0]:
            if block.kind in {"do", "dont"}:
                fitting = {one.id for one in situations if one.holds(document, block)}
                assert fitting, f"{document.id}: {block.label}"
                used |= fitting
    assert used == {one.id for one in situations}


def test_a_situation_that_is_not_of_the_form_is_named(tmp_path: Path) -> None:
    path = tmp_path / "situations.yaml"
    path.write_text("- id: cab\n  nmae: CAB\n")
    with pytest.raises(SettingsError, match="situations.yaml"):
        load_situations(path)
