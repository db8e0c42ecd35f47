"""Which provider a state names: what stands in its pickle, not the pickle's bytes.

A provider class that can be imported is pickled as a reference, its module and its name. Another version of Python or
of the pickling library may write the same reference in other bytes, which is no change.
"""

from __future__ import annotations

import base64
import pickletools

__all__ = ["same_provider"]


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
    texts = " ".join(each for each in arguments if isinstance(each, str))
    return texts, [each for each in arguments if isinstance(each, bytes)]
