"""Secret hides its text from everything but reveal()."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from providers._api.secret import Secret

TEXT = "5up3r-s3cret"


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, lambda secret: f"{secret!r:>40}", lambda secret: repr([secret])],
    ids=["repr", "str", "format", "f-string", "inside a list"],
)
def test_secret_shown_hides_its_text(show: Callable[[Secret], str]):
    """Logs and error texts are made by these."""
    assert TEXT not in show(Secret(TEXT))


def test_secret_revealed_gives_its_text():
    """The request needs it."""
    assert TEXT == Secret(TEXT).reveal()


def test_secret_equal_texts_are_equal_and_hash_alike():
    """Equal settings must share one connection."""
    assert {Secret(TEXT)} == {Secret(TEXT), Secret("" + TEXT)}
    assert Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT


@pytest.mark.parametrize("store", [pickle.dumps, copy.copy], ids=["pickle", "copy"])
def test_secret_stored_raises(store: Callable[[object], object]):
    """A provider's attributes are pickled into the state."""
    with pytest.raises(TypeError, match=r"^a Secret is never pickled$"):
        store(Secret(TEXT))
