"""Any sequence of runs, losses, deaths and changes by other hands: nothing is lost, made twice, or taken from others.

hypothesis makes up the sequences and shrinks what fails; the provider runs in the true host, the API is the emulator.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from providers._resource.facts import VARIABLE
from tests.emulator.api import Api
from tests.providers.conftest import ACCOUNT_SID, TOKEN
from tests.support.dynamic_host import HostProcess
from tests.support.emulator import Emulator
from tests.support.small_engine import SmallEngine

Props = dict[str, Any]
CREATE = "POST /v1/Services"
LOGICAL = st.sampled_from(["first", "second", "third"])
NAME = st.sampled_from(["alpha", "beta", "gamma", "delta"])
WHICH = st.integers(0, 9)
CONFLICT = st.sampled_from(["error", "error", "adopt"])
CHANGE = st.sampled_from(["declare", "declare", "remove", "swap", "move"])
EVENT = st.sampled_from(["rename", "make", "delete", "converse", "join"])
TROUBLE = st.sampled_from(
    [
        "none",
        "none",
        "none",
        "reset_after",
        "reset_before",
        "truncate",
        "503",
        "404",
        "409",
        "listing",
        "reset of a delete",
    ]
)


class Runs(RuleBasedStateMachine):
    """Runs of one program, and what happens between them."""

    emulator: Emulator
    process: HostProcess
    facts: Path

    def __init__(self) -> None:
        super().__init__()
        self.declared: dict[str, Props] = {}
        self.inhabited: dict[str, set[str]] = {}
        self.foreign: set[str] = set()
        self.left: set[str] = set()
        """What killed runs may have made."""
        self.emulator.reset()
        self.api = Api(self.emulator, ACCOUNT_SID, TOKEN)
        config = {
            "twilio:accountSid": ACCOUNT_SID,
            "twilio:authToken": TOKEN,
            "twilio:baseUrl": self.emulator.url,
            "twilio:retryBaseSeconds": "0.001",
            "twilio:retryCeilingSeconds": "3",
            "twilio:readTimeoutSeconds": "0.4",
        }
        self.engine = SmallEngine(self.process, config, self.facts)

    @rule(logical=LOGICAL, other=LOGICAL, name=NAME, conflict=CONFLICT, what=CHANGE)
    def change(self, logical: str, other: str, name: str, conflict: str, what: str) -> None:
        """Change the program: declare, rename, remove, swap two names, give another logical name."""
        declared = self.declared.get(logical)
        if declared is None or what == "declare":
            if name not in {each["friendly_name"] for each in self.declared.values()}:
                self.declared[logical] = {"friendly_name": name, "on_name_conflict": conflict}
        elif what == "remove":
            del self.declared[logical]
        elif what == "swap" and other in self.declared:
            theirs = self.declared[other]
            mine = declared["friendly_name"]
            declared["friendly_name"], theirs["friendly_name"] = theirs["friendly_name"], mine
        elif what == "move" and other not in self.declared:
            self.declared[other] = {**self.declared.pop(logical), "on_name_conflict": "adopt"}

    @rule(which=WHICH, name=NAME, what=EVENT)
    def happen(self, which: int, name: str, what: str) -> None:
        """Let something happen at Twilio: to one of the services, chosen by number, or beside them."""
        sids = self.live()
        sid = sids[which % len(sids)] if sids else ""
        if not sid or what == "make":
            self.foreign.add(self.api.create_service(name)["sid"])
        elif what == "rename":
            self.emulator.rename(sid, name)
        elif what == "delete" and sid not in self.inhabited:
            self.emulator.delete_service(sid)
            self.foreign.discard(sid)
        elif what == "converse":
            self.inhabited.setdefault(sid, set()).update(self.emulator.add_conversations(sid, 1))
        elif what == "join":
            held = self.inhabited.setdefault(sid, set())
            answer = self.api.post(f"/v1/Services/{sid}/Users", Identity=f"user-{len(held)}")
            held.add(answer.json()["sid"])

    @rule(data=st.data(), trouble=TROUBLE)
    def up(self, data: st.DataObject, trouble: str) -> None:
        """Run, while the answer to one create may be lost."""
        match trouble:
            case "503" | "404" | "409":
                self.emulator.fault(CREATE, "status", status=int(trouble))
            case "listing" | "reset of a delete":
                route = "GET /v1/Services" if trouble == "listing" else "DELETE /v1/Services/{Sid}"
                self.emulator.fault(route, "reset_after")
            case "reset_after" | "reset_before" | "truncate":
                self.emulator.fault(CREATE, trouble)
        self._up(data)

    @rule(data=st.data(), create=st.integers(0, 1))
    def die(self, data: st.DataObject, create: int) -> None:
        """Run, and be killed in the middle of a create; then run again."""
        before = set(self.live())
        self._up(data, dies_at=create)
        if self.engine.pending:
            self.left |= set(self.live()) - before - self.held()
            if self._up(data):
                names = [each["friendly_name"] for each in self.emulator.services()]
                wanted = {each["friendly_name"] for each in self.declared.values()}
                left = {
                    each["friendly_name"] for each in self.emulator.services() if each["sid"] in self.left
                }
                assert not [name for name in left & wanted if names.count(name) == 1], "not finished"

    @rule()
    def refresh(self) -> None:
        """Look what exists."""
        self.engine.refresh(self.declared)

    def _up(self, data: st.DataObject, dies_at: int | None = None) -> bool:
        order = data.draw(st.permutations(sorted(self.declared)))
        done = self.engine.up(self.declared, order, dies_at=dies_at)
        self.emulator.clear_faults()
        held = self.held()
        # Adopted by name, as declared: ours from now on.
        self.foreign -= held
        self.left -= held
        if done:
            names = {each["sid"]: each["friendly_name"] for each in self.emulator.services()}
            found = {logical: names.get(each.id) for logical, each in self.engine.state.items()}
            vanished = {logical for logical, name in found.items() if name is None}
            # A name that somebody changed, or a service that somebody deleted, is seen by a refresh only.
            assert self.declared.keys() == found.keys()
            assert not self.engine.doomed
            assert {each["friendly_name"] for each in self.engine_inputs()} == {
                each["friendly_name"] for each in self.declared.values()
            }, vanished
        return done

    # What always holds

    @invariant()
    def nothing_is_lost(self) -> None:
        """Conversations and users stay, whatever is run."""
        services = {each["sid"]: each for each in self.emulator.state()["services"]}
        for sid, held in self.inhabited.items():
            there = {
                each["sid"]
                for key in ("conversations", "users")
                for each in services.get(sid, {}).get(key, [])
            }
            assert held <= there, f"{sid} lost {len(held - there)}"

    @invariant()
    def everything_is_accounted_for(self) -> None:
        """Each service is somebody's: in the state once, to be deleted, somebody else's, or left by a killed run."""
        ids = [each.id for each in self.engine.state.values()]
        doomed = {each.id for each in self.engine.doomed}

        assert len(ids) == len(set(ids)), "two resources hold one service"
        assert set() == set(self.live()) - {*ids} - doomed - self.foreign - self.left, "a twin"
        assert set() == self.foreign - set(self.live()), "somebody else's service was deleted"

    def live(self) -> list[str]:
        """Give the SIDs of all services, in order of creation."""
        return [each["sid"] for each in self.emulator.services()]

    def held(self) -> set[str]:
        """Give the SIDs that the state holds."""
        return {each.id for each in self.engine.state.values()}

    def engine_inputs(self) -> list[Props]:
        """Give the declared names as the state has them."""
        return [each.outputs for each in self.engine.state.values()]


@pytest.mark.timeout(600)
def test_no_sequence_of_runs_loses_or_doubles_anything(emulator: Emulator, tmp_path: Path):
    """Single faults have tests of their own; what several of them do together is found by looking."""
    facts = tmp_path / "facts.json"
    process = HostProcess({VARIABLE: str(facts)})
    machine = type("Machine", (Runs,), {"emulator": emulator, "process": process, "facts": facts})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=40,
                stateful_step_count=30,
                deadline=None,
                derandomize=True,
                suppress_health_check=[*HealthCheck],
            ),
        )
    finally:
        process.stop()
