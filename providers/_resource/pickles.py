"""Which provider a state names: what stands in its pickle, not the pickle's bytes.

A provider class that can be imported is pickled as a reference, its module and its name. Another version of Python or
of the pickling library may write the same reference in other bytes, which is no change; nor is the other of the two
names that this package has, one in a clone and one where it is installed: either serves what names the other.
"""

from __future__ import annotations

import base64
import pickletools

__all__ = ["same_provider"]

_NAMES = ("providers.", "pulumi_twilio_conversations.")


def same_provider(recorded: object, declared: object) -> bool:
    """Tell whether two pickles of providers, as a state has them, refer to the same; one not known is no other."""
    if not isinstance(recorded, str) or not isinstance(declared, str) or recorded == declared:
        return True
    one, other = _content(recorded), _content(declared)
    # An unknown value of a preview is a text too, and no pickle.
    return one is None or other is None or one == other


def _content(pickled: str) -> tuple[str, list[bytes]] | None:
    """Give the texts and the code in a pickle, without running it; None if it is none."""
    try:
        operations = pickletools.genops(base64.b64decode(pickled, validate=True))
        arguments = [argument for _, argument, _ in operations]
    except ValueError:
        return None
    # Module and name are two texts, or one with a blank between.
    words = " ".join(each for each in arguments if isinstance(each, str)).split(" ")
    return " ".join(_within(word) for word in words), [each for each in arguments if isinstance(each, bytes)]


def _within(word: str) -> str:
    """Give the place of a module of this package without the package's name; any other word as it is."""
    return next((f".{word.removeprefix(name)}" for name in _NAMES if word.startswith(name)), word)
