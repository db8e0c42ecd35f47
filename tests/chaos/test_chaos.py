"""A small run of scenarios, and the proof that the harness finds what it looks for."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.chaos.acts import DELETE, reply
from tests.chaos.catalogue import kinds, schedule
from tests.chaos.driver import Result, play, stale, summary
from tests.chaos.exchange import Answer
from tests.chaos.invariants import modes
from tests.chaos.known import KNOWN
from tests.chaos.place import Outcome, Place
from tests.chaos.world import ACCOUNT_SID, World

pytestmark = pytest.mark.timeout(300)

SEED = 1
ALL = kinds("embedded")
SMALL = (
    "account_next_pages",
    "endless_wait",
    "gone_web_server",
    "guard_arrives_in_backoff",
    "guard_stray_404",
    "hostile_body",
    "killed_in_create",
    "mixture",
    "names_that_cannot_survive",
    "open_to_other_users",
    "renamed_in_the_console",
    "twin_late_work",
)


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("clone"), "embedded")
    yield made
    made.close()


@pytest.fixture
def place(_place: Place) -> Place:
    """One clone per test process, put back before each test."""
    _place.reset()
    return _place


@pytest.fixture
def world(place: Place) -> World:
    """A world in which two services are declared, and nothing is done yet."""
    made = World(place, random.Random(1))
    made.declare(2, parts=False)
    return made


@pytest.mark.parametrize("name", [each for each in SMALL if each not in KNOWN])
def test_scenario_violates_nothing(place: Place, name: str):
    """One of each sort that `make chaos` plays by the thousand."""
    result = play(place, ALL[name], SEED, 0)

    assert [] == result.violations, f"{result.kind}: {result.recipe}\n{result.output}"


def make(world: World) -> list[str]:
    """Make by hand what is declared; give the SIDs."""
    names = [each["friendlyName"] for each in world.declared.values()]
    return [world.api("POST", "/v1/Services", {"FriendlyName": name})["sid"] for name in names]


def note_in_state(world: World, *sids: str) -> None:
    """Write a state that knows these services."""
    world.place.state_file.write_text(
        '{"checkpoint": {"latest": {"resources": ['
        + ", ".join(
            f'{{"urn": "urn::{number}", "type": "pulumi-python:dynamic/twilio:ConversationService", "id": "{sid}"}}'
            for number, sid in enumerate(sids)
        )
        + "]}}}"
    )


def undone(world: World) -> str:
    """Claim to be done where nothing was."""
    return "undone: no service acme-support-dev"


def left_over(world: World) -> str:
    """Leave a service there that nothing declares."""
    make(world)
    world.declared.popitem()
    return "undone: 1 services too many: acme-appointments-dev"


def twin(world: World) -> str:
    """Make a service twice."""
    make(world)
    make(world)
    return "twins: 2 services named acme-support-dev"


def nearly_twin(world: World) -> str:
    """Make a service once more, under a name that a person takes for the same."""
    make(world)
    world.api("POST", "/v1/Services", {"FriendlyName": " ACME-support-dev\u200b"})
    return "twins: 2 services named acme-support-dev"


def lost_conversation(world: World) -> str:
    """Delete a conversation that was to be kept."""
    sid, _ = make(world)
    world.converse(sid)
    (conversation,) = world.held[sid].conversations
    world.api("DELETE", f"/v1/Services/{sid}/Conversations/{conversation}")
    return f"loss: 1 conversations of {sid}"


def lost_users(world: World) -> str:
    """Delete a service with its users."""
    sid, _ = make(world)
    world.join(sid, 2)
    world.emulator.delete_service(sid)
    return f"loss: 2 users of {sid}, with the service"


def changed_other(world: World) -> str:
    """Rename what is somebody else's."""
    make(world)
    sid = world.somebody_else("acme-theirs")
    world.emulator.rename(sid, "acme-ours")
    return f"loss: {sid}, which is somebody else's, is changed"


def two_holders(world: World) -> str:
    """Let two resources hold one service."""
    sid, _ = make(world)
    note_in_state(world, sid, sid)
    return f"wrong owner: 2 resources hold {sid}"


def wrong_holder(world: World) -> str:
    """Let a resource hold what is somebody else's."""
    make(world)
    sid = world.somebody_else("acme-theirs")
    note_in_state(world, sid)
    return f"wrong owner: the state holds {sid}, which is somebody else's"


def missing_role(world: World) -> str:
    """Leave a declared role out."""
    make(world)
    world.declared["support"]["roles"] = {"agent": {"type": "service", "permissions": ["joinConversation"]}}
    return "undone: support: 0 roles named agent"


def other_webhook(world: World) -> str:
    """Leave a declared webhook unset."""
    make(world)
    world.declared["support"]["webhook"] = {"filters": ["onMessageAdded"]}
    return "undone: support: webhook.filters"


@pytest.mark.parametrize(
    "break_it",
    [
        undone,
        left_over,
        twin,
        nearly_twin,
        lost_conversation,
        lost_users,
        changed_other,
        two_holders,
        wrong_holder,
        missing_role,
        other_webhook,
    ],
)
def test_injected_violation_is_found(world: World, break_it: Callable[[World], str]):
    """A harness that finds nothing proves nothing."""
    expected = break_it(world)

    world.ended("up", Outcome(("up",), 0, "", 0.1), [], 0)

    assert f"after up -> 0: {expected}" in world.violations


def test_sound_world_is_no_finding(world: World):
    """What is as it should be is not complained of."""
    sids = make(world)
    world.converse(sids[0])
    world.join(sids[1])
    note_in_state(world, *sids)

    world.ended("up", Outcome(("up",), 0, "done", 0.1), [], 0)

    assert [] == world.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Traceback (most recent call last):\n", "output: a traceback"),
        ("hint: this is a bug of the provider; report it", "output: a confession"),
        ("error: \x1b]0;owned\x07", "output: a control character"),
        ("name \u202egnp.exe", "output: a control character"),
        ("error: cannot create it\n\thint: look\r\n", ""),
    ],
)
def test_foul_output_is_found(world: World, text: str, found: str):
    """What a user should not see is found in what a command printed."""
    make(world)

    world.ended("up", Outcome(("up",), 0, text, 0.1), [], 0)

    assert [bool(found)] * bool(found) == [found in each for each in world.violations]


def test_forgotten_service_is_found(world: World):
    """A state that no longer knows what lives there would make it twice."""
    sid, other = make(world)
    note_in_state(world, sid, other)
    before = world.state()
    note_in_state(world, other)

    world.ended("refresh", Outcome(("refresh",), 1, "", 0.1), before, 0)

    assert [
        f"after refresh -> 1: forgotten: the state no longer knows {sid}, which is there"
    ] == world.violations


def test_writing_preview_is_found(world: World):
    """A command that only looks must not change anything."""
    url = f"{world.proxy.url}/v1/Services"
    requests.post(url, data={"FriendlyName": "x"}, auth=(ACCOUNT_SID, "t"), timeout=30)

    world.ended("preview", Outcome(("preview",), 0, "", 0.1), [], 0)

    assert "after preview -> 0: write: 1 times POST /v1/Services" in world.violations


@pytest.mark.parametrize("where", ["output", "state/left.json", "tmp/log"])
@pytest.mark.parametrize("what", ["the auth token", "the basic credentials", "the passphrase"])
def test_secret_in_the_open_is_found(world: World, where: str, what: str):
    """Outputs are searched, and every file that a command may have left."""
    text = f"x{world.secrets[what]}y"
    if where == "output":
        world.ended("preview", Outcome(("preview",), 1, text, 0.1), [], 0)
    else:
        (world.place.root / where).write_text(text)

    found = world.close()

    assert [
        f"secret: {what} in {'the output of preview, command 1' if where == 'output' else where}"
    ] == found


def test_hang_is_found_and_ended(world: World):
    """A command that does not end is killed with all that it started, and told as such."""
    words = [sys.executable, "-c", "import subprocess, sys; subprocess.run(['sleep', '600'])"]
    running = world.place.start(words, {})

    outcome = running.wait(0.5)
    world.ended("preview", outcome, [], 0)

    assert outcome.hung
    assert [] == running.family() or not running.process.is_running()
    assert "hang: no end" in world.violations[0]


def test_open_state_is_found(tmp_path: Path):
    """A state that others can read is found by its mode."""
    (tmp_path / "closed.json").touch(0o600)
    (tmp_path / "open.json").touch(0o644)
    (tmp_path / "open.json").chmod(0o644)

    assert ["mode: 1 files of the state are open to others, such as open.json"] == list(modes(tmp_path))


def test_swallowed_delete_is_found(world: World):
    """A whole scenario with real commands fails if the API says 204 and does nothing."""
    world.must(world.up(by="engine"))
    del world.declared["support"]
    world.proxy.rule(DELETE, reply(Answer(204, b"", {})))

    world.up(by="engine")

    assert "after up -> 0: undone: 1 services too many: acme-support-dev" in world.violations


def test_schedule_reaches_every_kind():
    """A run with as many scenarios as there are kinds plays each of them."""
    first = schedule(ALL, 7)[: len(ALL)]

    assert set(ALL) == {each.name for each in first}


def test_known_names_kinds_only():
    """An entry for a kind that is gone would stay for ever."""
    assert set() == KNOWN.keys() - {**ALL, **kinds("pulumi")}.keys()


def test_summary_and_stale_tell_failures_from_known_ones(monkeypatch: pytest.MonkeyPatch):
    """The table counts by kind, and a kind that no longer fails is named."""
    monkeypatch.setitem(KNOWN, "healed", "it used to fail")
    results = [Result(index, "healed") for index in range(3)]
    results += [Result(3, "sick", ["loss: all"]), Result(4, "absent", missing="no pulumi")]

    rows = [line.split() for line in summary(results).splitlines()]

    assert ["healed"] == stale(results)
    assert ["sick", "1", "0", "1", "0", "0", "0.0"] in rows
    assert ["absent", "0", "0", "0", "0", "1", "0.0"] in rows
    assert ["all", "4", "3", "1", "0", "1", "0.0"] == rows[-1]
