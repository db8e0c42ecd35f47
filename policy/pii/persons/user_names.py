# ruff: noqa: SIM905 (tables of letters)
"""User names made of a surname and an initial: jnovak, novakj, rjblackwood; no judgement, only how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..lexicon import Lexicon

_SHORTEST = 6
_SHORTEST_SURNAME = 4
_SURE_SURNAME = 7
"""Letters of a little-known surname that tell it from a word's end: shopman is no S. Hopman."""
_BEGINNINGS = frozenset(
    (
        "bl br ch cl cr cz dj dr dz fl fr gh gl gn gr gw kh kl kn kr kw ll mb mc mg mp nd ng nj nk nt ph pl "
        "pr ps qu rh rz sc sh sj sk sl sm sn sp sq st sv sw sz th tr ts tw tz vl vr wh wl wr zb zd zh zl zm "
        "zn zv zw"
    ).split()
)
_ENDS = frozenset(
    (
        "bb bs ch ck cs ct cz dd ds dt ff ft gg gh gs hl hm hn hr hs ht kh kk ks ld lf lg lk ll lm ln lp ls "
        "lt lz mb mm mp ms nc nd ng nh nk nn ns nt nz ph pp ps pt rb rc rd rf rg rk rl rm rn rp rr rs rt rz "
        "sh sk sm sp ss st sz th tl ts tt tz wl wn ws zz"
    ).split()
)
"""Pairs of consonants that words begin and end with."""


def user_name(folded: str, lexicon: Lexicon, level_of: Callable[[str], str]) -> str:
    """Tell a surname with an initial before or behind it, or two before: how it is known is the second letter.

    s: a well-known surname, v: one that is an everyday word too, t: a little-known one, n and m: one by its letters.
    An exclamation mark follows where the initial makes a beginning or an end that words don't have: jnovak, novakj.
    """
    best, odd = "", False
    begins_oddly, ends_oddly = _is_odd(folded[:2], _BEGINNINGS), _is_odd(folded[-2:], _ENDS)
    for parts, surname, is_odd in (
        ("i", folded[1:], begins_oddly),
        ("s", folded[:-1], ends_oddly),
        ("j", folded[2:], begins_oddly),
    ):
        known = _surname(surname, lexicon)
        if known == "t" and not is_odd and len(surname) < _SURE_SURNAME:
            continue
        if known and (not best or _KNOWN.index(known) < _KNOWN.index(best[1])):
            best, odd = parts + known, is_odd
    if not best and begins_oddly and len(folded) > _SHORTEST:
        best, odd = {"5": "im", "6": "in", "7": "in", "8": "in"}.get(level_of(folded[1:]), ""), True
    return best + "!" if best and odd else best


def _is_odd(pair: str, usual: frozenset[str]) -> bool:
    """Tell two consonants that stand at the same end of few words."""
    return pair.isascii() and not set(pair) & set("aeiouy") and pair not in usual


_KNOWN = "svt"


def _surname(folded: str, lexicon: Lexicon) -> str:
    if len(folded) < _SHORTEST_SURNAME:
        return ""
    mask = lexicon.mask(folded)
    if mask[1] == "2":
        return "v" if mask[2] == "2" else "s"
    return "t" if mask[1] == "1" and mask[2] == "0" and len(folded) > _SHORTEST_SURNAME else ""
