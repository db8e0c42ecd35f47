"""Run an engine on one stack, or on all of them: `python -m tools.stack up --stack dev [-- FLAGS]`.

It decides what the Makefile's targets need decided: which engine, which API (Twilio or this clone's emulator), where
the state lies, and that the stack exists. Then it runs the engine to its end. `prepare` does the same for callers that
run several commands themselves.

On the emulator a stack has a state, a passphrase and a copy of its stack file of its own, all in `.emulator/`: nothing
of a rehearsal reaches the true state or a file under version control.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import engine_process, local_emulator
from tools.adoptions import counted
from tools.config_size import too_large
from tools.engine_process import Ended
from tools.engines import CLI_FOLDER, EMBEDDED, Engine, choose_engine
from tools.interrupted import locks_in_the_way, way_on
from tools.place import PACK, ROOT
from tools.policy_packs import check_policy_packs
from tools.run_facts import ADDRESS, SERVICE, VARIABLE, decrypted, run_facts, settings_now
from tools.stack_files import (
    declared_addresses,
    declared_services,
    find_stack_file,
    load,
    protection_hint,
    read,
    stacks_in_order,
    write_rehearsal,
)
from tools.state import StateReader, ask, backend_folder, drop_torn_attributes, with_backend
from tools.variables import CONFIG_FILE, lacking, on_emulator, shell_lines, uses_emulator, without_own
from tools.variables.credentials import FALLS_BACK

__all__ = ["ALL", "ROOT", "PreparedStack", "main", "prepare", "prepare_api", "prepare_state"]

ALL = "all"
"""In the place of a stack's name: every stack, in order."""
COMMANDS = ("up", "preview", "refresh", "destroy", "outputs", "cancel")
ENV = "env"
"""Prints what a shell needs to run the engine by hand: `eval "$(make -s env)"`."""
TIMING = "--timing"
"""The one flag that is ours and no engine's: tell at the end where the time went."""
SDK_DEBUG = "PULUMI_SDK_DEBUG"
"""Makes the program send the SDK's debug lines to the engine."""
PARALLEL = "PULUMI_PARALLEL"
"""How many resources the Pulumi CLI works at where no flag says so; by itself four for each processor."""
IN_FLIGHT = "16"
"""Requests at once that the provider allows where the stack file does not say."""


@dataclass(frozen=True, slots=True)
class PreparedStack:
    """A stack that exists, and all that an engine needs to run on it."""

    name: str
    engine: tuple[str, ...]
    environment: Mapping[str, str]
    document: Mapping[str, Any] = field(default_factory=dict)
    """The stack file, as it was read."""
    config_file: Path | None = None
    """The copy of the stack file that a run on the emulator reads; None for the stack file itself."""

    @property
    def on_emulator(self) -> bool:
        """Tell whether this clone's emulator stands for Twilio."""
        return self.config_file is not None

    def command(self, command: str, flags: Iterable[str] = ()) -> list[str]:
        """Return the command line of one of `COMMANDS`, to be run in the project's root.

        Args:
            command: What to do; `compare` asks in what things differ from what is declared.
            flags: Flags of the Pulumi CLI.
        """
        match command:
            case "outputs":
                words = ["stack", "output", "--json"]
            case "up" | "preview":
                words = [command, "--policy-pack", PACK]
            case "compare":
                words = ["preview", "--refresh"]
            case _:
                words = [command]
        given = [*flags]
        if self.config_file is not None and command not in ("outputs", "cancel"):
            given += ["--config-file", str(self.config_file)]
        if (
            _falls_back(self)
            and command in ("up", "refresh", "destroy", "cancel")
            and not {"--yes", "-y", "--preview-only"} & {*given}
        ):
            given += ["--yes"]
        return [*self.engine, *words, "--stack", self.name, *given]

    def configuration(self) -> dict[str, str]:
        """Return the stack's configuration, decrypted: `namespace:key` to text; maps and lists as JSON.

        Raises:
            SystemExit: If the engine cannot decrypt it; the text is its own error.
        """
        return decrypted(self.engine, self.name, self.environment, self.config_file)

    def run(
        self,
        command: str,
        flags: Iterable[str] = (),
        *,
        captured: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run the engine to its end; one that has gone silent is ended.

        Args:
            command: What to do, one of `COMMANDS`, or `compare`.
            flags: Flags of the Pulumi CLI.
            captured: Keep what it prints instead of passing it on.
            environment: Variables beside those of the stack.

        Raises:
            SystemExit: If the engine would not get through; the text says why.
        """
        words = self.command(command, flags)
        check_policy_packs(words)
        given = {**self.environment, **(environment or {})}
        given.pop(VARIABLE, None)
        if {"--debug", "-d"} & {*words}:
            given.setdefault(SDK_DEBUG, "1")
        what = f"{self.name}: {command}"
        if command in ("outputs", "cancel"):
            return engine_process.run(words, given, what=what, captured=captured)
        reader = StateReader(self.engine, self.name, given)
        settings = settings_now(self.engine, self.name, given, self.config_file)
        if self.engine != EMBEDDED:
            given.setdefault(PARALLEL, settings.get("twilio:maxConcurrency", IN_FLIGHT))
        with run_facts(
            reader,
            self.document,
            settings=settings,
            declares=command in ("up", "preview", "compare"),
            makes=command == "up",
            only_compares=command == "compare",
        ) as facts:
            return engine_process.run(words, given | facts, what=what, captured=captured)


def main(arguments: list[str]) -> None:
    """Prepare everything and run the engine; for all stacks, for one after the other. Ends with its exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.stack", description=__doc__)
    parser.add_argument("command", choices=(*COMMANDS, ENV))
    parser.add_argument("--stack", required=True, help=f"a stack's name, or {ALL}")
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given, flags = parser.parse_args(arguments[:end]), arguments[end + 1 :]

    if given.command == ENV:
        try:
            _print_environment(prepare(given.stack, os.environ))
        except SystemExit:
            # The shell that reads this would go on with what it has: `eval "" && pulumi up` runs.
            sys.stdout.write("false\n")
            raise
        return
    if given.stack == ALL:
        raise SystemExit(_run_all(given.command, flags))
    raise SystemExit(_run(given.stack, given.command, flags))


def prepare(stack: str, environment: Mapping[str, str]) -> PreparedStack:
    """Choose the engine and the API, start the emulator where it is needed, and create the stack's state.

    Raises:
        SystemExit: If something is missing; the text says what to do.
    """
    stack_file = find_stack_file(stack)
    engine = choose_engine(environment)
    if engine.note:
        _say(engine.note)
    if message := too_large(stack_file.relative_to(ROOT), read(stack_file)[1]):
        if not engine.is_embedded:
            raise SystemExit(f"error: {message}")
        _say(message)
    prepared = _prepare_api(stack, stack_file, engine, environment)
    _create_stack(prepared)
    return prepared


def prepare_api(stack: str, environment: Mapping[str, str]) -> PreparedStack:
    """Choose the engine and the API, and start the emulator where it is needed; no state is created.

    Raises:
        SystemExit: If something is missing; the text says what to do.
    """
    return _prepare_api(stack, find_stack_file(stack), choose_engine(environment), environment)


def _prepare_api(
    stack: str, stack_file: Path, engine: Engine, environment: Mapping[str, str]
) -> PreparedStack:
    environment = with_backend(without_own(environment))
    document = load(stack_file)
    if not uses_emulator(stack, environment, document):
        return PreparedStack(stack, engine.command, environment, document)
    url = local_emulator.start()
    if environment.get("EMULATOR") != "1":
        _say("no Twilio credentials are set")
    _say(f"{stack} uses the emulator at {url}")
    rehearsal = write_rehearsal(stack_file, document)
    changed = on_emulator(environment, url, own_passphrase=not rehearsal.has_secrets)
    return PreparedStack(stack, engine.command, changed, document, rehearsal.stack_file)


def prepare_state(
    stack: str, environment: Mapping[str, str], document: Mapping[str, Any] | None = None
) -> PreparedStack:
    """Choose the engine and where the state lies, for commands that need neither the stack file nor the API.

    Nothing is started or created. Of a rehearsal, and of dev as long as it falls back to the emulator, it is the
    emulator's state.

    Args:
        stack: The stack's name.
        environment: Says where: `PULUMI_BACKEND_URL`, `ENGINE`, `EMULATOR`.
        document: The stack file, or what stands for one that cannot be read; None to have it read here.

    Raises:
        SystemExit: If there is no such engine, or `EMULATOR` has no known value.
    """
    environment = with_backend(without_own(environment))
    engine = choose_engine(environment)
    given, path = environment.get("EMULATOR", ""), ROOT / "stacks" / f"Pulumi.{stack}.yaml"
    # Only dev's own credentials decide something here.
    if document is None:
        document = load(path) if stack == FALLS_BACK and path.exists() else {}
    is_true = given == "0" or (given == "" and stack != FALLS_BACK)
    if is_true or not uses_emulator(stack, environment, document):
        return PreparedStack(stack, engine.command, dict(environment), document)
    changed = on_emulator(environment, "", own_passphrase=True)
    copy = local_emulator.FOLDER / "project" / "stacks" / path.name
    return PreparedStack(stack, engine.command, changed, document, copy)


def _run_all(command: str, flags: list[str]) -> int:
    """Run a command on every stack in order, the last first if it destroys; stop at the first that fails."""
    stacks = stacks_in_order()
    for stack in reversed(stacks) if command == "destroy" else stacks:
        _say(f"{command} {stack}")
        if code := _run(stack, command, flags):
            _say(f"{stack} failed: the stacks after it are left as they are")
            return code
    return 0


def _run(stack: str, command: str, flags: list[str]) -> int:
    """Run a command on a stack; give its exit code."""
    prepared = prepare(stack, os.environ)
    if adopted := _adopted(prepared, command):
        _say(f"{stack}: {adopted} to adopt and not to create, though the Pulumi CLI counts creations")
    told: Iterable[str] = ()
    if TIMING in flags:
        # Not at the top: what it needs takes each command a fiftieth of a second.
        from tools.timing import lines, timed

        with timed() as (timing, variables):
            done = _go(prepared, command, [each for each in flags if each != TIMING], variables)
        told = lines(timing)
    else:
        done = _go(prepared, command, flags, {})
    if done.silence:
        print(f"error: {done.silence}", file=sys.stderr, flush=True)
    elif done.code and (hint := _protection(prepared, command)):
        print(hint, file=sys.stderr, flush=True)
    for line in _said_after(prepared, command, done):
        _say(line)
    for line in told:
        print(line, file=sys.stderr, flush=True)
    return done.code


def _go(prepared: PreparedStack, command: str, flags: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run the engine; a stack that nobody is asked about is brought up at once."""
    if command == "up" and not flags and _falls_back(prepared):
        return _up_at_once(prepared, environment)
    return prepared.run(command, flags, environment=environment)


def _falls_back(prepared: PreparedStack) -> bool:
    """Tell whether it is the stack that nobody is asked about."""
    return prepared.on_emulator and prepared.name == FALLS_BACK


def _up_at_once(prepared: PreparedStack, variables: Mapping[str, str]) -> Ended:
    """Bring a stack up that nobody is asked about; its preview is shown only if it keeps it from that."""
    seen = prepared.run("preview", captured=True, environment=variables)
    if not seen.code:
        return prepared.run("up", ["--yes", "--skip-preview"], environment=variables)
    sys.stdout.write(seen.stdout)
    sys.stdout.flush()
    sys.stderr.write(seen.stderr)
    return seen


def _print_environment(prepared: PreparedStack) -> None:
    after = {**prepared.environment, "PULUMI_STACK": prepared.name}
    if prepared.config_file is not None:
        after[CONFIG_FILE] = str(prepared.config_file)
    if CLI_FOLDER in Path(prepared.engine[0]).parents:
        after["PATH"] = f"{CLI_FOLDER / 'bin'}{os.pathsep}{after.get('PATH', '')}"
    sys.stdout.writelines(f"{line}\n" for line in shell_lines(os.environ, after))


def _adopted(prepared: PreparedStack, command: str) -> str:
    """Count what the Pulumi CLI would show as a creation, and is none; "" for nothing, or the embedded engine."""
    if command not in ("up", "preview") or prepared.engine == EMBEDDED:
        return ""
    reader = StateReader(prepared.engine, prepared.name, prepared.environment)
    return counted(prepared.document, reader.state)


def _protection(prepared: PreparedStack, command: str) -> str:
    """Return by which keys protection stood in the way of a run that failed; "" if it did not."""
    state = StateReader(prepared.engine, prepared.name, prepared.environment).state()
    if state is None or command not in ("up", "preview", "destroy"):
        return ""
    services = declared_services(prepared.document)
    declared = {*services, *declared_addresses(prepared.document)}
    names = []
    for each in state.resources:
        name = str(each.get("urn", "")).rpartition("::")[2]
        if not each.get("protect") or each.get("delete") or each.get("type") not in (SERVICE, ADDRESS):
            continue
        # A run that brings a stack up takes away what is no longer declared, and what gets another name.
        settings = services.get(name)
        wanted = settings.get("friendlyName") if isinstance(settings, Mapping) else None
        if (
            command == "destroy"
            or name not in declared
            or wanted not in (None, (each.get("inputs") or {}).get("friendly_name"))
        ):
            names.append(name)
    return protection_hint(prepared.name, prepared.document, names)


def _said_after(prepared: PreparedStack, command: str, done: Ended) -> Iterator[str]:
    """Say what helps after a run that failed, beyond the engine's own words."""
    if not done.code:
        return
    name, environment = prepared.name, prepared.environment
    folder = backend_folder(environment)
    if done.interrupted:
        yield f"{name}: {command} was interrupted; {way_on(command, name, environment, folder)}"
    if command != "cancel":
        yield from locks_in_the_way(name, environment, folder)


def _create_stack(prepared: PreparedStack) -> None:
    """Create the stack's state unless it exists."""
    engine, stack, environment = prepared.engine, prepared.name, prepared.environment
    for name in drop_torn_attributes(backend_folder(environment), stack):
        _say(f"{stack}: removed {name}, which a killed run has left half-written; the state itself is whole")
    # Asked rather than tried: to create a stack needs the passphrase, even where another provider keeps its secrets.
    if stack in StateReader(engine, stack, environment).stacks():
        return
    project, secrets_provider = ROOT, str(prepared.document.get("secretsprovider") or "")
    if prepared.config_file is not None:
        project, secrets_provider = prepared.config_file.parent.parent, ""
    elif problem := lacking(stack, environment, prepared.document):
        raise SystemExit(problem)
    command = [*engine, "-C", str(project), "stack", "init", stack, "--non-interactive"]
    ask([*command, "--secrets-provider", secrets_provider] if secrets_provider else command, environment)


def _say(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # As the Pulumi CLI does: whatever the locale, names keep their letters.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    main(sys.argv[1:])
