"""The project at work: a clone, an engine and the clone's emulator."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.figures import Figures, measured
from tests.support.workspace import Workspace

__all__ = ["LATENCY_SECONDS", "WORK", "run_engine", "services"]

LATENCY_SECONDS = 0.2
"""Before each answer of the API, with a peer too."""
WORK = ("up", "no change", "refresh", "destroy")
PERMISSIONS = ["sendMessage", "leaveConversation"]


def services(count: int, *, complete: bool) -> dict[str, Any]:
    """Declare services: with nothing but a name, or of eight resources each."""

    def role(type_: str) -> dict[str, Any]:
        own = ["createConversation"] if type_ == "service" else PERMISSIONS
        return {"type": type_, "permissions": own}

    parts = {
        "roles": {
            "agent": role("conversation"),
            "guest": role("conversation"),
            "user": role("service"),
        },
        "configuration": {"reachabilityEnabled": True},
        "webhook": {
            "method": "POST",
            "postWebhookUrl": "https://example.com/hook",
            "filters": ["onMessageAdded"],
        },
        "notifications": {"newMessage": {"enabled": True, "template": "News"}},
    }
    names = [f"acme-{number:04}" for number in range(count)]
    return {name: {"friendlyName": name, **(parts if complete else {})} for name in names}


def run_engine(engine: str, count: int, flags: str, *, complete: bool) -> Iterator[tuple[str, Figures]]:
    """Bring services up, do so again, refresh and destroy them; yield each work with its figures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), engine)
        try:
            declared = services(count, complete=complete)
            workspace.edit(lambda held: held.clear())
            workspace.edit(lambda held: held.update(declared))
            workspace.make("emulator")
            workspace.emulator.latency(LATENCY_SECONDS)
            for work in WORK:
                target = "up" if work == "no change" else work
                arguments = f"--yes --skip-preview {flags}".strip()
                command = ["make", "-s", target, "STACK=dev", f"ARGS={arguments}"]
                yield work, measured(command, workspace.root, workspace.environment(), workspace.emulator)
        finally:
            workspace.close()
