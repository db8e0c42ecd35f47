"""The state as a file: read, written, and kept as it was where this engine has no say."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.engine.errors import EngineError, StateError, UnsupportedError
from offline.engine.model.resource import PendingOperation, Resource, Snapshot
from offline.engine.model.values import UNKNOWN, Secret, Value
from offline.engine.state.backend import StackRef
from offline.engine.state.crypto import PassphraseCrypter
from offline.engine.state.integrity import check_integrity, find_flaw
from offline.engine.state.state_file import StateCodec, parse_state
from tests.engine.commands import Project

REF = StackRef("p", "dev")
CRYPTER = PassphraseCrypter(
    "v1:hr08MuCVyE4=:v1:saI0mUKfBNMLv5lQ:kIYOJsrCBYGOwaRxqpiN1MqB6kKE/g==", lambda: "x"
)
STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
PROVIDER = "urn:pulumi:dev::p::pulumi:providers:pulumi-python::default"
REFERENCE = f"{PROVIDER}::0b5d"


def urn(name: str) -> str:
    return f"urn:pulumi:dev::p::pulumi-python:dynamic/test:Thing::{name}"


def thing(name: str, **fields: Any) -> Resource:
    return Resource(
        urn=urn(name),
        type="pulumi-python:dynamic/test:Thing",
        custom=True,
        **{"id": f"id-{name}", "parent": STACK, "provider": REFERENCE, **fields},
    )


ROOT = Resource(urn=STACK, type="pulumi:pulumi:Stack", custom=False, outputs={"n": 2})
DEFAULT = Resource(urn=PROVIDER, type="pulumi:providers:pulumi-python", custom=True, id="0b5d")
FULL = thing(
    "full",
    inputs={"name": "n", "secret": Secret({"deep": [1, None]})},
    outputs={"name": "n", "made": True, "ratio": 2.5},
    dependencies=(urn("a"),),
    property_dependencies={"name": (urn("a"),), "secret": ()},
    deleted_with=urn("a"),
    aliases=(urn("old"),),
    additional_secret_outputs=("made",),
    ignore_changes=("name",),
    init_errors=("it is not well",),
    protect=True,
    retain_on_delete=True,
    external=True,
    delete=True,
    pending_replacement=True,
    created="2026-01-02T03:04:05.000000006Z",
    modified="2026-01-02T03:04:06Z",
    extra={"importID": "x", "sourcePosition": "project:///__main__.py#3", "customTimeouts": {"create": 60}},
)


def decode(content: bytes, codec: StateCodec | None = None) -> Snapshot:
    return (codec or StateCodec(REF, CRYPTER)).decode(parse_state(content, REF))


def test_state_every_field_comes_back() -> None:
    """Nothing that the state can say is lost, not even what this engine does not use."""
    snapshot = Snapshot(
        resources=(ROOT, DEFAULT, thing("a"), FULL),
        pending=(PendingOperation("creating", thing("b", id="", inputs={"x": 1})),),
        extra={"snippets": [{"uuid": "u"}]},
    )

    assert decode(StateCodec(REF, CRYPTER).encode(snapshot)) == snapshot


def test_state_is_written_in_the_shape_of_the_cli() -> None:
    """Names, order and omissions are those that the CLI writes and reads."""
    content = StateCodec(REF, CRYPTER).encode(
        Snapshot(resources=(ROOT, DEFAULT, thing("a", inputs={"b": 1, "a": 2.0})))
    )

    document = json.loads(content)
    time = document["checkpoint"]["latest"]["manifest"].pop("time")
    assert time.endswith("Z")
    assert document == {
        "version": 3,
        "checkpoint": {
            "stack": "organization/p/dev",
            "latest": {
                "manifest": {"magic": "", "version": ""},
                "secrets_providers": {"type": "passphrase", "state": {"salt": CRYPTER.salt_state}},
                "resources": [
                    {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": {"n": 2}},
                    {"urn": PROVIDER, "custom": True, "id": "0b5d", "type": "pulumi:providers:pulumi-python"},
                    {
                        "urn": urn("a"),
                        "custom": True,
                        "id": "id-a",
                        "type": "pulumi-python:dynamic/test:Thing",
                        "inputs": {"a": 2, "b": 1},
                        "parent": STACK,
                        "provider": REFERENCE,
                    },
                ],
                "metadata": {},
            },
        },
    }


def test_state_never_holds_a_secret_in_the_open() -> None:
    """Wherever a secret stands, its text is not in the file."""
    values = {"a": Secret("hush-1"), "b": [{"c": Secret("hush-2")}], "d": Secret([Secret("hush-3")])}

    content = StateCodec(REF, CRYPTER).encode(
        Snapshot(resources=(thing("a", inputs=values, outputs=values),))
    )

    assert b"hush" not in content
    assert content.count(b"ciphertext") == 6


def test_state_equal_secrets_look_different() -> None:
    """The file does not tell which resources share a secret."""
    both = (thing("a", inputs={"s": Secret("same")}), thing("b", inputs={"s": Secret("same")}))

    latest = json.loads(StateCodec(REF, CRYPTER).encode(Snapshot(resources=both)))["checkpoint"]["latest"]

    assert len({each["inputs"]["s"]["ciphertext"] for each in latest["resources"]}) == 2


def test_state_unchanged_secret_keeps_its_ciphertext() -> None:
    """A resource that is built anew with the same secret reads as unchanged in a diff of the files."""
    codec = StateCodec(REF, CRYPTER)
    first = codec.encode(Snapshot(resources=(thing("a", inputs={"s": Secret("x"), "n": 1}),)))
    reader = StateCodec(REF, CRYPTER)
    decode(first, reader)

    second = reader.encode(Snapshot(resources=(thing("a", inputs={"s": Secret("x"), "n": 2}),)))
    third = reader.encode(Snapshot(resources=(thing("a", inputs={"s": Secret("y"), "n": 2}),)))

    sealed = [
        json.loads(each)["checkpoint"]["latest"]["resources"][0]["inputs"]["s"]
        for each in (first, second, third)
    ]
    assert sealed[0] == sealed[1]
    assert sealed[1] != sealed[2]


def test_state_changed_resource_is_written_anew() -> None:
    """What is remembered of a resource goes with the object, not with its name."""
    codec = StateCodec(REF, CRYPTER)
    old = thing("a", outputs={"n": 1})
    codec.encode(Snapshot(resources=(old,)))

    content = codec.encode(Snapshot(resources=(dataclasses.replace(old, outputs={"n": 2}),)))

    assert decode(content).resources[0].outputs == {"n": 2}


@pytest.mark.parametrize(
    "number", [math.inf, -math.inf, math.nan, -0.0, 1e300, 2.0**60, 0.1], ids=lambda number: str(number)
)
def test_state_odd_number_comes_back(number: float) -> None:
    """JSON has no word for some numbers; the CLI's sign for them is used."""
    content = StateCodec(REF, CRYPTER).encode(Snapshot(resources=(thing("a", outputs={"n": number}),)))

    found = decode(content).resources[0].outputs["n"]

    assert isinstance(found, int | float)
    assert found == number or (math.isnan(found) and math.isnan(number))


def test_state_unknown_value_comes_back() -> None:
    """An operation that was interrupted may have had inputs that were not known yet."""
    pending = PendingOperation("creating", thing("a", id="", inputs={"x": UNKNOWN}))

    assert decode(StateCodec(REF, CRYPTER).encode(Snapshot(pending=(pending,)))).pending == (pending,)


def test_state_sealed_under_another_salt_is_taken_over() -> None:
    """A stack file that was made anew does not lock its owner out, given the old passphrase."""
    other = PassphraseCrypter(
        "v1:jnEACeL6LvU=:v1:dW02rtgmJRUfNVfA:HJ4RMvAu9+Mpcfe+Zoi7gtoswBjKtA==", lambda: "x"
    )
    snapshot = Snapshot(resources=(thing("a", inputs={"s": Secret("x")}),))
    document = parse_state(StateCodec(REF, other).encode(snapshot), REF)
    codec = StateCodec(REF, CRYPTER)

    content = codec.encode(codec.decode(document, reader=other))

    assert document.salt_state == other.salt_state
    assert decode(content) == snapshot


def wrap(latest: Any, **more: Any) -> bytes:
    return json.dumps({"version": 3, "checkpoint": {"latest": latest}, **more}).encode()


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        pytest.param(b"", StateError, "damaged", id="empty-file"),
        pytest.param(b'{"version": 3, "checkp', StateError, "damaged", id="cut-off"),
        pytest.param(b"[]", StateError, "damaged", id="list"),
        pytest.param(wrap({"resources": [1]}), StateError, "damaged", id="number-as-resource"),
        pytest.param(wrap({}, version=2), UnsupportedError, "version 2", id="old-version"),
        pytest.param(
            wrap({}, version=4, features=["hooks"]), UnsupportedError, "features hooks", id="features"
        ),
        pytest.param(
            wrap({"secrets_providers": {"type": "cloud"}}),
            UnsupportedError,
            "secrets provider",
            id="cloud-secrets",
        ),
    ],
)
def test_state_file_that_cannot_be_read_is_one_clear_error(
    content: bytes, kind: type[EngineError], message: str
) -> None:
    """Never half of a state: what is not understood is refused as a whole."""
    with pytest.raises(kind, match=message) as caught:
        parse_state(content, REF)

    assert "organization/p/dev" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"},
            UnsupportedError,
            "an asset",
            id="asset",
        ),
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e"},
            UnsupportedError,
            "reference to a resource",
            id="reference",
        ),
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"},
            StateError,
            "no text",
            id="secret-without-text",
        ),
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "{"},
            StateError,
            "not JSON",
            id="secret-not-json",
        ),
    ],
)
def test_state_value_that_cannot_be_read_names_its_place(
    value: Any, kind: type[EngineError], message: str
) -> None:
    """The error names resource and property, never a value."""
    raw = {"urn": urn("a"), "type": "t", "custom": True, "inputs": {"key": value}}

    with pytest.raises(kind, match=message) as caught:
        decode(wrap({"resources": [raw]}))

    assert f"inputs.key of {urn('a')}" in str(caught.value)


_TEXT = st.text(st.characters(codec="utf-8"))
_PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | _TEXT
_KEYS = _TEXT.filter(lambda key: key != "4dabf18193072939515e22adb298388d")


def _grow(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3)


# A secret hides whatever is inside it, so that a secret in a secret is no other than one.
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _PLAIN | st.recursive(_PLAIN, _grow, max_leaves=4).map(Secret), _grow, max_leaves=8
)


@settings(max_examples=60)
@given(st.lists(st.dictionaries(_KEYS, _VALUES, max_size=4), max_size=4))
def test_state_any_values_come_back(properties: list[dict[str, Value]]) -> None:
    """Whatever a provider returns rests and comes back as it was."""
    snapshot = Snapshot(
        resources=tuple(thing(str(index), inputs=each, outputs=each) for index, each in enumerate(properties))
    )
    codec = StateCodec(REF, CRYPTER)

    first = decode(codec.encode(snapshot))
    again = decode(codec.encode(snapshot), codec)

    assert first == snapshot
    assert again == snapshot


@pytest.mark.parametrize(
    ("resources", "flaw"),
    [
        pytest.param((ROOT, DEFAULT, thing("a"), thing("b", dependencies=(urn("a"),))), "", id="sound"),
        pytest.param(
            (ROOT, DEFAULT, thing("a", delete=True), thing("a")), "", id="replaced-and-to-be-deleted"
        ),
        pytest.param((DEFAULT, thing("a")), f"before {STACK}, which it needs", id="parent-missing"),
        pytest.param((ROOT, thing("a"), DEFAULT), "before its provider", id="provider-later"),
        pytest.param((ROOT, thing("a", pending_replacement=True)), "", id="provider-gone-of-deleted"),
        pytest.param(
            (ROOT, DEFAULT, thing("b", dependencies=(urn("a"),)), thing("a")),
            f"before {urn('a')}, which it needs",
            id="dependency-later",
        ),
        pytest.param(
            (ROOT, DEFAULT, thing("b", property_dependencies={"x": (urn("a"),)})),
            f"before {urn('a')}, which it needs",
            id="property-dependency-missing",
        ),
        pytest.param(
            (ROOT, DEFAULT, thing("b", deleted_with=urn("a"))),
            f"before {urn('a')}, which it needs",
            id="deleted-with-missing",
        ),
        pytest.param((ROOT, DEFAULT, thing("a"), thing("a")), "there twice", id="twice"),
        pytest.param((dataclasses.replace(ROOT, id="x"),), "has an id", id="component-with-id"),
    ],
)
def test_integrity_flaw_is_named(resources: tuple[Resource, ...], flaw: str) -> None:
    """The rules are those by which the CLI refuses a state."""
    found = find_flaw(Snapshot(resources=resources))

    assert flaw in found
    assert bool(found) is bool(flaw)


def test_integrity_of_a_broken_state_is_an_error() -> None:
    """The error says what to do about it."""
    with pytest.raises(StateError, match=r"does not hold together.*\n.*history"):
        check_integrity(Snapshot(resources=(thing("a"),)))


@pytest.mark.real_engine
def test_state_of_the_cli_is_written_back_byte_for_byte(stack: Project) -> None:
    """Reading and writing again changes the manifest (time, version of the writer) and nothing else."""
    for key, value in (("count", "2"), ("--secret", "note")):
        stack.pulumi("config", "set", key, value, *(["hush"] if key == "--secret" else []))
    stack.pulumi("up", "--yes", "--skip-preview")
    content = stack.state_file.read_bytes()
    ref = StackRef("small", "dev")
    document = parse_state(content, ref)
    codec = StateCodec(ref, PassphraseCrypter(document.salt_state, lambda: "correct horse"))

    written = codec.encode(codec.decode(document))

    assert _without_manifest(written) == _without_manifest(content)


def _without_manifest(content: bytes) -> bytes:
    return re.sub(rb'"manifest":\{[^}]*\}', b"", content)
