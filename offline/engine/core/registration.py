"""From what the program declares to what is done: the plan of each resource, one after the other.

Planning asks provider and policies and decides (`plan.py`): each question for one resource at a time, in the order of
the program, while others are asked theirs. Doing (`steps.py`) happens side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from offline.engine.core import plan
from offline.engine.core.plan import Action
from offline.engine.core.steps import Change, Steps
from offline.engine.core.working_state import Entry, WorkingState
from offline.engine.errors import EngineError
from offline.engine.hosts.analyzer import Analyzers
from offline.engine.hosts.provider_pool import ProviderPool
from offline.engine.hosts.run import Run, StoppedError
from offline.engine.model.answers import Diff
from offline.engine.model.events import Diagnostic, Op
from offline.engine.model.goal import Goal, Registered
from offline.engine.model.graph import dependents
from offline.engine.model.resource import Resource
from offline.engine.model.urn import (
    PROVIDER_TYPE,
    STACK_TYPE,
    alias_urns,
    is_provider,
    make_urn,
    provider_reference,
)
from offline.engine.model.values import Properties, Secret

__all__ = ["Registration"]


class ProgramError(EngineError):
    """Raised if a program declares what cannot be."""


class Registration:
    """Fulfils the goals of one program, and knows afterwards what of the state the program did not declare."""

    def __init__(
        self, run: Run, state: WorkingState, providers: ProviderPool, steps: Steps, analyzers: Analyzers
    ) -> None:
        self.deleted: set[str] = set()
        """URNs that this run has deleted to create them again."""
        self.stack_outputs: Properties | None = None
        self._run = run
        self._state = state
        self._providers = providers
        self._steps = steps
        self._analyzers = analyzers
        self._olds = {
            e.resource.urn: e for e in state.olds if e.resource is not None and not e.resource.delete
        }
        self._old_stack = next((r for r in state.resources() if r.type == STACK_TYPE), None)
        self._checking, self._judging, self._deciding = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        """The stages of planning: nobody overtakes another, since each waits for its turn in the order of coming."""
        self._goals: dict[str, Goal] = {}
        """By URN, of all that the program has declared."""
        self._renamed: dict[str, str] = {}
        """URN today → URN in the state."""
        self._replaced: set[str] = set()
        self._planned: set[str] = set()
        self._components: dict[str, Entry] = {}
        """Those that have not registered their outputs yet."""
        self._seen_by_policies: dict[str, Resource] = {}
        self._default: asyncio.Task[Registered] | None = None

    # What the monitor asks for

    async def register(self, goal: Goal) -> Registered:
        """Make a resource what the program declares; return what it is then."""
        goal = plan.inherit(goal, self._goals.get(goal.parent))
        if goal.custom and not (goal.provider or is_provider(goal.type)):
            goal = replace(goal, provider=await self._default_provider())
        entry = await (await self._plan(goal))()
        done = entry.held
        if goal.custom:
            return Registered(done.urn, done.id, done.outputs)
        self._components[done.urn] = entry
        return Registered(done.urn, done.id, {})

    async def read(self, goal: Goal) -> Registered:
        """Read a resource of somebody else's."""
        if not goal.provider:
            goal = replace(goal, provider=await self._default_provider())
        # What it depends on is known as a whole.
        goal = replace(goal, property_dependencies={})
        async with self._checking:
            self._run.check()
            urn = self._new_urn(goal.type, goal.name, goal.parent)
            self._goals[urn] = goal
            entry = self._olds.get(urn)
            old = entry.resource if entry else None
            new = replace(plan.new_state(goal, urn, "", None), id=goal.id, external=True)
            replacing = old is not None and not old.external and old.id != goal.id
            self._planned.add(urn)
            if replacing:
                self._replaced.add(urn)
        change = Change(new=new, entry=entry)
        done = await self._steps.read(change, replacing=replacing)
        if replacing and old is not None:
            self._steps.announce_replace(old, done.held, ())
        return Registered(urn, done.held.id, done.held.outputs)

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Take the outputs of a component; the stack's wait for the end, when it is known how the run went."""
        if self._goals.get(urn, Goal(type="", name="")).type == STACK_TYPE:
            self.stack_outputs = outputs
            return
        if urn not in self._components:
            raise ProgramError(f"outputs were registered for a resource that is not waiting for any: {urn}")
        self._steps.finish(self._components.pop(urn), outputs)

    def fail(self, error: EngineError, urn: str = "") -> None:
        """End the run with an error of the program's making."""
        self._run.fail(error, urn)

    # What the executor asks for

    @property
    def outputs(self) -> Properties:
        """The stack's outputs; what a failed program did not get to is as it was before."""
        olds = self._old_stack.outputs if self._old_stack else {}
        if self.stack_outputs is None:
            return olds
        return {**olds, **self.stack_outputs} if self._run.failed else self.stack_outputs

    def finish_components(self) -> None:
        """Give the stack its outputs, and end the components that never registered any."""
        for urn in sorted(self._components, key=lambda urn: self._goals[urn].type == STACK_TYPE):
            is_stack = self._goals[urn].type == STACK_TYPE
            self._steps.finish(self._components.pop(urn), self.outputs if is_stack else None)

    def declared(self) -> Iterator[tuple[Resource, Goal, Resource | None]]:
        """Return what the program has declared, as it is now, with its goal and its provider."""
        for resource in self._state.resources():
            if resource.urn in self._goals and not resource.delete:
                yield resource, self._goals[resource.urn], self._provider_of(resource)

    # Planning

    async def _plan(self, goal: Goal) -> Callable[[], Awaitable[Entry]]:
        """Decide what to do with a resource; return what does it."""
        urn = ""
        try:
            async with self._checking:
                self._run.check()
                urn = self._new_urn(goal.type, goal.name, goal.parent)
                entry, alias = self._find_old(urn, goal.parent, goal.aliases)
                self._goals[urn] = goal
                old = entry.resource if entry else None
                fresh = old is None or old.external or self._is_deleted(old)
                new = await self._check(plan.new_state(goal, urn, alias, old), None if fresh else old)
            async with self._judging:
                new = await self._analyzers.check(new, goal, self._provider_of)
            async with self._deciding:
                self._run.check()
                # What was decided meanwhile may have taken it away.
                deleted, first = self._is_deleted(old), goal.delete_before_replace
                diff = await self._diff(old, new) if old and not (fresh or deleted) else Diff(False)
                action = plan.decide(old, diff, delete_before_replace=first, deleted=deleted)
                if action in (Action.REPLACE, Action.DELETE_BEFORE_REPLACE, Action.RECREATE):
                    self._replaced.add(urn)
                    if old is not None and not fresh:
                        self._refuse_protected(old, new)
                        new = await self._check(replace(new, inputs=goal.properties), None)
                change = Change(new=new, entry=entry, replace_keys=diff.replaces)
                if action is Action.DELETE_BEFORE_REPLACE and entry is not None:
                    condemned = await self._dependents_to_replace(entry.held)
                self._planned.add(urn)
        except StoppedError:
            raise
        except EngineError as error:
            # Told here, where the resource is known.
            self._run.fail(error, urn)
            raise StoppedError from error
        if action is Action.DELETE_BEFORE_REPLACE:
            return lambda: self._delete_and_create(change, condemned)
        steps = self._steps
        plain = {Action.CREATE: steps.create, Action.SAME: steps.same, Action.UPDATE: steps.update}
        return lambda: plain.get(action, self._create_replacement)(change)

    def _is_deleted(self, old: Resource | None) -> bool:
        return old is not None and (old.urn in self.deleted or old.pending_replacement)

    async def _check(self, new: Resource, old: Resource | None) -> Resource:
        """Return a resource with its inputs as its provider wants them."""
        inputs = new.inputs
        if old is not None and new.ignore_changes:
            inputs = plan.ignoring(inputs, old.inputs, new.ignore_changes)
        if not new.custom or is_provider(new.type):
            return replace(new, inputs=inputs)
        provider = await self._providers.get(new.provider)
        inputs, failures = await provider.check(new.urn, old.inputs if old else {}, inputs)
        if failures:
            raise ProgramError("\n".join(failures))
        return replace(new, inputs=inputs)

    async def _diff(self, old: Resource, new: Resource) -> Diff:
        forced = plan.forced_diff(old, new, self._replaced)
        if forced is not None:
            return forced
        if is_provider(new.type):
            return Diff(old.outputs != new.inputs)  # which never replaces it
        if not new.custom:
            return plan.engine_diff(old.inputs, new.inputs)
        provider = await self._providers.get(new.provider)
        if not provider.known:
            message = "the provider's configuration is not known yet; the update may do something else"
            self._run.emit(Diagnostic("warning", message, new.urn))
        diff = await provider.diff(replace(old, urn=new.urn), new.inputs, new.ignore_changes)
        return plan.engine_diff(old.inputs, new.inputs) if diff.changes is None else diff

    async def _dependents_to_replace(self, root: Resource) -> list[Entry]:
        """Return what must go before a resource is deleted, the last one first."""
        replaced = {root.urn}
        entries = {id(entry.resource): entry for entry in self._state.olds if entry.resource is not None}
        resources = [entry.resource for entry in entries.values() if entry.resource is not None]
        found = []
        for resource in dependents(resources, root, self._planned):
            inputs = plan.dependent_inputs(resource, replaced)
            if not isinstance(inputs, bool):
                if is_provider(resource.type):
                    continue
                provider = await self._providers.get(resource.provider)
                diff = await provider.diff(resource, inputs, resource.ignore_changes)
                inputs = bool(diff.changes and diff.replaces)
            if inputs and resource.urn not in self.deleted:
                if resource.protect and not resource.delete:
                    raise ProgramError(
                        f"resource {resource.name} depends on {root.name}, which is to be deleted and created again, "
                        "but is protected",
                        hint="take the protect option off in the program, run up, and try again",
                    )
                replaced.add(resource.urn)
                found.append(entries[id(resource)])
        self.deleted.add(root.urn)
        # What a run before this one replaced goes too, but that is not what the program declares.
        self.deleted.update(entry.held.urn for entry in found if not entry.held.delete)
        return found[::-1]

    def _refuse_protected(self, old: Resource, new: Resource) -> None:
        """Refuse to replace a protected resource; a preview goes on to tell of all else."""
        if not (old.protect and new.protect):
            return
        error = ProgramError(
            f"resource {new.name} is protected and cannot be replaced",
            hint="take the protect option off in the program, and run up again",
        )
        if not self._run.dry_run:
            raise error
        self._run.record_failure(error, new.urn)

    # Doing

    async def _create_replacement(self, change: Change) -> Entry:
        old = change.existing
        entry = await self._steps.create(change, Op.CREATE_REPLACEMENT)
        self._steps.announce_replace(old, entry.held, change.replace_keys)
        return entry

    async def _delete_and_create(self, change: Change, condemned: list[Entry]) -> Entry:
        old = change.existing
        for entry in condemned:
            leftover = entry.held.delete
            op = Op.DELETE if leftover else Op.DELETE_REPLACED
            await self._steps.delete(entry, op, self.deleted, keep=not leftover)
        await self._steps.delete(change.place, Op.DELETE_REPLACED, self.deleted, keep=True)
        self._steps.announce_replace(old, change.new, change.replace_keys)
        return await self._steps.create(change, Op.CREATE_REPLACEMENT)

    # Names

    async def _default_provider(self) -> str:
        """Return the reference of the provider of all resources that name none; it holds all of the configuration."""
        if self._default is None:
            target = self._run.target
            inputs = {
                key: Secret(value) if key in target.secret_keys else value
                for key, value in sorted(target.config.items())
            }
            goal = Goal(type=PROVIDER_TYPE, name="default", properties=inputs)
            self._default = asyncio.create_task(self.register(goal))
        registered = await asyncio.shield(self._default)
        return provider_reference(registered.urn, registered.id)

    def _new_urn(self, type_: str, name: str, parent: str) -> str:
        if parent and parent not in self._goals:
            raise ProgramError(f"the parent of resource {name} is not declared: {parent}")
        target = self._run.target
        urn = make_urn(target.stack, target.project, parent, type_, name)
        if urn in self._goals:
            raise ProgramError(
                f"two resources have the same name: {urn}", hint="give one of them another name"
            )
        return urn

    def _find_old(self, urn: str, parent: str, aliases: tuple[str, ...]) -> tuple[Entry | None, str]:
        """Return what the state holds for a resource, and the alias that it was found by."""
        if urn in self._olds:
            return self._olds[urn], ""
        for alias in alias_urns(urn, parent, aliases, self._renamed):
            if alias in self._olds:
                if alias in self._goals or alias in self._renamed.values():
                    raise ProgramError(f"two resources claim to have been {alias}")
                self._renamed[urn] = alias
                return self._olds[alias], alias
        return None, ""

    def _provider_of(self, resource: Resource) -> Resource | None:
        """Return a resource's provider for policies, without the program's own configuration, which may be large."""
        if resource.provider and resource.provider not in self._seen_by_policies:
            own = f"{self._run.target.project}:"
            for each in self._state.resources():
                if provider_reference(each.urn, each.id) == resource.provider:
                    inputs = {key: value for key, value in each.inputs.items() if not key.startswith(own)}
                    self._seen_by_policies[resource.provider] = replace(each, inputs=inputs)
                    break
        return self._seen_by_policies.get(resource.provider)
