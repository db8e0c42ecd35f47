"""The policy pack as an engine runs it: a real `python -m pulumi.policy`, spoken to over gRPC.

It plays the engine's part of the protocol, call by call, and decides nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policy"
PROJECT = "tests"
CALL_SECONDS = 60
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What an engine sends for a string that is not known yet."""

Props = Mapping[str, Any]


@dataclass(frozen=True)
class Violation:
    """One diagnostic of the pack; its message without the policy's description, which the SDK puts first."""

    policy: str
    level: str
    message: str


@dataclass(frozen=True)
class Resource:
    """A resource as the engine describes it to the pack."""

    type: str
    name: str
    props: Props
    protect: bool = False
    provider: str = ""

    def urn(self, stack: str) -> str:
        """Its URN in `stack`."""
        return f"urn:pulumi:{stack}::{PROJECT}::{self.type}::{self.name}"


def secret(value: object) -> dict[str, object]:
    """Wrap a value as a secret, as an engine sends it."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


class PolicyHost:
    """A running pack.

    Args:
        stack: stack that the engine works on.
        pack: folder of the pack.
        project: name of the project.
        folder: folder of the project, as a shell in it would tell; None for that of the tests.
    """

    def __init__(
        self,
        stack: str = "dev",
        pack: Path = PACK,
        project: str = PROJECT,
        folder: Path | None = None,
    ) -> None:
        self.stack = stack
        environment = {
            **os.environ,
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_PROJECT": project,
            "PULUMI_STACK": stack,
            "PULUMI_DRY_RUN": "true",
            "PULUMI_CONFIG": json.dumps({}),
        }
        environment.pop("PYTHONPATH", None)
        if folder is not None:
            environment["PWD"] = str(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:0", str(pack)],
            cwd=pack,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"the pack did not start: {self._process.communicate()[1]}")
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(line)}")
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)

    def stop(self) -> None:
        """End the process."""
        self._channel.close()
        self._process.kill()
        self._process.communicate()

    def info(self) -> Any:
        """Ask what the pack holds."""
        return self._stub.GetAnalyzerInfo(Empty(), timeout=CALL_SECONDS)

    def configure(self, config: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the configuration of policies by name, each at the level it declares; other policies get none."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        levels = {policy.name: policy.enforcementLevel for policy in self.info().policies}
        for name, level in levels.items():
            request.policyConfig[name].enforcementLevel = level
            ParseDict(dict(config.get(name, {})), request.policyConfig[name].properties)
        self._stub.Configure(request, timeout=CALL_SECONDS)

    def analyze(self, resource: Resource) -> list[Violation]:
        """Have the inputs of one resource judged."""
        request = analyzer_pb2.AnalyzeRequest(
            type=resource.type,
            properties=_struct(resource.props),
            urn=resource.urn(self.stack),
            name=resource.name,
            options=analyzer_pb2.AnalyzerResourceOptions(protect=resource.protect),
        )
        return _violations(self._stub.Analyze(request, timeout=CALL_SECONDS))

    def analyze_stack(self, resources: Sequence[Resource]) -> list[Violation]:
        """Have the outputs of all resources judged."""
        request = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(
                    type=r.type,
                    properties=_struct(r.props),
                    urn=r.urn(self.stack),
                    name=r.name,
                    options=analyzer_pb2.AnalyzerResourceOptions(protect=r.protect),
                    provider=analyzer_pb2.AnalyzerProviderResource(urn=r.provider, name="p")
                    if r.provider
                    else None,
                )
                for r in resources
            ]
        )
        return _violations(self._stub.AnalyzeStack(request, timeout=CALL_SECONDS))


def _struct(props: Props) -> Struct:
    return ParseDict(dict(props), Struct())


def _violations(answer: Any) -> list[Violation]:
    names = {0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate"}
    return [
        Violation(d.policyName, names[d.enforcementLevel], d.message.removeprefix(f"{d.description}\n"))
        for d in answer.diagnostics
    ]
