"""Tell who runs an engine something about a resource, as programs do with `pulumi.log`.

A dynamic provider has no way of its own; but an engine gives every plugin its address as the first argument, and
listens there for what is to be told. One that does not, such as the embedded one, is told nothing: that is no error.
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/engine.proto
"""

from __future__ import annotations

import contextlib
import re
import sys
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub

__all__ = ["say"]

SECONDS = 5.0
_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):[1-9][0-9]*")


def say(message: str, urn: str) -> None:
    """Tell something about a resource, if the engine can be told.

    Args:
        message: one line; it must hold no name and no value.
        urn: of the resource; "" if it is not known.
    """
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    if not _ADDRESS.fullmatch(address):
        return
    # Whatever goes wrong here, the run is not the worse for it.
    with contextlib.suppress(Exception), grpc.insecure_channel(address) as channel:
        stub: Any = EngineStub(channel)
        stub.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn), timeout=SECONDS)
