"""Policy packs: one process each (`python -m pulumi.policy`), asked about each resource and about the whole stack.

What a pack's settings come to is `policy_config.py`'s business.
Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from google.protobuf import empty_pb2

from offline.engine.errors import EngineError, PluginError, ProjectError, UnsupportedError
from offline.engine.files.yaml_reader import read_yaml
from offline.engine.hosts.fields import fields_of
from offline.engine.hosts.peer import NO_ENGINE, Peer, RefusalError
from offline.engine.hosts.policy_config import LEVELS, Setting, policy_settings
from offline.engine.hosts.processes import Child
from offline.engine.hosts.protocol import analyzer_pb2, analyzer_pb2_grpc
from offline.engine.hosts.run import Run
from offline.engine.hosts.wire import from_struct, to_struct
from offline.engine.model.events import Diagnostic, PolicyLoaded, PolicyViolation
from offline.engine.model.goal import Goal
from offline.engine.model.masking import mark_like
from offline.engine.model.resource import Resource
from offline.engine.model.target import PolicyPack, Target
from offline.engine.model.urn import STACK_TYPE, make_urn
from offline.engine.model.values import Properties

__all__ = ["Analyzers", "PolicyError"]

_SEVERITIES: Final = {1: "low", 2: "medium", 3: "high", 4: "critical"}


class PolicyError(EngineError):
    """Raised if a mandatory policy objects to a resource; the objection itself has been told."""


class Analyzers:
    """The policy packs of one run."""

    def __init__(self, run: Run) -> None:
        self.objected = False
        """Whether a mandatory policy has objected."""
        self._run = run
        self._packs: list[_Pack] = []
        self._loaded = asyncio.Event()

    async def start(self) -> None:
        """Start and configure all packs; the run stops if one cannot. Resources asked about before wait for it."""
        try:
            packs = self._run.options.policy_packs
            # Before any starts, for one that cannot start need not wait for one that does.
            manifests = [_manifest(pack.path.resolve(), self._run.target.python) for pack in packs]
            starts = [
                _Pack.start(pack, *manifest, self._run)
                for pack, manifest in zip(packs, manifests, strict=True)
            ]
            results = await asyncio.gather(*starts, return_exceptions=True)
            self._packs = [each for each in results if isinstance(each, _Pack)]
            for error in results:
                if isinstance(error, BaseException):
                    raise error
            for pack in self._packs:
                self._run.emit(PolicyLoaded(pack.name, pack.version, str(pack.folder)))
        except EngineError as error:
            self._run.fail(error)
        finally:
            self._loaded.set()

    async def close(self) -> None:
        """End all processes."""
        await asyncio.gather(*(pack.close() for pack in self._packs))

    async def check(
        self, new: Resource, goal: Goal, provider_of: Callable[[Resource], Resource | None]
    ) -> Resource:
        """Ask about one resource; return it as remediations leave it.

        Raises:
            PolicyError: if a mandatory policy objects; in a preview the run goes on, to tell of all.
        """
        if not self._run.options.policy_packs:
            return new
        await self._loaded.wait()
        self._run.check()
        provider = provider_of(new)
        for pack in filter(lambda each: each.remediates, self._packs):
            answer = await pack.call(pack.stub.Remediate, _request(new, goal, provider), "remediate", new.urn)
            for remediation in map(fields_of, answer.get("remediations", ())):
                if message := remediation.get("diagnostic"):
                    self._tell(pack, remediation, new.urn, message, "advisory")
                else:
                    own = {key: value for key, value in new.inputs.items() if key.startswith("__")}
                    found = mark_like(from_struct(remediation.get("properties")), new.inputs)
                    new = replace(new, inputs={**found, **own})
                    message = f"policy {remediation.get('policyName')} changed the resource's inputs"
                    self._run.emit(Diagnostic("info", message, new.urn))
        request = _request(new, goal, provider)
        answers = await asyncio.gather(
            *(pack.call(pack.stub.Analyze, request, "analyze", new.urn) for pack in self._packs)
        )
        objections = sum(
            self._report(pack, answer.get("diagnostics", ()), lambda _: new.urn)
            for pack, answer in zip(self._packs, answers, strict=True)
        )
        if objections and not self._run.dry_run:
            raise PolicyError(
                f"{objections} mandatory {'policy objects' if objections == 1 else 'policies object'}"
            )
        return new

    async def check_stack(self, declared: Iterable[tuple[Resource, Goal, Resource | None]]) -> None:
        """Ask about all resources together, as they are at the end; each comes with its goal and its provider."""
        if not self._packs:
            return
        resources = [_stack_resource(*one) for one in declared]
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        target = self._run.target
        stack = make_urn(target.stack, target.project, "", STACK_TYPE, f"{target.project}-{target.stack}")
        known = {resource.urn for resource in resources}
        for pack in self._packs:
            answer = await pack.call(pack.stub.AnalyzeStack, request, "analyze the stack")
            self._report(pack, answer.get("diagnostics", ()), lambda urn: urn if urn in known else stack)

    def _report(self, pack: _Pack, diagnostics: Iterable[Any], urn_of: Callable[[str], str]) -> int:
        """Tell of each objection; return how many are mandatory."""
        mandatory = 0
        for diagnostic in map(fields_of, diagnostics):
            advisory = diagnostic.get("enforcementLevel", 0) == analyzer_pb2.ADVISORY
            mandatory += not advisory
            level: Literal["advisory", "mandatory"] = "advisory" if advisory else "mandatory"
            self._tell(
                pack, diagnostic, urn_of(diagnostic.get("urn", "")), diagnostic.get("message", ""), level
            )
        if mandatory:
            self.objected = True
            self._run.failed = True
        return mandatory

    def _tell(
        self,
        pack: _Pack,
        source: Mapping[str, Any],
        urn: str,
        message: str,
        enforcement: Literal["advisory", "mandatory"],
    ) -> None:
        self._run.emit(
            PolicyViolation(
                urn=urn,
                policy=source.get("policyName", ""),
                pack=pack.name,
                pack_version=pack.version,
                message=message,
                enforcement=enforcement,
                severity=_SEVERITIES.get(source.get("severity", 0), ""),
            )
        )


class _Pack:
    """One running, configured policy pack."""

    def __init__(self, folder: Path, peer: Peer, version: str) -> None:
        self.folder = folder
        self.name = ""
        self.version = version
        self.remediates = False  # else it is not asked to: each question takes its time
        self.stub = analyzer_pb2_grpc.AnalyzerStub(peer.channel)
        self._peer = peer

    @classmethod
    async def start(cls, pack: PolicyPack, python: str, version: str, run: Run) -> _Pack:
        target = run.target
        folder = pack.path.resolve()
        child = await Child.start(
            f"policy pack {folder.name}",
            ["pulumi.policy", NO_ENGINE, str(folder)],
            python=python,
            folder=folder,
            environment={
                "PULUMI_ORGANIZATION": target.organization,
                "PULUMI_PROJECT": target.project,
                "PULUMI_STACK": target.stack,
                "PULUMI_DRY_RUN": str(run.dry_run).lower(),
                "PULUMI_CONFIG": json.dumps(dict(target.config)),
            },
            on_line=lambda severity, line: run.emit(Diagnostic(severity, line)),
            listen=run.sockets.new("pack"),
            sockets=run.sockets.folder,
        )
        try:
            started = cls(folder, await Peer.connect(child, run), version)
            await started._configure(pack.config, target, dry_run=run.dry_run)
        except BaseException:
            await child.end()
            raise
        return started

    async def close(self) -> None:
        await self._peer.close()

    async def call(
        self, method: Callable[[Any], Any], request: Any, what: str, urn: str = ""
    ) -> dict[str, Any]:
        try:
            return await self._peer.ask(method, request, what, urn)
        except RefusalError as error:
            raise PluginError(f"{self._peer.child.name} failed: {error}") from error

    async def _configure(self, config: Path | None, target: Target, *, dry_run: bool) -> None:
        request = analyzer_pb2.AnalyzerStackConfigureRequest(
            stack=target.stack,
            project=target.project,
            organization=target.organization,
            dry_run=dry_run,
            config=target.config,
            config_secret_keys=sorted(target.secret_keys),
        )
        await self.call(self.stub.ConfigureStack, request, "configure the stack")
        info = await self.call(self.stub.GetAnalyzerInfo, empty_pb2.Empty(), "describe itself")
        self.name, self.version = info.get("name", ""), self.version or info.get("version", "")
        policies = {policy["name"]: policy for policy in map(fields_of, info.get("policies", ()))}
        schemas = {
            name: fields_of(policy["configSchema"]) if "configSchema" in policy else {}
            for name, policy in policies.items()
        }
        initial = {name: fields_of(each) for name, each in info.get("initialConfig", {}).items()}
        settings = policy_settings(
            {name: _setting(policy, _defaults(schemas[name])) for name, policy in policies.items()},
            {name: _setting(each, from_struct(each.get("properties"))) for name, each in initial.items()},
            config,
            required={name: tuple(schema.get("required", ())) for name, schema in schemas.items()},
        )
        self.remediates = any(setting.level == "remediate" for setting in settings.values())
        levels: dict[str, Any] = {name: number for number, name in enumerate(LEVELS)}
        await self.call(
            self.stub.Configure,
            analyzer_pb2.ConfigureAnalyzerRequest(
                policyConfig={
                    name: analyzer_pb2.PolicyConfig(
                        enforcementLevel=levels[setting.level],
                        properties=to_struct(setting.properties, keep_secrets=True),
                    )
                    for name, setting in settings.items()
                }
            ),
            "configure",
        )


def _setting(given: Mapping[str, Any], properties: Properties) -> Setting:
    level = given.get("enforcementLevel", 0)
    if level >= len(LEVELS):
        raise UnsupportedError("an enforcement level that a newer version of pulumi has")
    return Setting(LEVELS[level], properties)


def _defaults(schema: Mapping[str, Any]) -> Properties:
    parts = from_struct(schema.get("properties"))
    return {
        key: part["default"] for key, part in parts.items() if isinstance(part, dict) and "default" in part
    }


def _manifest(folder: Path, otherwise: str) -> tuple[str, str]:
    """Return a pack's interpreter, `otherwise` if it leaves that open, and its version, empty if it has none."""
    file = folder / "PulumiPolicy.yaml"
    pack = read_yaml(file)
    if not isinstance(pack, dict):
        raise ProjectError(f"{file}: not a policy pack")
    runtime = pack.get("runtime")
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        raise ProjectError(f"{file}: runtime: must be python: the embedded engine runs no other")
    options = runtime.get("options") if isinstance(runtime, dict) else None
    place = (options or {}).get("virtualenv") or pack.get("virtualenv")
    python = Path(folder, str(place), "bin", "python") if place else Path(otherwise)
    if not python.exists():
        raise ProjectError(
            f"{file}: virtualenv has no bin/python: {place}",
            hint=f"create it: python -m venv {folder / str(place)}, and install the pack's requirements in it",
        )
    return str(python), str(pack.get("version") or "")


def _request(new: Resource, goal: Goal, provider: Resource | None) -> Any:
    return analyzer_pb2.AnalyzeRequest(**_about(new, new.inputs, goal, provider))


def _stack_resource(resource: Resource, goal: Goal, provider: Resource | None) -> Any:
    return analyzer_pb2.AnalyzerResource(
        **_about(resource, resource.outputs, goal, provider),
        parent=resource.parent,
        dependencies=resource.dependencies,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in resource.property_dependencies.items()
        },
    )


def _about(
    resource: Resource, properties: Properties, goal: Goal, provider: Resource | None
) -> dict[str, Any]:
    first = goal.delete_before_replace
    return {
        "type": resource.type,
        "urn": resource.urn,
        "name": resource.name,
        "properties": _own(properties),
        "options": analyzer_pb2.AnalyzerResourceOptions(
            protect=resource.protect,
            ignoreChanges=resource.ignore_changes,
            deleteBeforeReplace=bool(first),
            deleteBeforeReplaceDefined=first is not None,
            additionalSecretOutputs=resource.additional_secret_outputs,
            aliases=resource.aliases,
            parent=resource.parent,
        ),
        "provider": None
        if provider is None
        else analyzer_pb2.AnalyzerProviderResource(
            type=provider.type, urn=provider.urn, name=provider.name, properties=_own(provider.inputs)
        ),
    }


def _own(properties: Properties) -> Any:
    """Return properties for a policy: without those that begin with `__`, which are the SDK's."""
    visible = {key: value for key, value in properties.items() if not key.startswith("__")}
    return to_struct(visible, keep_secrets=True)
