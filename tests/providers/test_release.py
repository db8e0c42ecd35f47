"""Services that the user gives up or keeps: how they are named, and that nothing else is touched."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from providers._resource.release import Release, read_release
from providers.errors import ConfigurationError
from tests.providers.test_conversation_service import NewRun, named, sids
from tests.support.dynamic_host import DynamicHost, HostError
from tests.support.emulator import Emulator

ONE, TWO = "IS" + "1" * 32, "IS" + "2b" * 16


@pytest.mark.parametrize(
    ("config", "environ", "expected"),
    [
        ({}, {}, Release()),
        ({}, {"TWILIO_GIVE_UP": "", "TWILIO_KEEP": " "}, Release()),
        ({}, {"TWILIO_GIVE_UP": ONE}, Release(give_up=frozenset({ONE}))),
        ({}, {"TWILIO_KEEP": f"{ONE}, {TWO}"}, Release(keep=frozenset({ONE, TWO}))),
        ({"twilio:keep": f'["{ONE}","{TWO}"]'}, {}, Release(keep=frozenset({ONE, TWO}))),
        ({"twilio:giveUp": ONE}, {"TWILIO_GIVE_UP": TWO}, Release(give_up=frozenset({ONE, TWO}))),
        (
            {"twilio:giveUp": ONE},
            {"TWILIO_KEEP": TWO},
            Release(give_up=frozenset({ONE}), keep=frozenset({TWO})),
        ),
    ],
    ids=["none", "empty", "one", "two", "list of a stack file", "both places", "both lists"],
)
def test_read_release(config: Mapping[str, object], environ: Mapping[str, str], expected: Release):
    """Nothing counts as a SID by mistake, and nothing is dropped."""
    assert expected == read_release(config, environ)


@pytest.mark.parametrize(
    ("config", "environ", "reason"),
    [
        ({}, {"TWILIO_GIVE_UP": "support"}, "TWILIO_GIVE_UP must name services by their SIDs"),
        ({}, {"TWILIO_GIVE_UP": "*"}, "TWILIO_GIVE_UP must name services by their SIDs"),
        ({}, {"TWILIO_KEEP": f"{ONE},RL{'1' * 32}"}, "TWILIO_KEEP must name services by their SIDs"),
        ({"twilio:keep": ONE[:-1]}, {}, "twilio:keep must name services by their SIDs"),
        ({"twilio:keep": ONE}, {"TWILIO_GIVE_UP": ONE}, f"to be given up and to be kept: {ONE}"),
    ],
    ids=["name", "all", "role", "short", "both"],
)
def test_read_release_refuses_what_does_not_name_one_service(
    config: Mapping[str, object], environ: Mapping[str, str], reason: str
):
    """A slip must neither give up anything nor be passed over."""
    with pytest.raises(ConfigurationError) as caught:
        read_release(config, environ)

    assert reason in str(caught.value)


def test_service_that_is_given_up_is_deleted_with_its_conversations(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """That one and no other."""
    (one, outputs), (other, others) = (host.create(named(name)) for name in ("support", "sales"))
    for sid in (one, other):
        emulator.add_conversations(sid, 2)
    run = new_run(giveUp=one)

    run.delete(one, outputs)
    with pytest.raises(HostError, match=f"TWILIO_GIVE_UP={other}"):
        run.delete(other, others)

    assert [other] == sids(emulator)


@pytest.mark.parametrize("conversations", [0, 2])
def test_service_that_is_kept_stays_as_it_is(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, conversations: int
):
    """The engine takes it for deleted and forgets it; it need not be empty, and no request is made for it."""
    sid, outputs = host.create(named("support", force_destroy=True))
    emulator.add_conversations(sid, conversations)
    emulator.clear_requests()

    new_run(keep=sid).delete(sid, outputs)

    assert ([sid], {}) == (sids(emulator), emulator.counts())


@pytest.mark.parametrize("key", ["giveUp", "keep"])
def test_replacement_is_still_guarded(host: DynamicHost, new_run: NewRun, emulator: Emulator, key: str):
    """Whoever declares the service says so in its declaration."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 1)

    with pytest.raises(HostError, match="it holds conversations"):
        new_run(**{key: sid}).diff(sid, outputs, named("renamed"))
