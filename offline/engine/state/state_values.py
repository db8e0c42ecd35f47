"""Property values as they rest in the state: JSON, with secrets and unknowns as marked objects.

`wire.py` has their other form, the one in which they travel.
Source: https://github.com/pulumi/pulumi/blob/master/pkg/resource/stack/deployment.go (SerializePropertyValue)
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from offline.engine.errors import StateError, UnsupportedError
from offline.engine.model import marks
from offline.engine.model.values import UNKNOWN, Properties, Secret, Unknown, Value
from offline.engine.state.crypto import PassphraseCrypter

__all__ = ["ValueCodec"]

NUMBER: Final = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"

_Place: TypeAlias = tuple[str | int, ...]


class ValueCodec:
    """Turns values into their JSON and back; a secret that is still what it was keeps its ciphertext.

    What it was is known by place (resource, property, path), so that equal secrets elsewhere look different.
    """

    def __init__(self, crypter: PassphraseCrypter) -> None:
        self._crypter = crypter
        self._sealed: dict[_Place, tuple[str, str]] = {}

    def encode_properties(self, properties: Properties, place: _Place) -> dict[str, Any]:
        """Write properties, keys sorted; `place` tells them apart from others: (urn, "inputs")."""
        return {key: self._encode(properties[key], (*place, key)) for key in sorted(properties)}

    def decode_properties(self, raw: Mapping[str, Any], place: _Place) -> Properties:
        """Read properties.

        Raises:
            StateError: if a secret is malformed or cannot be opened.
            UnsupportedError: if a value is an asset, an archive or a reference to a resource.
        """
        return {key: self._decode(value, (*place, key)) for key, value in raw.items()}

    def _encode(self, value: Value, place: _Place) -> Any:
        match value:
            case Secret():
                return {marks.SIGNATURE: marks.SECRET, "ciphertext": self._seal(value.value, place)}
            case Unknown():
                return marks.UNKNOWN_TEXT
            case Mapping():
                return {key: self._encode(value[key], (*place, key)) for key in sorted(value)}
            case list() | tuple():
                return [self._encode(part, (*place, index)) for index, part in enumerate(value)]
            case float():
                return _encode_number(value)
            case _:
                return value

    def _decode(self, raw: Any, place: _Place) -> Value:
        match raw:
            case {marks.SIGNATURE: str(kind)}:
                return self._decode_marked(raw, kind, place)
            case dict():
                return {key: self._decode(part, (*place, key)) for key, part in raw.items()}
            case list():
                return [self._decode(part, (*place, index)) for index, part in enumerate(raw)]
            case marks.UNKNOWN_TEXT:
                return UNKNOWN
            case bool() | int() | float() | str() | None:
                return raw
            case _:
                raise StateError("the state holds a value that is not JSON")

    def _decode_marked(self, raw: Mapping[str, Any], kind: str, place: _Place) -> Value:
        if kind == NUMBER:
            return float(struct.unpack(">d", bytes.fromhex(str(raw.get("value"))))[0])
        if kind != marks.SECRET:
            what = marks.FOREIGN.get(kind, "a value of a kind unknown to it")
            raise UnsupportedError(f"{what} in the state ({place[1]}.{place[2]} of {place[0]})")
        ciphertext, plaintext = raw.get("ciphertext"), raw.get("plaintext")
        if isinstance(ciphertext, str) and ciphertext:
            plaintext = self._crypter.decrypt(ciphertext)
            self._sealed[place] = (plaintext, ciphertext)
        if not isinstance(plaintext, str):
            raise StateError(f"a secret of the state has no text ({place[1]}.{place[2]} of {place[0]})")
        try:
            inner = json.loads(plaintext)
        except ValueError:
            raise StateError(
                f"a secret of the state is not JSON ({place[1]}.{place[2]} of {place[0]})"
            ) from None
        return Secret(self._decode(inner, place))

    def _seal(self, value: Value, place: _Place) -> str:
        # A secret inside a secret needs no ciphertext of its own; the mark alone is not kept either.
        plaintext = json.dumps(self._encode_open(value), ensure_ascii=False, separators=(",", ":"))
        known = self._sealed.get(place)
        if known is None or known[0] != plaintext:
            known = (plaintext, self._crypter.encrypt(plaintext))
            self._sealed[place] = known
        return known[1]

    def _encode_open(self, value: Value) -> Any:
        match value:
            case Secret():
                return self._encode_open(value.value)
            case Mapping():
                return {key: self._encode_open(value[key]) for key in sorted(value)}
            case list() | tuple():
                return [self._encode_open(part) for part in value]
            case _:
                return self._encode(value, ())


def _encode_number(value: float) -> Any:
    if not math.isfinite(value):
        return {marks.SIGNATURE: NUMBER, "value": struct.pack(">d", value).hex()}
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
