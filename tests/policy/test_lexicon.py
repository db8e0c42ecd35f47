"""The lexicon's file: what is written is read back, whatever the words."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.pii.lexicon import NO_MASK, Lexicon, read_lexicon, write_keys

MASKS = st.sampled_from(["20000", "02000", "11200", "00020", "00001"])


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), MASKS, min_size=1, max_size=60))
def test_words_are_read_back(masks: dict[str, str]) -> None:
    """Fingerprints are kept by the steps between them, a byte of each at a time: none may be lost or moved."""
    made = Lexicon.of(masks, {"desk": "head"}, frozenset({"prod"}))
    head = ["# made by a test", " ".join(made.labels), "head\tdesk", "trade\tprod", str(len(made.keys))]
    body = ("\n".join(head) + "\n").encode() + write_keys(made.keys) + made.values

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lexicon.bin.gz")
        path.write_bytes(gzip.compress(body))
        read = read_lexicon(path)

    assert made == read
    assert all(read.mask(word) != NO_MASK for word in masks)
    assert (read.knows("desk"), read.knows("prod")) == (True, True)
