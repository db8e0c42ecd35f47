"""Encryption of single values for a stack, by an engine, as `config set --secret` does it.

The engine works in a project of its own for a moment, with what the stack file says of encryption: it would write a
stack file anew, and here no character of one that is there may change. Values reach it by standard input.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plain_yaml import YamlError, load_text, read_text
from plain_yaml.editing import edited
from tools.engines import choose_engine
from tools.stack_files import PROJECT, SECRETS_KEYS

__all__ = ["Sealed", "seal"]

SECONDS = 60
"""The longest that an engine may take for one value."""
WORKERS = 4
KEY = f"{PROJECT}:value"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted values, in order, or why there are none.

    `settings` are keys of the stack file that came into being with them, such as its salt.
    """

    values: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


class _CannotError(Exception):
    """Raised if an engine cannot encrypt; the text is its own error, and holds no value."""


def seal(
    values: Sequence[str], stack: str, document: Mapping[str, Any], environment: Mapping[str, str]
) -> Sealed:
    """Encrypt values for a stack.

    Args:
        values: In plain text.
        stack: Its name.
        document: The stack file.
        environment: Names the engine, and holds the passphrase or what proves who may use the key.
    """
    if not values:
        return Sealed()
    given = {key: str(document[key]) for key in SECRETS_KEYS if document.get(key)}
    backend = environment.get("PULUMI_BACKEND_URL", "")
    # Of Pulumi's own service the key is the stack's; any other key is told by the stack file and the environment.
    own = not backend.startswith(("http://", "https://"))
    engine = choose_engine(environment).command
    try:
        with _project(stack, given) as folder:
            if own:
                environment = {**environment, "PULUMI_BACKEND_URL": f"file://{folder}"}
                provider = given.get("secretsprovider", "")
                words = ["init", stack, *(["--secrets-provider", provider] if provider else [])]
                _ask([*engine, "-C", str(folder), "stack", *words], environment)
            first = _sealed(engine, folder, stack, values[0], environment)
            made = load_text(read_text(folder / f"Pulumi.{stack}.yaml"))
            settings = {key: str(made[key]) for key in SECRETS_KEYS if made.get(key)}

            def one(value: str) -> str:
                with _project(stack, settings) as another:
                    return _sealed(engine, another, stack, value, environment)

            with ThreadPoolExecutor(WORKERS) as pool:
                others = [*pool.map(one, values[1:])]
    except (_CannotError, YamlError, OSError, SystemExit) as error:
        return Sealed(problem=str(error))
    return Sealed((first, *others), {key: each for key, each in settings.items() if key not in given})


def _sealed(
    engine: Sequence[str], folder: Path, stack: str, value: str, environment: Mapping[str, str]
) -> str:
    words = ["config", "set", "--secret", KEY, "--stack", stack]
    _ask([*engine, "-C", str(folder), *words], environment, value)
    config = load_text(read_text(folder / f"Pulumi.{stack}.yaml"))["config"]
    return str(config[KEY]["secure"])


def _ask(command: Sequence[str], environment: Mapping[str, str], value: str = "") -> None:
    try:
        done = subprocess.run(
            [*command, "--non-interactive"],
            env={**environment, "NO_COLOR": "1"},
            input=value,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _CannotError(f"the engine has not answered within {SECONDS} s") from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = next((line for line in lines if line.startswith("error: ")), "the engine cannot encrypt")
        raise _CannotError(told.removeprefix("error: "))


@contextmanager
def _project(stack: str, settings: Mapping[str, str]) -> Iterator[Path]:
    """Make a project of this name for a moment, with what a stack file says of encryption."""
    with tempfile.TemporaryDirectory(prefix="sealing-") as name:
        folder = Path(name)
        (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")
        (folder / f"Pulumi.{stack}.yaml").write_text(
            edited("", settings) if settings else "{}\n", encoding="utf-8"
        )
        yield folder
