"""How large a stack's configuration is when an engine hands it over, and the error for one that is too large.

The Pulumi CLI passes all of `config:`, decrypted, as JSON in the environment variable PULUMI_CONFIG, to the program and
to policy packs. Linux takes no environment string of more than 131,072 bytes: above that the CLI waits for a policy
pack without end, or fails with "argument list too long". So it is measured before the CLI starts.
Source: MAX_ARG_STRLEN in https://man7.org/linux/man-pages/man2/execve.2.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.included import INCLUDE
from tools.stack_shape import is_sealed

__all__ = ["MAX_BYTES", "configuration_bytes", "handed_over", "too_large"]

LINUX_BYTES = 131_072
"""Of one environment string, with its name, the equals sign and the NUL at its end."""
MARGIN_BYTES = 2_048
"""For what is only known once secrets are decrypted: which of their characters JSON escapes."""
MAX_BYTES = LINUX_BYTES - len("PULUMI_CONFIG=") - 1 - MARGIN_BYTES

_SEAL_BYTES = 16
"""What AES-GCM adds to a text."""
_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def too_large(name: Path, document: object) -> str:
    """Tell what is wrong if the CLI cannot hand over what a stack file says under `config`; "" if it can.

    Args:
        name: The stack file, for the message.
        document: The stack file's plain data.
    """
    size = configuration_bytes(document)
    if size <= MAX_BYTES:
        return ""
    stack = name.stem.removeprefix("Pulumi.")
    return (
        f"{name}: the configuration takes {size:,} bytes, and the Pulumi CLI can pass on {MAX_BYTES:,}\n"
        f"hint: move services into files that the stack file includes, {INCLUDE}: [{stack}/*.yaml]; "
        "docs/stacks.md shows how"
    )


def configuration_bytes(document: object) -> int:
    """Return the size of PULUMI_CONFIG's value, in bytes, for a stack file's plain data."""
    config = document.get("config") if isinstance(document, Mapping) else None
    if not isinstance(config, Mapping):
        return 0
    values = {key: handed_over(_revealed(value)) for key, value in config.items()}
    return len(_json(values).encode("utf-8", "surrogatepass"))


def handed_over(value: object) -> str:
    """Return a value, decrypted, as an engine hands it over: text as it is, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _revealed(value: Any) -> Any:
    """Put a text of the same size in the place of each encrypted one."""
    if is_sealed(value):
        return "x" * _plain_bytes(value["secure"])
    if isinstance(value, Mapping):
        return {key: _revealed(each) for key, each in value.items()}
    return [_revealed(each) for each in value] if isinstance(value, list) else value


def _plain_bytes(cipher: str) -> int:
    """Return the size of the text within `v1:<nonce>:<sealed text>`; that of the whole where it is sealed otherwise."""
    try:
        return max(len(base64.b64decode(cipher.rpartition(":")[2], validate=True)) - _SEAL_BYTES, 0)
    except binascii.Error:
        return len(cipher)


def _json(value: object) -> str:
    """Write JSON as Go does: no spaces, `<`, `>` and `&` escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(_ESCAPES)
