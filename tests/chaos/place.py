"""Where scenarios play: a clone of the project with one stack, an emulator and a proxy, used again and again.

Commands are real ones: `python -m tools.stack`, which is what make calls, `python -m offline.engine` or `pulumi`, each
with a deadline. Between two scenarios the state, the stack file and whatever commands have left behind are put back.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from ruamel.yaml import YAML

from offline.engine.state.crypto import PassphraseCrypter
from tests.chaos.proxy import Proxy
from tests.support.clone import ROOT, copy_checkout
from tests.support.emulator import Emulator

__all__ = ["PROJECT", "ROOT", "STACK", "Outcome", "Place", "Running"]

PROJECT, STACK = "conversation-services", "dev"
# What is right ends within seconds; this is for machines that are busy, and what has no end meets it too.
DEADLINE_SECONDS = 300.0
_ESCAPED = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff\ufffe\uffff\ud800-\udfff]")
_LEFT_OUT = ("tests/", "docs/", ".github/")
_OF_A_SCENARIO = ("state", "tmp", "home", "reports", "deployed", "facts", "elsewhere")


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    words: tuple[str, ...]
    code: int
    text: str
    """All that it printed."""
    seconds: float
    hung: bool = False
    """It had to be killed at its deadline."""


class Running:
    """A command under way."""

    def __init__(self, words: list[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
        self.words = tuple(words)
        self._log = log
        self._start = time.monotonic()
        with log.open("wb") as output:
            self.process = psutil.Popen(
                words,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def family(self) -> list[psutil.Process]:
        """List the process and all below it, as far as they live."""
        with contextlib.suppress(psutil.Error):
            return [self.process, *self.process.children(recursive=True)]
        return []

    def find(self, module: str) -> list[psutil.Process]:
        """Find the processes of the command that run a Python module, or a program of that name."""
        found = []
        for each in self.family():
            with contextlib.suppress(psutil.Error):
                line = each.cmdline()
                if module in line or (line and Path(line[0]).name == module):
                    found.append(each)
        return found

    def wait(self, deadline_seconds: float = DEADLINE_SECONDS) -> Outcome:
        """Wait for the end; at the deadline kill it with all that it started."""
        hung = False
        try:
            self.process.wait(deadline_seconds)
        except psutil.TimeoutExpired:
            hung = True
            for each in self.family():
                with contextlib.suppress(psutil.Error):
                    each.send_signal(signal.SIGKILL)
            self.process.wait(10)
        text = self._log.read_bytes().decode("utf-8", "replace")
        code = self.process.returncode
        return Outcome(self.words, -9 if code is None else code, text, time.monotonic() - self._start, hung)


class Place:
    """A clone, with emulator and proxy.

    Args:
        root: empty folder for the clone.
        engine: "embedded" or "pulumi".
    """

    def __init__(self, root: Path, engine: str) -> None:
        self.root = root
        self.engine = engine
        self.passphrase = f"phrase-{secrets.token_hex(12)}"
        copy_checkout(root, left_out=_LEFT_OUT)
        self.stack_file = root / "stacks" / f"Pulumi.{STACK}.yaml"
        self.emulator = Emulator()
        self.proxy = Proxy(self.emulator.url)
        self._number = 0
        self.reset()
        made = self.start([*self.engine_words, "stack", "init", STACK], {}).wait()
        if made.code:
            self.close()
            raise RuntimeError(f"the stack can't be made\n{made.text}")
        self.fresh = root.parent / f"{root.name}-fresh"
        """The state of a stack that was just made."""
        shutil.copytree(root / "state", self.fresh)
        self.salt = salt = YAML(typ="safe").load(self.stack_file.read_text(encoding="utf-8"))[
            "encryptionsalt"
        ]
        self._crypter = PassphraseCrypter(salt, lambda: self.passphrase)

    @property
    def engine_words(self) -> list[str]:
        """The command of the engine."""
        return ["pulumi"] if self.engine == "pulumi" else [sys.executable, "-m", "offline.engine"]

    @property
    def state_file(self) -> Path:
        """Where the state lies."""
        return self.root / "state" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"

    def sealed(self, text: str) -> dict[str, str]:
        """Encrypt a value of the stack file."""
        return {"secure": self._crypter.encrypt(text)}

    def write_stack(self, config: Mapping[str, Any], text: str | None = None) -> None:
        """Write the stack file: JSON is YAML. `text` is written in place of it."""
        salt = {"encryptionsalt": self._crypter.salt_state} if hasattr(self, "_crypter") else {}
        # JSON is YAML, but for pairs of surrogates and for what YAML takes for a line break.
        document = json.dumps({**salt, "config": config}, indent=1, ensure_ascii=False)
        document = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
        self.stack_file.write_text(document if text is None else text, encoding="utf-8")

    def environment(self, changes: Mapping[str, str]) -> dict[str, str]:
        """Give the environment of a command: nothing of Twilio's or Pulumi's but what is put in here."""
        foreign = ("TWILIO_", "PULUMI_", "MAKE", "MFLAGS", "GITHUB_", "GITOPS_", "PYTEST_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
        return kept | {
            "ENGINE": self.engine,
            "NO_COLOR": "1",
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "PULUMI_HOME": str(self.root / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TMPDIR": str(self.root / "tmp"),
            **changes,
        }

    def start(self, words: list[str], environment: Mapping[str, str]) -> Running:
        """Start a command in the clone."""
        self._number += 1
        log = self.root.parent / f"{self.root.name}-output" / f"{self._number}.txt"
        log.parent.mkdir(exist_ok=True)
        return Running(words, self.root, self.environment(environment), log)

    def reset(self) -> None:
        """Put everything back for another scenario."""
        self.proxy.reset()
        self.emulator.reset()
        for name in _OF_A_SCENARIO:
            shutil.rmtree(self.root / name, ignore_errors=True)
        for name in ("tmp", "home"):
            (self.root / name).mkdir()
        if hasattr(self, "fresh"):
            shutil.copytree(self.fresh, self.root / "state")
        else:
            (self.root / "state").mkdir()
        shutil.rmtree(self.root / "stacks")
        shutil.copytree(ROOT / "stacks", self.root / "stacks")
        self.write_stack({})

    def close(self) -> None:
        """Stop emulator and proxy."""
        self.proxy.close()
        self.emulator.stop()
