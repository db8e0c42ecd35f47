"""A checkout of the project in a temporary folder, worked with as its users do: by `make`.

The copy holds what is under version control (and what is about to be), shares this checkout's `.venv`, and has its own
emulator, state and stack files.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from ruamel.yaml import YAML

from tests.support.clone import copy_checkout
from tests.support.commands import finished
from tests.support.emulator import EmulatorControl
from tools.local_emulator import ACCOUNT_SID

COMMAND_SECONDS = 300
ENGINES = [
    pytest.param("embedded", id="embedded"),
    pytest.param("pulumi", id="pulumi", marks=pytest.mark.real_engine),
]
"""What a test that holds for both engines is parametrised by."""

Json = dict[str, Any]


class Workspace:
    """A clone of the project and one engine.

    Args:
        root: empty folder to make the clone in.
        engine: "embedded" or "pulumi".
    """

    def __init__(self, root: Path, engine: str) -> None:
        self.root = root
        self.engine = engine
        copy_checkout(root)
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "as cloned")

    def git(self, *arguments: str) -> str:
        """Run git in the clone; give what it printed."""
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout

    def environment(self, **changes: str) -> dict[str, str]:
        """Return this process's environment without Twilio's and Pulumi's variables, and with the changes."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("TWILIO_", "PULUMI_", "MAKE", "MFLAGS"))
        }
        kept |= {
            "ENGINE": self.engine,
            "PULUMI_HOME": str(self.root / ".cache" / "pulumi-home"),
            "NO_COLOR": "1",
        }
        return kept | changes

    def make(
        self, target: str, arguments: str = "", *, stack: str = "dev", code: int | None = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `make TARGET STACK=… ARGS=…` and give its output; a code other than the expected one raises.

        Args:
            code: 0, or 2, which is what make turns every failure into; None takes any.
            variables: environment, such as EMULATOR="1".
        """
        return finished(
            ["make", "-s", target, f"STACK={stack}", f"ARGS={arguments}"],
            folder=self.root,
            environment=self.environment(**variables),
            seconds=COMMAND_SECONDS,
            code=code,
        )

    def begin(
        self, target: str, arguments: str = "", *, new_session: bool = False, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start `make TARGET ARGS=…` and give the process, whose output goes nowhere.

        Args:
            target: of the Makefile.
            arguments: its ARGS.
            new_session: whether it gets a session of its own, so that a signal reaches its whole family alone.
            variables: environment, such as EMULATOR="1".
        """
        return subprocess.Popen(
            ["make", "-s", target, f"ARGS={arguments}"],
            cwd=self.root,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=new_session,
        )

    def outputs(self, stack: str = "dev", **variables: str) -> Json:
        """Return the output `services` of a stack: per logical name its sid, friendlyName and url."""
        services: Json = json.loads(self.make("outputs", stack=stack, code=0, **variables).stdout)["services"]
        return services

    def edit(self, change: Callable[[Json], None], stack: str = "dev") -> None:
        """Change the services that a stack file declares."""
        self.edit_config(lambda config: change(config["conversation-services:services"]), stack)

    @property
    def emulator(self) -> EmulatorControl:
        """The clone's own emulator; it must be running."""
        port = (self.root / ".emulator" / "port").read_text(encoding="ascii")
        return EmulatorControl(f"http://127.0.0.1:{port}")

    def names(self) -> list[str]:
        """Return the friendly names of all services that the emulator holds, sorted."""
        return sorted(service["friendly_name"] for service in self.emulator.services())

    def edit_config(self, change: Callable[[Json], None], stack: str = "dev") -> None:
        """Change the whole configuration of a stack file."""
        yaml = YAML()
        path = self.root / "stacks" / f"Pulumi.{stack}.yaml"
        document = yaml.load(path.read_text(encoding="utf-8"))
        change(document["config"])
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)

    def encrypt(self, key: str, value: str, stack: str = "dev", **variables: str) -> None:
        """Put a value into a stack file, encrypted by the clone's engine.

        Args:
            key: path in the configuration, names joined by dots.
            value: in plain text.
            stack: whose file; its state is made if need be.
            variables: further environment, such as the passphrase.
        """
        engine = ["pulumi"] if self.engine == "pulumi" else [".venv/bin/python", "-m", "offline.engine"]
        put = ["config", "set", "--stack", stack, "--secret", "--path", key, value]
        for command in (["stack", "init", stack], put):
            subprocess.run(
                [*engine, *command, "--non-interactive"],
                cwd=self.root,
                env=self.environment(**variables),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                # A state may be there already.
                check=command is put,
                timeout=COMMAND_SECONDS,
            )

    def kept(self, text: str) -> list[str]:
        """Return the files of state, history and backups that hold a text, in plain."""
        folder = self.root / ".emulator" / "state"
        found = [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
        return [str(path.relative_to(folder)) for path in found]

    def addresses(self) -> list[Json]:
        """Return the address configurations of the account."""
        found: list[Json] = self._api("GET", "/v1/Configuration/Addresses").json()["address_configurations"]
        return found

    def add_address(self, address: str, service_sid: str) -> str:
        """Lead an address to a service, as somebody else would; return its SID."""
        form = {
            "Type": "sms",
            "Address": address,
            "AutoCreation.Enabled": "true",
            "AutoCreation.ConversationServiceSid": service_sid,
        }
        return str(self._api("POST", "/v1/Configuration/Addresses", form).json()["sid"])

    def delete_conversation(self, service_sid: str, sid: str) -> None:
        """Delete a conversation as an operator would, through the API and with the clone's own account."""
        self._api("DELETE", f"/v1/Services/{service_sid}/Conversations/{sid}")

    def _api(self, method: str, path: str, form: Json | None = None) -> requests.Response:
        url, credentials = self.emulator.url + path, (ACCOUNT_SID, "emulator")
        answer = requests.request(method, url, data=form, auth=credentials, timeout=30)
        answer.raise_for_status()
        return answer

    def close(self) -> None:
        """Stop the clone's emulator."""
        self.make("emulator-stop", code=None)
