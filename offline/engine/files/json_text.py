"""JSON text as the Pulumi CLI writes it, byte for byte.

Configuration objects reach programs as such text, and the state keeps it as a provider's input: were it written
another way here, the two engines would see each other's state as changed.
Source: https://pkg.go.dev/encoding/json#Marshal
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from offline.engine.errors import ProjectError

__all__ = ["dump_json", "format_number"]

_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def dump_json(value: Any) -> str:
    """Write plain JSON data: sorted keys, no spaces, `<`, `>` and `&` escaped.

    Raises:
        ProjectError: if a number is infinite or not a number.
    """
    match value:
        case bool() | None:
            return json.dumps(value)
        case str():
            return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
        case int() | float():
            return format_number(value)
        case Mapping():
            parts = (f"{dump_json(str(key))}:{dump_json(value[key])}" for key in sorted(value))
            return "{" + ",".join(parts) + "}"
        case _:
            return "[" + ",".join(dump_json(part) for part in value) + "]"


def format_number(value: float) -> str:
    """Write a number: no fraction where there is none, an exponent below 1e-6 and from 1e21.

    Raises:
        ProjectError: if it is infinite or not a number, which JSON cannot hold.
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ProjectError("a number of the configuration is infinite or not a number")
    if value.is_integer() and abs(value) < 1e21:
        # -0.0 keeps its sign there, too.
        return "-0" if value == 0 and math.copysign(1, value) < 0 else str(int(value))
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    if abs(value) < 1e-6 or abs(value) >= 1e21:
        power = int(exponent)
        return f"{mantissa.removesuffix('.0')}e{'-' if power < 0 else '+'}{abs(power)}"
    digits = len(mantissa.partition(".")[2]) - int(exponent)
    return f"{value:.{digits}f}"
