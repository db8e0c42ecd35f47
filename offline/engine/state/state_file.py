"""The state as a file: Pulumi's deployment JSON, read into a `Snapshot` and written from one.

Secrets rest encrypted; an unchanged secret keeps its ciphertext, and an unchanged resource its text, so that a
checkpoint costs what has changed. Fields that this engine does not use are kept as they are.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (DeploymentV3)
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from offline.engine.errors import StateError, UnsupportedError
from offline.engine.model.resource import PendingKind, PendingOperation, Resource, Snapshot
from offline.engine.state.backend import FileBackend, StackRef
from offline.engine.state.crypto import PassphraseCrypter
from offline.engine.state.state_values import ValueCodec

__all__ = ["CheckpointWriter", "StateCodec", "StateDocument", "parse_state"]

VERSION = 3
# attribute → field, in the order in which the CLI writes them
_FIELDS = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "init_errors": "initErrors",
    "provider": "provider",
    "property_dependencies": "propertyDependencies",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "created": "created",
    "modified": "modified",
    "ignore_changes": "ignoreChanges",
}
_ATTRIBUTES = {field: attribute for attribute, field in _FIELDS.items()}
_TUPLES = {"dependencies", "init_errors", "additional_secret_outputs", "aliases", "ignore_changes"}
_OWN_TOP_FIELDS = {"manifest", "secrets_providers", "resources", "pending_operations", "metadata"}


@dataclass(frozen=True, slots=True)
class StateDocument:
    """A state file taken apart, secrets still closed."""

    latest: Mapping[str, Any]
    """The deployment: manifest, secrets_providers, resources …; empty for a new stack."""
    salt_state: str = ""
    """Of the passphrase that its secrets need; empty if it names none."""

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources' JSON."""
        return list(self.latest.get("resources") or [])


def parse_state(content: bytes, ref: StackRef) -> StateDocument:
    """Take a state file apart.

    Raises:
        StateError: if it is damaged.
        UnsupportedError: if its version, its features or its secrets provider are not this engine's.
    """
    try:
        document = json.loads(content)
        checkpoint = document["checkpoint"]
        latest = checkpoint.get("latest") or {}
        providers = latest.get("secrets_providers") or {}
        resources = latest.get("resources") or []
        if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
            raise TypeError
        salt_state = (providers.get("state") or {}).get("salt", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError(
            f"the state of {ref.qualified} is damaged",
            hint="restore it from .bak or history/ in the backend's folder",
        ) from None
    version, features = document.get("version"), document.get("features")
    if version not in (VERSION, 4) or features:
        detail = f"features {', '.join(features)}" if features else f"version {version}"
        raise UnsupportedError(f"the state of {ref.qualified} ({detail})")
    if providers.get("type", "passphrase") not in ("passphrase", ""):
        raise UnsupportedError(f"the secrets provider of {ref.qualified}, which is not passphrase,")
    return StateDocument(latest, salt_state)


class StateCodec:
    """Reads and writes the states of one stack, and remembers what it has read and written.

    Not for several threads at once.
    """

    def __init__(self, ref: StackRef, crypter: PassphraseCrypter) -> None:
        self._ref = ref
        self._crypter = crypter
        self._values = ValueCodec(crypter)
        self._texts: dict[int, tuple[Resource | PendingOperation, bytes]] = {}

    def decode(self, document: StateDocument, *, reader: PassphraseCrypter | None = None) -> Snapshot:
        """Read a state; `reader` opens its secrets where they were sealed with another salt than this stack's.

        Raises:
            StateError: if a resource or a secret is malformed.
            UnsupportedError: if a value is an asset, an archive or a reference to a resource.
        """
        values = self._values if reader is None else ValueCodec(reader)
        latest = document.latest
        pending = []
        for operation in latest.get("pending_operations") or []:
            if operation.get("type") not in get_args(PendingKind):
                raise UnsupportedError("an interrupted import in the state")
            pending.append(PendingOperation(operation["type"], _resource(operation["resource"], values)))
        return Snapshot(
            resources=tuple(_resource(each, values) for each in document.resources),
            pending=tuple(pending),
            extra={key: value for key, value in latest.items() if key not in _OWN_TOP_FIELDS},
        )

    def encode(self, snapshot: Snapshot) -> bytes:
        """Write a whole state file."""
        texts: dict[int, tuple[Resource | PendingOperation, bytes]] = {}
        resources = self._encode_all(snapshot.resources, texts)
        pending = self._encode_all(snapshot.pending, texts)
        self._texts = texts
        head = {
            "manifest": {"time": _now(), "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": self._crypter.salt_state}},
            **snapshot.extra,
        }
        parts = [
            f'{{"version":{VERSION},"checkpoint":{{"stack":{_json(self._ref.qualified)},"latest":'.encode()
        ]
        parts.append(_json(head)[:-1].encode())
        for name, items in (("resources", resources), ("pending_operations", pending)):
            if items:
                parts += [f',"{name}":['.encode(), b",".join(items), b"]"]
        parts.append(b',"metadata":{}}}}')
        return b"".join(parts)

    def _encode_all(
        self,
        items: Iterable[Resource | PendingOperation],
        texts: dict[int, tuple[Resource | PendingOperation, bytes]],
    ) -> list[bytes]:
        # Kept by identity: resources are never changed in place, and the kept object keeps its id from reuse.
        encoded = []
        for item in items:
            entry = self._texts.get(id(item)) or (item, self._encode_one(item))
            texts[id(item)] = entry
            encoded.append(entry[1])
        return encoded

    def _encode_one(self, item: Resource | PendingOperation) -> bytes:
        if isinstance(item, PendingOperation):
            return b'{"resource":' + self._encode_one(item.resource) + f',"type":"{item.kind}"}}'.encode()
        fields: dict[str, Any] = {}
        for attribute, name in _FIELDS.items():
            value = getattr(item, attribute)
            if attribute in ("inputs", "outputs"):
                value = self._values.encode_properties(value, (item.urn, attribute))
            if value or attribute in ("urn", "custom", "type"):
                fields[name] = value
        fields |= item.extra
        # The CLI's reader takes what JSON cannot hold (half a surrogate pair) as an escape, and so it stays one.
        return _json(fields).encode(errors="backslashreplace")


class CheckpointWriter:
    """Writes one stack's state; the state before the first write is kept as `.bak`."""

    def __init__(self, backend: FileBackend, ref: StackRef, codec: StateCodec) -> None:
        self._backend = backend
        self._ref = ref
        self._codec = codec
        self._lock = threading.Lock()
        self.writes = 0
        """Times that the file was written."""

    def save(self, snapshot: Snapshot) -> None:
        """Write a snapshot and wait until the disk has it; calls must come in the order of their age.

        Raises:
            StateError: if it cannot be written; the file is as it was.
        """
        with self._lock:
            if self.writes == 0:
                self._backend.keep_previous(self._ref)
            self._backend.write(self._ref, self._codec.encode(snapshot))
            self.writes += 1


def _resource(raw: Mapping[str, Any], values: ValueCodec) -> Resource:
    urn = raw.get("urn")
    if not isinstance(urn, str) or not urn or not isinstance(raw.get("type"), str):
        raise StateError("a resource of the state has no urn or no type")
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in raw.items():
        attribute = _ATTRIBUTES.get(name)
        if attribute is None:
            extra[name] = value
        elif attribute in ("inputs", "outputs"):
            known[attribute] = values.decode_properties(value or {}, (urn, attribute))
        elif attribute in _TUPLES:
            known[attribute] = tuple(value or ())
        elif attribute == "property_dependencies":
            known[attribute] = {key: tuple(urns or ()) for key, urns in (value or {}).items()}
        else:
            known[attribute] = value
    known.setdefault("custom", False)
    return Resource(**known, extra=extra)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
