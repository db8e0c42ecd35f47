"""What a stack file says of the provider now, in plain text: the keys of the namespace `twilio`.

For a refresh or a destroy an engine configures the provider with what the state recorded, and the credentials of then
may be long revoked. So every run is told those of now (`facts.py`). An engine is asked only where something
is encrypted: it alone decrypts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.config_size import handed_over
from tools.engine_process import run
from tools.stack_files import find_stack_file, read_stack_file
from tools.stack_shape import holds_sealed

__all__ = ["decrypted", "settings_now"]

NAMESPACE = "twilio:"


def settings_now(
    engine: Sequence[str],
    stack: str,
    environment: Mapping[str, str],
    config_file: Path | None,
) -> dict[str, str]:
    """Return the provider's settings as an engine would hand them over: text as it is, all else as JSON.

    Args:
        engine: The engine's command.
        stack: The stack's name.
        environment: The engine's environment, in which the passphrase stands.
        config_file: What is read in the place of the stack file: a rehearsal's copy is without credentials.

    Raises:
        SystemExit: If the engine cannot decrypt them; the text is the engine's own error.
    """
    config = read_stack_file(config_file or find_stack_file(stack))[1].get("config") or {}
    own = {key.replace(":config:", ":"): value for key, value in config.items() if key.startswith(NAMESPACE)}
    if not holds_sealed([*own.values()]):
        return {key: handed_over(value) for key, value in own.items()}
    found = decrypted(engine, stack, environment, config_file)
    return {key: value for key, value in found.items() if key.startswith(NAMESPACE)}


def decrypted(
    engine: Sequence[str],
    stack: str,
    environment: Mapping[str, str],
    config_file: Path | None,
) -> dict[str, str]:
    """Return a stack's whole configuration, decrypted by an engine; arguments and errors as for `settings_now`."""
    command = [*engine, "config", "--show-secrets", "--json", "--stack", stack, "--non-interactive"]
    command += ["--config-file", str(config_file)] if config_file else []
    done = run(command, environment, what=f"{stack}: config", captured=True)
    if done.code:
        raise SystemExit(
            done.silence or done.stderr.strip() or f"error: {stack}: the configuration cannot be read"
        )
    return {key: str(entry["value"]) for key, entry in json.loads(done.stdout).items()}
