"""Values to and from the wire."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.engine.errors import UnsupportedError
from offline.engine.hosts.wire import from_struct, to_struct
from offline.engine.model.marks import UNKNOWN_TEXT
from offline.engine.model.values import UNKNOWN, Secret, Value, reveal

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.just(UNKNOWN)
)
keys = st.text().filter(lambda key: key != SIGNATURE)
leaves = scalars | st.builds(Secret, scalars | st.lists(scalars, max_size=2))
values = st.recursive(
    leaves, lambda part: st.lists(part, max_size=3) | st.dictionaries(keys, part, max_size=3), max_leaves=8
)
some_properties = st.dictionaries(keys, values, max_size=3)


def struct(value: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


@settings(deadline=None)
@given(some_properties)
def test_values_survive_the_way_there_and_back(properties: dict[str, Value]) -> None:
    """Nothing is lost but the difference between 1.0 and 1."""
    assert properties == from_struct(to_struct(properties, keep_secrets=True))


@settings(deadline=None)
@given(some_properties)
def test_secrets_travel_bare_where_they_are_not_kept(properties: dict[str, Value]) -> None:
    """A provider written in Python wants no marks."""
    assert reveal(properties) == from_struct(to_struct(properties, keep_secrets=False))


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param(UNKNOWN_TEXT, UNKNOWN, id="unknown-string"),
        pytest.param("3eeb2bf0-c639-47a8-9e75-3b44932eb421", UNKNOWN, id="unknown-number"),
        pytest.param({SIGNATURE: SECRET, "value": "x"}, Secret("x"), id="secret"),
        pytest.param({SIGNATURE: SECRET, "value": UNKNOWN_TEXT}, Secret(UNKNOWN), id="unknown-secret"),
        pytest.param(
            {SIGNATURE: SECRET, "value": {SIGNATURE: SECRET, "value": 1}}, Secret(1), id="secret-in-secret"
        ),
        pytest.param({SIGNATURE: OUTPUT, "value": 1.5, "dependencies": ["u"]}, 1.5, id="output"),
        pytest.param({SIGNATURE: OUTPUT, "secret": True, "value": [1]}, Secret([1]), id="secret-output"),
        pytest.param({SIGNATURE: OUTPUT}, UNKNOWN, id="unknown-output"),
        pytest.param(4.0, 4, id="integral-number"),
        pytest.param(None, None, id="null"),
    ],
)
def test_wire_value_is_understood(wire: Any, value: Value) -> None:
    """Signatures become what they mean."""
    found = from_struct(struct({"key": wire}))["key"]

    assert (type(value), value) == (type(found), found)


@pytest.mark.parametrize(
    ("signature", "what"),
    [
        ("c44067f5952c0a294b673a41bacd8c17", "an asset"),
        ("0def7320c3a5731c473e5ecbe6d01bc7", "an archive"),
        ("5cf8f73096256a8f31e491e813e4eb8e", "a reference to a resource"),
        ("00000000000000000000000000000000", "a value of unknown kind"),
    ],
)
def test_wire_value_of_another_kind_is_refused(signature: str, what: str) -> None:
    """A guess would end up in the state."""
    with pytest.raises(UnsupportedError, match=what):
        from_struct(struct({"list": [{"key": {SIGNATURE: signature}}]}))
