"""Property values on the wire: `Value` to and from google.protobuf.Struct, with Pulumi's signatures.

Not here: how values rest in the state file (`state_values.py`).
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf import struct_pb2

from offline.engine.errors import UnsupportedError
from offline.engine.model.marks import FOREIGN, OUTPUT, SECRET, SIGNATURE, UNKNOWN_TEXT
from offline.engine.model.values import UNKNOWN, Properties, Secret, Unknown, Value

__all__ = ["from_struct", "from_value", "to_struct"]

_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def to_struct(properties: Properties, *, keep_secrets: bool) -> struct_pb2.Struct:
    """Return properties for the wire; without `keep_secrets` a secret travels as what it holds."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _put(struct.fields[key], value, keep_secrets)
    return struct


def from_struct(struct: struct_pb2.Struct | None) -> Properties:
    """Return properties from the wire, none for None; integral numbers become `int`.

    Raises:
        UnsupportedError: if a value is an asset, an archive or a reference to a resource.
    """
    return {} if struct is None else {key: from_value(struct.fields[key]) for key in sorted(struct.fields)}


def from_value(value: struct_pb2.Value) -> Value:
    """Return one value from the wire; see `from_struct`."""
    match value.WhichOneof("kind"):
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "list_value":
            return [from_value(part) for part in value.list_value.values]
        case "struct_value":
            return _from_mapping(value.struct_value)
        case _:
            return None


def _from_mapping(struct: struct_pb2.Struct) -> Value:
    if SIGNATURE not in struct.fields:
        return from_struct(struct)
    signature = struct.fields[SIGNATURE].string_value
    if signature == SECRET:
        return _secret(from_value(struct.fields["value"]))
    if signature == OUTPUT:
        value = from_value(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
        return _secret(value) if struct.fields["secret"].bool_value else value
    raise UnsupportedError(FOREIGN.get(signature, "a value of unknown kind"))


def _secret(value: Value) -> Secret:
    return value if isinstance(value, Secret) else Secret(value)


def _put(slot: struct_pb2.Value, value: Value, keep_secrets: bool) -> None:
    match value:
        case None:
            slot.null_value = struct_pb2.NULL_VALUE
        case bool():
            slot.bool_value = value
        case int() | float():
            slot.number_value = value
        case str():
            slot.string_value = value
        case Unknown():
            slot.string_value = UNKNOWN_TEXT
        case Secret():
            if keep_secrets:
                slot.struct_value.fields[SIGNATURE].string_value = SECRET
                _put(slot.struct_value.fields["value"], value.value, keep_secrets)
            else:
                _put(slot, value.value, keep_secrets)
        case Mapping():
            slot.struct_value.SetInParent()
            for key, part in value.items():
                _put(slot.struct_value.fields[key], part, keep_secrets)
        case _:
            slot.list_value.SetInParent()
            for part in value:
                _put(slot.list_value.values.add(), part, keep_secrets)
