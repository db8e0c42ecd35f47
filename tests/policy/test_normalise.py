# ruff: noqa: RUF001 (letters of many scripts are what is tested)
"""Normalisation: words, and the way back to the text as given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.pii.normalise import fold, read

WORDS = {
    "camel_case": ("PetraNovakDesk", ["petra", "novak", "desk"]),
    "acronym": ("EUSupportQA", ["eu", "support", "qa"]),
    "gaelic": ("TomMcAllisterDev", ["tom", "mcallister", "dev"]),
    "apostrophe_name": ("Bradley O'Shea", ["bradley", "oshea"]),
    "possessive": ("Ngozi's desk", ["ngozi", "s", "desk"]),
    "slug": ("okafor_ngozi-uat.2", ["okafor", "ngozi", "uat", "2"]),
    "digits": ("eu1prod", ["eu", "1", "prod"]),
    "diacritics": ("Žofie Müller", ["zofie", "muller"]),
    "full_width": ("Ｊａｎｅ", ["jane"]),
    "zero_width": ("Ja\u200bne", ["jane"]),
    "decomposed": ("Zoe\u0308", ["zoe"]),
    "scripts": ("Москвdesk", ["москв", "desk"]),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS.keys())
def test_words_are_split_and_folded(text: str, expected: list[str]) -> None:
    """However a name is written, its words come out alike."""
    assert expected == [token.folded for token in read(text).tokens]


def test_span_points_into_the_text_as_given() -> None:
    """A finding must name characters that the user can count."""
    raw = "\u200b«Ｊａｎｅ» desk"
    text = read(raw)
    jane = text.tokens[0]

    start, end = text.span(jane.start, jane.end)

    assert "Ｊａｎｅ" == raw[start:end]


@given(st.text(max_size=256))
def test_any_text_keeps_its_spans_in_order(raw: str) -> None:
    """Whatever comes in, every word has a place in the text, in order."""
    text = read(raw)

    spans = [text.span(token.start, token.end) for token in text.tokens]

    assert sorted(spans) == spans
    assert all(0 <= start < end <= len(raw) for start, end in spans)


@given(st.text(max_size=64))
def test_folding_twice_changes_nothing(raw: str) -> None:
    """Words are compared after folding, so folding must be stable."""
    once = fold(raw)

    assert fold(once) == once
