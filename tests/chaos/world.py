"""One scenario's world: what is declared, what must not be lost, the commands that run, and what they did wrong.

Everything random comes from `dice`, so that seed and index tell the whole scenario. After each command all
invariants are checked; what they find is kept in `violations`, what was done in `recipe`.
"""

from __future__ import annotations

import base64
import random
import secrets
from collections.abc import Mapping
from typing import Any, NoReturn

import requests

from tests.chaos import invariants
from tests.chaos.invariants import Held, Json
from tests.chaos.place import STACK, Outcome, Place, Running
from tests.chaos.views import InState, Live, live_services, read_state

__all__ = ["NAMES", "NotHereError", "World"]

NAMES = (
    "support",
    "appointments",
    "delivery-updates",
    "returns",
    "billing",
    "warehouse",
    "helpdesk",
    "intake",
)
ACCOUNT_SID = "AC" + "0" * 31 + "a"
SETTINGS = {
    "retryBaseSeconds": "0.01",
    "retryMaxDelaySeconds": "0.1",
    "retryCeilingSeconds": "4",
    "readTimeoutSeconds": "3",
    "connectTimeoutSeconds": "3",
}
_ASKS_FOR_YES = ("up", "refresh", "destroy", "cancel")


class NotHereError(Exception):
    """The scenario needs what is not there: it is left out, and counted as such."""


class World:
    """One scenario.

    Args:
        place: where it plays; reset.
        dice: all that is random.
    """

    def __init__(self, place: Place, dice: random.Random) -> None:
        self.place = place
        self.dice = dice
        self.emulator = place.emulator
        self.proxy = place.proxy
        self.embedded = place.engine == "embedded"
        self.account_sid = ACCOUNT_SID
        self.declared: dict[str, Json] = {}
        self.defaults: Json = {}
        self.include: list[str] = []
        self.included: dict[str, Json] = {}
        """Declared too, in files that the stack file includes."""
        self.settings = dict(SETTINGS)
        self.foreign: dict[str, Live] = {}
        self.held: dict[str, Held] = {}
        self.left: set[str] = set()
        """SIDs that may be there though nothing declares them, or that the state may forget."""
        self.normalised = False
        """The API changes names: what is declared and what is there are not compared word for word."""
        self.violations: list[str] = []
        self.recipe: list[str] = []
        self.outcomes: list[Outcome] = []
        # Not from the dice: what one run leaks must not be looked for in the next.
        self.secrets = {
            "the auth token": f"token-{secrets.token_hex(12)}",
            "the hook token": f"hook-{secrets.token_hex(12)}",
            "the passphrase": place.passphrase,
            "the users' identity": f"user-{secrets.token_hex(12)}",
            "the conversations' name": f"talk-{secrets.token_hex(12)}",
        }
        self.sealed_token = dice.random() < 0.3
        self.environment = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_BASE_URL": place.proxy.url}
        if not self.sealed_token:
            self.environment["TWILIO_AUTH_TOKEN"] = self.secrets["the auth token"]
        basic = base64.b64encode(f"{ACCOUNT_SID}:{self.secrets['the auth token']}".encode()).decode()
        self.secrets["the basic credentials"] = basic

    # What is declared

    def leave_out(self, reason: str) -> NoReturn:
        """End the scenario: what it needs is not there."""
        raise NotHereError(reason)

    def note(self, text: str) -> None:
        """Write a line of the recipe."""
        self.recipe.append(text)

    def declare(self, count: int, *, parts: bool | None = None) -> list[str]:
        """Declare so many services, with roles, configuration, webhook, notifications or none; give their names."""
        names = list(NAMES[:count]) if count <= len(NAMES) else [f"team-{index:03}" for index in range(count)]
        for name in names:
            self.declared[name] = {"friendlyName": f"acme-{name}-dev"}
            if self.dice.random() < 0.4 if parts is None else parts:
                self.declared[name] |= self.parts()
        self.note(f"declare {count}")
        return names

    def parts(self) -> Json:
        """Make up what a service may have."""
        dice, found = self.dice, Json()
        if dice.random() < 0.6:
            permissions = ["sendMessage", "addParticipant", "leaveConversation", "editOwnMessage"]
            chosen = dice.sample(permissions, dice.randrange(1, 5))
            found["roles"] = {"agent": {"type": "conversation", "permissions": chosen}}
            if dice.random() < 0.5:
                found["configuration"] = {"defaultConversationRole": "agent", "reachabilityEnabled": True}
        if dice.random() < 0.5:
            token = f"?token={self.secrets['the hook token']}" if dice.random() < 0.5 else ""
            found["webhook"] = {
                "postWebhookUrl": f"https://hooks.acme.example/events{token}",
                "method": "POST",
            }
            found["webhook"]["filters"] = ["onMessageAdded"]
        if dice.random() < 0.4:
            message = {"enabled": True, "template": "News of your order", "sound": "chime"}
            found["notifications"] = {"logEnabled": True, "newMessage": message}
        return found

    def write(self) -> None:
        """Write the stack file: what is declared now, secrets sealed."""
        config: Json = {f"twilio:{key}": value for key, value in self.settings.items()}
        if self.sealed_token:
            config["twilio:authToken"] = self.place.sealed(self.secrets["the auth token"])
        if self.defaults:
            config["conversation-services:defaults"] = self.defaults
        if self.include:
            config["conversation-services:include"] = self.include
        config["conversation-services:services"] = self._sealed(self.declared)
        self.place.write_stack(config)

    def _sealed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._sealed(each) for key, each in value.items()}
        if isinstance(value, str) and self.secrets["the hook token"] in value:
            return self.place.sealed(value)
        return value

    # What happens at Twilio

    def live(self) -> dict[str, Live]:
        """Read the services at the emulator, by SID."""
        return live_services(self.emulator.state())

    def sid(self, logical: str) -> str:
        """Find the service of a logical name by its declared name."""
        name = self.declared[logical]["friendlyName"]
        (found,) = (
            each.sid for each in self.live().values() if each.name == name and each.sid not in self.foreign
        )
        return found

    def converse(self, sid: str, count: int = 1) -> None:
        """Let conversations begin in a service, which must not be lost from then on."""
        sids = self.emulator.add_conversations(sid, count)
        self.held.setdefault(sid, Held()).conversations.update(sids)
        self.note(f"{count} conversations begin")

    def join(self, sid: str, count: int = 1) -> None:
        """Let users join a service, who must not be lost from then on."""
        users = f"/v1/Services/{sid}/Users"
        who = self.secrets["the users' identity"]
        held = self.held.setdefault(sid, Held()).users
        numbers = range(len(held), len(held) + count)
        held.update(self.api("POST", users, {"Identity": f"{who}-{number}"})["sid"] for number in numbers)
        self.note(f"{count} users join")

    def lead(self, sid: str) -> None:
        """Lead an address of the account to a service, which must stay from then on; others stand around it."""
        addresses = "/v1/Configuration/Addresses"
        before = self.dice.choice([0, 1, 55])
        for number in range(before + 2):
            where = {"AutoCreation.ConversationServiceSid": sid} if number == before else {}
            self.api("POST", addresses, {"Type": "sms", "Address": f"+1555010{number:04}", **where})
        self.held.setdefault(sid, Held()).led = True
        self.note("an address leads messages to it")

    def give_up(self, sid: str) -> None:
        """Expect no longer that a service keeps what it holds."""
        self.held.pop(sid, None)

    def give_up_by(self, sid: str) -> None:
        """Give up what a service holds whose deletion was refused, as the refusal says."""
        self.note("give the conversations up")
        self.give_up(sid)
        self.must(self.up(environment={"TWILIO_GIVE_UP": sid}))

    def somebody_else(self, name: str, conversations: int = 0) -> str:
        """Let somebody else make a service in the account."""
        sid = str(self.api("POST", "/v1/Services", {"FriendlyName": name})["sid"])
        if conversations:
            self.emulator.add_conversations(sid, conversations)
        self.foreign[sid] = self.live()[sid]
        self.note("somebody else makes a service")
        return sid

    def adopted(self, sid: str) -> None:
        """Note that a service of somebody else is ours from now on."""
        self.foreign.pop(sid, None)

    def api(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Json:
        """Do something in the account, past the proxy."""
        auth = (ACCOUNT_SID, "somebody-else")
        answer = requests.request(method, self.emulator.url + path, data=form, auth=auth, timeout=30)
        answer.raise_for_status()
        found: Json = answer.json() if answer.content else {}
        return found

    # Commands

    def state(self) -> list[InState]:
        """Read the services in the state."""
        try:
            return read_state(self.place.state_file)
        except (ValueError, KeyError, TypeError):
            return []

    def words(self, command: str, flags: tuple[str, ...], *, by: str) -> list[str]:
        """Give the words of a command, as make runs it or as the engine's own."""
        given = list(flags)
        if command == "up" and "--skip-preview" not in given and "--preview-first" not in given:
            given.append("--skip-preview")
        if (
            command in ("refresh", "destroy")
            and "--skip-preview" not in given
            and "--preview-only" not in given
        ):
            given.append("--skip-preview")
        given = [flag for flag in given if flag != "--preview-first"]
        if command in _ASKS_FOR_YES and "--preview-only" not in given:
            given.append("--yes")
        if by == "make":
            python = str(self.place.root / ".venv" / "bin" / "python")
            return [python, "-m", "tools.stack", command, "--stack", STACK, "--", *given]
        return [*self.place.engine_words, command, "--stack", STACK, "--non-interactive", *given]

    def begin(
        self, command: str, *flags: str, by: str = "make", environment: Mapping[str, str] | None = None
    ) -> Running:
        """Start a command on what is declared now."""
        self.write()
        return self.place.start(
            self.words(command, flags, by=by), {**self.environment, **(environment or {})}
        )

    def run(
        self,
        command: str,
        *flags: str,
        by: str = "make",
        environment: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run a command to its end, and check everything."""
        before, mark = self.state(), self.proxy.mark()
        running = self.begin(command, *flags, by=by, environment=environment)
        return self.ended(command, running.wait(), before, mark)

    def ended(self, command: str, outcome: Outcome, before: list[InState], mark: int) -> Outcome:
        """Check everything after a command."""
        self.outcomes.append(outcome)
        self.note(f"{command} -> {outcome.code}")
        live, state = self.live(), self.state()
        found = [*invariants.utterances(outcome), *invariants.losses(live, self.held, self.foreign)]
        found += invariants.twins(live, self.foreign, state)
        known = {each.sid for each in state}
        found += [
            f"wrong owner: the state holds {sid}, which is somebody else's"
            for sid in self.foreign
            if sid in known
        ]
        found += [
            f"forgotten: the state no longer knows {each.sid}, which is there"
            for each in before
            if each.sid in live and each.sid not in known and each.sid not in self.left
        ]
        if command == "preview":
            found += invariants.misdeeds(self.proxy.since(mark))
        if outcome.code == 0 and command == "up" and not self.normalised:
            found += invariants.exactly(live, self.foreign, self.declared | self.included, self.left)
        if outcome.code == 0 and command == "destroy":
            found += [
                f"undone: {each.sid} is still there" for each in before if each.sid in live.keys() - self.left
            ]
        self.violations += [f"after {command} -> {outcome.code}: {each}" for each in found]
        return outcome

    def up(self, *flags: str, by: str = "make", environment: Mapping[str, str] | None = None) -> Outcome:
        """Bring the stack up."""
        return self.run("up", *flags, by=by, environment=environment)

    def bring_up(self, count: int, *, parts: bool | None = None) -> list[str]:
        """Declare so many services, as `declare` does, and bring them up by the engine's own command."""
        names = self.declare(count, parts=parts)
        self.must(self.up(by="engine"))
        return names

    def unlock(self) -> None:
        """Take away the lock that a killed run has left; the embedded engine does so by itself."""
        if not self.embedded:
            self.run("cancel")

    def must(self, outcome: Outcome, *, fail: bool = False, say: str = "") -> Outcome:
        """Expect success, or a failure, and what it says."""
        if (outcome.code != 0) != fail:
            errors = "; ".join(line.strip() for line in outcome.text.splitlines() if "error: " in line)
            what = "success" if fail else "failure"
            self.violations.append(f"{what} was not to be expected: {self.recipe[-1]} ({errors[:300]})")
        if say and say not in outcome.text:
            self.violations.append(f"the output does not say {say!r}: {self.recipe[-1]}")
        return outcome

    def settle(self, *, again: bool | None = None, by: str | None = None) -> None:
        """Let all lies end; then a clean `up` must succeed, and another one write nothing.

        Args:
            again: whether there is another one; left out, chance decides.
            by: as make runs it ("make"), which tells the provider what a killed run left, or as the engine's own
                ("engine"); left out, chance decides.
        """
        self.proxy.calm()
        by = by or ("engine" if self.dice.random() < 0.4 else "make")
        self.unlock()
        if {each.sid for each in self.state()} - self.live().keys():
            # What is gone at Twilio leaves the state by a refresh only, in Pulumi.
            self.must(self.run("refresh"))
        self.must(self.up(by=by))
        if self.dice.random() < 0.2 if again is None else again:
            mark = self.proxy.mark()
            self.must(self.up(by=by))
            self.violations += [f"again: {each}" for each in invariants.misdeeds(self.proxy.since(mark))]

    def finish(self, *, by: str | None = None) -> None:
        """Let all lies end and settle; if the run asks whose a name is, answer as the documentation says: `adopt`."""
        self.proxy.calm()
        if self.up(by=by or "make").code and "is there already" in self.outcomes[-1].text:
            self.note("adopt")
            self.defaults["onNameConflict"] = "adopt"
        self.settle(by=by)

    def close(self) -> list[str]:
        """Check what can be checked at the end only; give all violations."""
        texts = {
            f"the output of {' '.join(each.words[-3:])}, command {number}": each.text.encode()
            for number, each in enumerate(self.outcomes, 1)
        }
        for folder in ("state", "tmp", "home", "reports", "deployed", ".emulator", "stacks"):
            for path in (self.place.root / folder).rglob("*"):
                if path.is_file() and not path.is_symlink():
                    texts[str(path.relative_to(self.place.root))] = path.read_bytes()
        self.violations += invariants.leaks(texts, self.secrets)
        return list(dict.fromkeys(self.violations))
