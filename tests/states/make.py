"""Make the states of this folder: `python -m tests.states.make NAME embedded|pulumi`, in a checkout of the version.

NAME is the folder below `made/` that they go to. See README.md.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests

from tests.states.project import PASSPHRASE, PROJECTS, lay_out
from tests.support.workspace import Workspace
from tools.local_emulator import ACCOUNT_SID

MADE = Path(__file__).with_name("made")
FOREIGN = re.compile(r"project:///(.*\.\./|.*/lib/python|(offline/)?engine/)")
SECRETS = {
    "conversation-services:secrets.billing.webhook.postWebhookUrl": "https://hooks.acme.example/billing?token=sesame",
    "everything:hook": "https://hooks.acme.example/direct?token=sesame",
    "everything:secondToken": "sesame",
}


def make(project: str, engine: str, folder: Path) -> None:
    """Bring a project up with this checkout, and keep its state, its stack file and what the emulator holds."""
    with tempfile.TemporaryDirectory() as root:
        workspace = Workspace(Path(root), engine)
        lay_out(workspace, project)
        workspace.make("emulator")
        if project == "everything":
            _encrypt(workspace)
            _make_by_hand(workspace)
        workspace.make("up", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE)
        workspace.close()
        folder.mkdir(parents=True)
        shutil.copy(workspace.root / "stacks" / "Pulumi.dev.yaml", folder / "Pulumi.dev.yaml")
        port = (workspace.root / ".emulator" / "port").read_text(encoding="ascii")
        state = workspace.root / ".emulator/state/.pulumi/stacks/conversation-services/dev.json"
        text = json.dumps(scrubbed(json.loads(state.read_text(encoding="utf-8"))), indent=1)
        (folder / "state.json").write_text(text.replace(f":{port}/", ":PORT/") + "\n", encoding="utf-8")
        with sqlite3.connect(workspace.root / ".emulator" / "services.db") as database:
            lines = [f"PRAGMA user_version={database.execute('PRAGMA user_version').fetchone()[0]};"]
            lines += database.iterdump()
        (folder / "emulator.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


def scrubbed(state: Any) -> Any:
    """Leave out the places in this machine's Python, and in the engine, that a resource was declared by."""
    match state:
        case dict():
            return {key: scrubbed(value) for key, value in state.items() if not _is_foreign(value)}
        case list():
            return [scrubbed(each) for each in state if not _is_foreign(each)]
    return state


def _is_foreign(value: Any) -> bool:
    if isinstance(value, dict) and value.keys() == {"sourcePosition"}:
        return not value["sourcePosition"] or _is_foreign(value["sourcePosition"])
    return isinstance(value, str) and bool(FOREIGN.match(value))


def _encrypt(workspace: Workspace) -> None:
    engine = ["pulumi"] if workspace.engine == "pulumi" else [sys.executable, "-m", "offline.engine"]
    if not (workspace.root / "offline").exists() and engine[0] != "pulumi":
        engine[-1] = "engine"
    with tempfile.TemporaryDirectory() as backend:
        given = workspace.environment(PULUMI_BACKEND_URL=f"file://{backend}")
        given["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
        for words in (
            ["stack", "init", "dev"],
            *(["config", "set", "--stack=dev", "--secret", "--path", *pair] for pair in SECRETS.items()),
        ):
            subprocess.run([*engine, *words], cwd=workspace.root, env=given, check=True)


def _make_by_hand(workspace: Workspace) -> None:
    """Make a service that is only read, and one that is adopted by its name."""
    url, made = workspace.emulator.url + "/v1/Services", []
    for name in ("acme-by-hand", "acme-adopted-dev"):
        answer = requests.post(url, data={"FriendlyName": name}, auth=(ACCOUNT_SID, "emulator"), timeout=30)
        answer.raise_for_status()
        made.append(answer.json()["sid"])
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("config:\n", f"config:\n  everything:byHand: {made[0]}\n", 1), encoding="utf-8"
    )


if __name__ == "__main__":
    name, engine = sys.argv[1:]
    for project in PROJECTS:
        shutil.rmtree(MADE / name / project, ignore_errors=True)
        make(project, engine, MADE / name / project)
