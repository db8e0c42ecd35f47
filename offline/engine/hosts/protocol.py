"""Pulumi's gRPC messages and services, loaded without the SDK around them.

The modules are generated code that the `pulumi` package ships. Importing them by their own name runs the whole
SDK first (0.2 to 0.4 s); they need nothing of it, so they are loaded from its folder under a name of ours.
Source: https://github.com/pulumi/pulumi/tree/master/proto/pulumi
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from offline.engine.errors import PluginError

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        analyzer_pb2,
        analyzer_pb2_grpc,
        engine_pb2,
        engine_pb2_grpc,
        provider_pb2,
        provider_pb2_grpc,
        resource_pb2,
        resource_pb2_grpc,
    )

__all__ = [
    "CHANNEL_OPTIONS",
    "analyzer_pb2",
    "analyzer_pb2_grpc",
    "engine_pb2",
    "engine_pb2_grpc",
    "provider_pb2",
    "provider_pb2_grpc",
    "resource_pb2",
    "resource_pb2_grpc",
]

# The SDK's own limit on a message, in bytes; the proxy would be asked for loopback addresses too.
CHANNEL_OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.enable_http_proxy", 0)]

_PACKAGE = "_pulumi_messages"


def _load() -> None:
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise PluginError("the Python package pulumi is not installed", hint="pip install pulumi")
    package = ModuleType(_PACKAGE, "Pulumi's generated messages, apart from its SDK.")
    package.__path__ = [str(Path(spec.submodule_search_locations[0], "runtime", "proto"))]
    sys.modules.setdefault(_PACKAGE, package)
    for name in __all__:
        if name != "CHANNEL_OPTIONS":
            globals()[name] = importlib.import_module(f"{_PACKAGE}.{name}")


if not TYPE_CHECKING:
    _load()
