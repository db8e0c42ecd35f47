"""The guard: no conversation and no user is deleted unless somebody said so, whatever the API answers meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime import rpc

from providers.conversation_service import ConversationServiceProvider
from tests.emulator.api import Api
from tests.providers.test_conversation_service import NewRun, named, sids
from tests.support.dynamic_host import Diff, DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

Props = dict[str, Any]

RENAMED = Diff(changes=True, replaces=["friendly_name"])
GONE = "DELETE /v1/Services/{Sid}"
CONVERSATIONS = "GET /v1/Services/{ServiceSid}/Conversations"
USERS = "GET /v1/Services/{ServiceSid}/Users"
ADDRESSES = "GET /v1/Configuration/Addresses"
SID = "IS" + "1" * 32


def lead(api: Api, number: int, sid: str | None) -> str:
    """Configure an address of the account whose conversations begin in a service; give its SID."""
    where = {} if sid is None else {"AutoCreation.ConversationServiceSid": sid}
    answer = api.post("/v1/Configuration/Addresses", Type="sms", Address=f"+1555010{number:04}", **where)
    return str(answer.json()["sid"])


@pytest.mark.parametrize("name", ["renamed", rpc.UNKNOWN], ids=["known", "not yet known"])
@pytest.mark.parametrize("force", [{}, {"force_destroy": False}, {"force_destroy": rpc.UNKNOWN}], ids=str)
def test_diff_replacing_a_service_with_conversations_is_refused(
    host: DynamicHost, emulator: Emulator, name: str, force: Props
):
    """The preview already fails, says how many there are, and what to do."""
    sid, outputs = host.create(named("support", force_destroy=True))
    emulator.add_conversations(sid, 3)

    with pytest.raises(HostError) as caught:
        host.diff(sid, outputs, named(name, **force))

    assert (
        f"providers.errors.NotEmptyError: [TC3001] cannot replace conversation service {sid}: it holds conversations "
        "(at least 3), which would be deleted with it\n"
        "hint: to give up what it holds, declare force_destroy: true (forceDestroy in a stack file); to keep it, undo "
        "the change"
    ) == str(caught.value).rstrip()


@pytest.mark.parametrize("recorded", [{}, {"force_destroy": False}, {"force_destroy": True}], ids=str)
def test_replacement_with_force_destroy_declared_now_passes(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, recorded: Props
):
    """The old service is deleted with the old state's inputs; what is declared now is what the user means."""
    sid, outputs = host.create(named("support", **recorded))
    emulator.add_conversations(sid, 3)
    run = new_run()
    news = named("renamed", force_destroy=True)

    assert run.diff(sid, outputs, news).replaces == ["friendly_name"]
    new_sid, _ = run.create(news)
    run.delete(sid, outputs)

    assert [new_sid] == sids(emulator)


def test_diff_of_a_refresh_shows_drift_of_a_service_with_conversations(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """An engine compares after each read; nothing is replaced then, so nothing is guarded, until a program asks."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 1)
    emulator.rename(sid, "renamed")
    run = new_run()
    _, read, _ = run.read(sid, outputs=outputs)

    assert RENAMED == run.diff(sid, read, named("support"))
    run.check(named("support"))
    with pytest.raises(HostError, match="NotEmptyError"):
        run.diff(sid, read, named("support"))


def test_diff_replacing_a_service_that_is_gone_passes(host: DynamicHost, emulator: Emulator):
    """There is nothing left to protect."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)

    assert RENAMED == host.diff(sid, outputs, named("renamed"))


def test_delete_service_with_conversations_is_refused(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """Conversations can't be brought back."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 2)

    with pytest.raises(HostError) as caught:
        new_run().delete(sid, outputs)

    assert (
        f"providers.errors.NotEmptyError: [TC3001] cannot delete conversation service {sid}: it holds conversations "
        "(at least 2), which would be deleted with it\n"
        f"hint: delete what it holds and run again; or give it up: run again with TWILIO_GIVE_UP={sid}; or keep the "
        f"service, and let the state forget it: run again with TWILIO_KEEP={sid} (twilio:giveUp and twilio:keep in a "
        "stack file)"
    ) == str(caught.value).rstrip()
    assert [sid] == sids(emulator)


def test_delete_service_with_conversations_and_force_destroy_succeeds(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """It was said beforehand."""
    sid, outputs = host.create(named("support"))
    outputs = host.update(sid, outputs, named("support", force_destroy=True))
    emulator.add_conversations(sid, 2)

    new_run().delete(sid, outputs)

    assert [] == sids(emulator)


def test_delete_after_force_destroy_was_withdrawn_is_refused(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """What is declared now counts, even if the state says otherwise."""
    sid, outputs = host.create(named("support", force_destroy=True))
    run = new_run()
    run.diff(sid, outputs, named("renamed"))
    emulator.add_conversations(sid, 1)

    with pytest.raises(HostError, match="it holds conversations"):
        run.delete(sid, outputs)


@pytest.mark.parametrize("conversations", [0, 2])
def test_delete_of_a_service_with_users_is_refused(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, api: Api, conversations: int
):
    """Users carry an application's data, and stay when their conversations are gone."""
    sid, outputs = host.create(named("support"))
    api.post(f"/v1/Services/{sid}/Users", Identity="u-1")
    emulator.add_conversations(sid, conversations)

    with pytest.raises(HostError) as caught:
        new_run().delete(sid, outputs)

    found = "conversations (at least 2) and users (at least 1)" if conversations else "users (at least 1)"
    assert f"it holds {found}, which would be deleted with it" in str(caught.value)
    assert [sid] == sids(emulator)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_delete_of_a_service_that_messages_are_led_to_is_refused(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, api: Api, count: int
):
    """What arrives at the account's addresses would find no service; the addresses themselves are not printed."""
    sid, outputs = host.create(named("support"))
    led = [lead(api, number, sid) for number in range(count)]
    shown = ", ".join(led[:3]) + (f" and {count - 3} more" if count > 3 else "")

    with pytest.raises(HostError) as caught:
        new_run().delete(sid, outputs)

    assert (
        f"providers.errors.StillLedToError: [TC3002] cannot delete conversation service {sid}: messages are led to it "
        f"by address configurations ({shown})\n"
        "hint: lead the addresses to another service or delete their configurations; delete what it holds and run "
        f"again; or give it up: run again with TWILIO_GIVE_UP={sid}; or keep the service, and let the state forget it: "
        f"run again with TWILIO_KEEP={sid} (twilio:giveUp and twilio:keep in a stack file)"
    ) == str(caught.value).rstrip()
    assert ([sid], None) == (sids(emulator), emulator.counts().get(GONE))


def test_replacement_of_a_service_that_messages_are_led_to_is_refused_in_the_preview(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, api: Api
):
    """Refused at the deletion only, a twin would be there by then; what else it holds is told with it."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 2)
    led = lead(api, 0, sid)

    with pytest.raises(HostError) as caught:
        new_run().diff(sid, outputs, named("renamed"))

    assert (
        f"providers.errors.NotEmptyError: [TC3001] cannot replace conversation service {sid}: it holds conversations "
        f"(at least 2), which would be deleted with it; messages are led to it by address configurations ({led})\n"
        "hint: lead the addresses to another service or delete their configurations; to give up what it holds, declare "
        "force_destroy: true (forceDestroy in a stack file); to keep it, undo the change"
    ) == str(caught.value).rstrip()


def test_address_behind_many_others_is_found(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, api: Api
):
    """They are the account's: those of other services, and those that name none, stand on the pages before."""
    sid, outputs = host.create(named("support"))
    other = str(api.create_service()["sid"])
    for number in range(60):
        lead(api, number, other if number % 2 else None)
    lead(api, 60, sid)

    with pytest.raises(HostError, match="messages are led to it"):
        new_run().delete(sid, outputs)

    assert 2 == emulator.counts()[ADDRESSES]


@pytest.mark.parametrize("release", [{}, {"force_destroy": True}], ids=["led elsewhere", "given up"])
def test_delete_of_a_service_that_messages_were_led_to_passes(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, api: Api, release: Props
):
    """Both ways that the refusal names work."""
    sid, outputs = host.create(named("support", **release))
    led = lead(api, 0, sid)
    if not release:
        elsewhere = {"AutoCreation.ConversationServiceSid": api.create_service("other")["sid"]}
        assert api.post(f"/v1/Configuration/Addresses/{led}", **elsewhere).ok

    new_run().delete(sid, outputs)

    assert sid not in sids(emulator)


@pytest.mark.parametrize(
    "address",
    [
        {"sid": "IG" + "1" * 32, "auto_creation": {"conversation_service_sid": 7}},
        {"sid": "IG" + "1" * 32, "auto_creation": "default"},
        {"sid": "IG1"},
        {},
        None,
    ],
    ids=str,
)
def test_address_that_cannot_be_read_is_no_proof(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    address: object,
):
    """Where it leads can't be told, so nothing is deleted."""
    none = [Answer.json({key: [], "meta": {"next_page_url": None}}) for key in ("conversations", "users")]
    odd = Answer.json({"address_configurations": [address], "meta": {"next_page_url": None}})
    server = serve(*none, odd, Answer.json({"sid": SID, "account_sid": "AC" + "0" * 32}))
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))

    with pytest.raises(HostError, match="UnexpectedAnswerError"):
        run.delete(SID, {"sid": SID, **named("support")})

    assert {"GET"} == {each.method for each in server.asked}


@pytest.mark.parametrize("listing", [CONVERSATIONS, USERS, ADDRESSES])
def test_delete_after_a_stray_404_on_a_listing_is_refused(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, listing: str
):
    """One wrong answer must not pass for an empty service."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 3)
    emulator.fault(listing, "status", status=404)
    if listing == USERS:
        emulator.fault(CONVERSATIONS, "status", status=404)

    with pytest.raises(
        HostError, match=r"NotProvedError: \[TC3003\] .* whether it holds conversations can't be told"
    ):
        new_run().delete(sid, outputs)

    assert ([sid], None) == (sids(emulator), emulator.counts().get(GONE))


def test_replacement_after_a_stray_404_on_a_listing_is_refused(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """The preview holds to the same proof."""
    sid, outputs = host.create(named("support"))
    emulator.add_conversations(sid, 3)
    emulator.fault(CONVERSATIONS, "status", status=404)

    with pytest.raises(
        HostError, match=r"NotProvedError: \[TC3003\] .* whether it holds conversations can't be told"
    ):
        new_run().diff(sid, outputs, named("renamed"))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_conversation_that_begins_while_a_refused_delete_waits_stops_it(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    status: int,
):
    """Emptiness is proved before each attempt, not once."""
    # Addresses and users are asked for side by side, conversations after them: each answer fits all.
    keys = ("address_configurations", "conversations", "users")
    none = [Answer.json({**{key: [] for key in keys}, "meta": {"next_page_url": None}})] * len(keys)
    held = Answer.json({"conversations": [{"sid": "CH1"}], "meta": {"next_page_url": None}})
    refused = Answer(status, "{}", {"Retry-After": "0"})
    server = serve(*none, refused, *none[1:], held, Answer(204, ""))
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))

    with pytest.raises(HostError, match="it holds conversations"):
        run.delete(SID, {"sid": SID, **named("support")})

    assert ["GET", "GET", "GET", "DELETE", "GET", "GET", "GET"] == [each.method for each in server.asked]


def test_delete_sent_again_after_it_was_done_succeeds(host: DynamicHost, emulator: Emulator):
    """The proof before the second attempt finds the service gone: nothing more is sent."""
    sid, outputs = host.create(named("support"))
    emulator.fault(GONE, "reset_after")

    host.delete(sid, outputs)

    assert ([], 1) == (sids(emulator), emulator.counts()[GONE])


def test_delete_of_a_service_that_is_gone_sends_no_delete(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """There is nothing to delete, and the account's own word that these credentials would have seen it."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)

    new_run().delete(sid, outputs)

    assert (None, 1) == (emulator.counts().get(GONE), emulator.counts()["GET /v1/Configuration"])
