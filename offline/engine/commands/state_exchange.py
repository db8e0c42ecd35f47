"""States that leave and enter: `stack export`, `stack import`, `stack output`.

They work on the JSON itself, so that what this engine does not know passes through unharmed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from offline.engine.commands.workspace import Stack
from offline.engine.errors import StateError, UsageError
from offline.engine.model import marks
from offline.engine.state.integrity import find_flaw
from offline.engine.state.state_file import StateCodec, parse_state

__all__ = ["export_state", "import_state", "reveal_json"]

_VERSIONS = (3, 4)


def export_state(stack: Stack, *, show_secrets: bool) -> str:
    """Return a stack's deployment as JSON text; secrets stay closed unless shown."""
    document = stack.document()
    latest: Any = dict(document.latest)
    if show_secrets:
        latest = _open_secrets(latest, stack.crypter(document.salt_state).decrypt)
    return json.dumps({"version": 3, "deployment": latest}, ensure_ascii=False, indent=4)


def import_state(stack: Stack, content: bytes, *, force: bool) -> None:
    """Replace a stack's state by an exported one; the stack's own lock must be held.

    Secrets are sealed anew for this stack, should they come in plain text or under another salt.

    Raises:
        UsageError: if it is not an exported state.
        StateError: if it is of another stack or does not hold together, unless forced.
    """
    try:
        given = json.loads(content)
        version, latest = given["version"], given["deployment"]
        resources = latest.get("resources") or []
        urns = [each["urn"] for each in resources]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            "what is imported is not a state", hint="give what `stack export` has written"
        ) from None
    if version not in _VERSIONS:
        raise UsageError(f"what is imported is a state of version {version}, not 3")
    prefix = f"urn:pulumi:{stack.ref.name}::{stack.ref.project}::"
    strangers = [urn for urn in urns if not urn.startswith(prefix)]
    if strangers and not force:
        raise StateError(
            f"{len(strangers)} of {len(urns)} resources belong to another stack, the first: {strangers[0]}",
            hint="import it into its own stack, or pass --force",
        )
    crypter = stack.own_crypter()
    wrapped = {"version": version, "features": given.get("features"), "checkpoint": {"latest": latest}}
    document = parse_state(json.dumps(wrapped).encode(), stack.ref)
    codec = StateCodec(stack.ref, crypter)
    is_own = document.salt_state in ("", crypter.salt_state)
    snapshot = codec.decode(document, reader=None if is_own else stack.crypter(document.salt_state))
    flaw = find_flaw(snapshot)
    if flaw and not force:
        raise StateError(f"the state does not hold together: {flaw}", hint="put it right, or pass --force")
    backend = stack.workspace.backend
    backend.keep_previous(stack.ref)
    backend.write(stack.ref, codec.encode(snapshot))


def reveal_json(value: Any, decrypt: Callable[[str], str] | None) -> Any:
    """Return a value of the state as plain JSON data: secrets decrypted, or `[secret]` without a way to."""
    match value:
        case {marks.SIGNATURE: marks.SECRET}:
            if decrypt is None:
                return "[secret]"
            return reveal_json(json.loads(value.get("plaintext") or decrypt(value["ciphertext"])), decrypt)
        case dict():
            return {key: reveal_json(part, decrypt) for key, part in sorted(value.items())}
        case list():
            return [reveal_json(part, decrypt) for part in value]
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case _:
            return value


def _open_secrets(value: Any, decrypt: Callable[[str], str]) -> Any:
    match value:
        case {marks.SIGNATURE: marks.SECRET, "ciphertext": str(sealed)}:
            return {marks.SIGNATURE: marks.SECRET, "plaintext": decrypt(sealed)}
        case dict():
            return {key: _open_secrets(part, decrypt) for key, part in value.items()}
        case list():
            return [_open_secrets(part, decrypt) for part in value]
        case _:
            return value
