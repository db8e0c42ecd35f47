"""What counts as gone: a state forgets a thing only on the API's own word, twice, and its account's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.conversation_service import ConversationServiceProvider
from providers.role import RoleProvider
from tests.emulator.api import Api
from tests.providers.test_conversation_service import NewRun, named, sids
from tests.support.dynamic_host import DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

Props = dict[str, Any]

ONE = "GET /v1/Services/{Sid}"
KEY, OTHER_ACCOUNT = "SK" + "1" * 32, "AC" + "1" * 32


def test_refresh_of_a_service_that_is_gone_asks_twice(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """The state forgets it then."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)
    emulator.clear_requests()

    assert ("", {}, {}) == new_run().read(sid, outputs=outputs)

    assert {ONE: 2, "GET /v1/Configuration": 1} == emulator.counts()


def test_refresh_survives_one_stray_404(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """What is there stays in the state."""
    sid, outputs = host.create(named("support"))
    emulator.fault(ONE, "status", status=404)

    id_, read, _ = new_run().read(sid, outputs=outputs)

    assert (sid, outputs) == (id_, read)


@pytest.mark.parametrize("call", ["read", "delete"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, "<html>not found</html>", {"Content-Type": "text/html"}),
        Answer.json({"error": "not found"}, 404),
    ],
    ids=["html", "json"],
)
def test_server_that_knows_nothing_empties_no_state(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    call: str,
    answer: Answer,
):
    """A base URL that leads to some web server: the address is told, and nothing is taken for gone."""
    server = serve(answer)
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))
    sid = "IS" + "1" * 32
    outputs = {"sid": sid, **named("support")}

    asked = f"/v1/Services/{sid}" if call == "read" else f"/v1/Services/{sid}/Users"
    with pytest.raises(HostError, match=rf"is no answer of the API \(asked: \w+ {server.url}{asked}"):
        run.read(sid, outputs=outputs) if call == "read" else run.delete(sid, outputs)

    assert "DELETE" not in [each.method for each in server.asked]


@pytest.mark.parametrize("call", ["read", "delete"])
@pytest.mark.parametrize("with_account", [True, False], ids=["key and account", "key alone"])
def test_service_under_another_account_s_key_is_not_taken_for_gone(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, call: str, with_account: bool
):
    """No request names the account: only its own word tells that the key is another one's."""
    sid, outputs = host.create(named("support"))
    emulator.account(OTHER_ACCOUNT, api_keys={KEY: "s3cret"})
    account_sid = outputs["account_sid"] if with_account else ""
    other = new_run(accountSid=account_sid, authToken="", apiKey=KEY, apiSecret="s3cret")

    with pytest.raises(HostError, match=f"the credentials are those of {OTHER_ACCOUNT}"):
        other.read(sid, outputs=outputs) if call == "read" else other.delete(sid, outputs)

    assert [sid] == sids(emulator)


@pytest.mark.parametrize("call", ["read", "delete"])
def test_what_is_gone_is_not_forgotten_while_the_account_can_not_be_asked(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, call: str
):
    """Better once more than wrong."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)
    emulator.fault("GET /v1/Configuration", "status", status=404)

    with pytest.raises(HostError, match="cannot fetch the account's configuration: HTTP 404"):
        new_run().read(sid, outputs=outputs) if call == "read" else new_run().delete(sid, outputs)


def test_delete_that_meets_a_stray_404_is_not_done(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """The API said that it is gone, and shows it."""
    sid, outputs = host.create(named("support"))
    emulator.fault("DELETE /v1/Services/{Sid}", "status", status=404)

    with pytest.raises(HostError, match="the API said that it is gone, and shows it"):
        new_run().delete(sid, outputs)

    assert [sid] == sids(emulator)


@pytest.mark.parametrize("call", ["read", "delete"])
@pytest.mark.parametrize(
    ("then", "now", "forgotten"),
    [
        ("https://conversations.twilio.com/v1/x", "https://conversations.dublin.ie1.twilio.com/v1/y", False),
        ("https://conversations.twilio.com/v1/x", "https://CONVERSATIONS.twilio.com/v1/y", True),
        ("https://conversations.twilio.com/v1/x", None, True),
        ("", "https://conversations.twilio.com/v1/y", True),
        ("https://[x", "https://conversations.twilio.com/v1/y", True),
    ],
    ids=["another region", "the same", "it does not say", "the state does not say", "no URL"],
)
def test_what_another_region_holds_is_not_gone(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    call: str,
    then: str,
    now: str | None,
    forgotten: bool,
):
    """Each region has its own services under the same account: there, all of another one's are truly missing."""
    sid, account_sid = "IS" + "1" * 32, "AC" + "0" * 32
    missing = Answer.json({"code": 20404}, 404)
    looks = [missing] * (2 if call == "read" else 4)
    server = serve(*looks, Answer.json({"account_sid": account_sid, "url": now}))
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))
    outputs = {"sid": sid, "account_sid": account_sid, "url": then, **named("support")}

    def ask() -> object:
        if call == "read":
            return run.read(sid, outputs=outputs)
        run.delete(sid, outputs)
        return ("", {}, {})

    if forgotten:
        assert ("", {}, {}) == ask()
    else:
        with pytest.raises(
            HostError, match=r"calls itself conversations\.dublin\.ie1\.twilio\.com where the state"
        ):
            ask()


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "there"])
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(200, "", {}), "HTTP 200 without JSON is no answer of the API"),
        (Answer(401, "who are you?", {}), "HTTP 401 without one of Twilio's codes is no answer of the API"),
        (
            Answer.json({"message": "no"}, 403),
            "HTTP 403 without one of Twilio's codes is no answer of the API",
        ),
    ],
    ids=["nothing", "a gateway's 401", "403 without a code"],
)
def test_delete_answered_by_nothing_is_done_only_if_it_is_gone(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    answer: Answer,
    problem: str,
    gone: bool,
):
    """200 without a word, or somebody else's, is neither yes nor no: the service itself tells."""
    sid, account_sid = "IS" + "1" * 32, "AC" + "0" * 32
    # Some are asked side by side: each answer fits all.
    keys = ("address_configurations", "conversations", "users")
    none = [Answer.json({**{key: [] for key in keys}, "meta": {"next_page_url": None}})] * len(keys)
    look = (
        Answer.json({"code": 20404}, 404) if gone else Answer.json({"sid": sid, "account_sid": account_sid})
    )
    server = serve(*none, answer, look, Answer.json({"account_sid": account_sid}))
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))
    outputs = {"sid": sid, "account_sid": account_sid, **named("support")}

    if gone:
        run.delete(sid, outputs)
    else:
        with pytest.raises(HostError, match=problem):
            run.delete(sid, outputs)

    assert 1 == [each.method for each in server.asked].count("DELETE")


def test_role_with_a_stray_404_stays(
    begin_run: Callable[[], Callable[..., DynamicHost]], api: Api, service_sid: str, emulator: Emulator
):
    """The same holds for what belongs to a service."""
    roles = begin_run()(RoleProvider)
    role = {"service_sid": service_sid, "friendly_name": "agent", "type": "conversation"}
    sid, outputs = roles.create({**role, "permissions": ["sendMessage"]})
    emulator.fault("GET /v1/Services/{ServiceSid}/Roles/{Sid}", "status", status=404)

    assert sid == begin_run()(RoleProvider).read(sid, outputs=outputs)[0]


def test_service_without_a_name_is_adopted_as_declared(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """A service may lack a name: it takes the declared one, and that is no drift."""
    sid, _ = host.create(named("support"))
    emulator.rename(sid, "")
    run = new_run()

    _, outputs = run.create(named("helpdesk", import_sid=sid))
    _, read, inputs = new_run().read(sid, outputs=outputs)

    assert ("helpdesk", "helpdesk") == (outputs["friendly_name"], read["friendly_name"])
    assert named("helpdesk") == inputs
    assert not new_run().diff(sid, read, named("helpdesk", import_sid=sid)).changes


def test_name_is_free_once_a_deletion_that_was_not_answered_is_found_done(
    host_process: HostProcess, serve: Callable[..., ScriptedServer], config: Callable[..., Props]
):
    """What the run has listed before must not pass for there: the next create of the name would be refused."""
    account_sid = "AC" + "0" * 32
    old, other, new = (
        {"sid": "IS" + digit * 32, "account_sid": account_sid, "friendly_name": name}
        for digit, name in (("1", "support"), ("2", "other"), ("3", "support"))
    )
    end = {"meta": {"next_page_url": None}}
    keys = ("address_configurations", "conversations", "users")
    server = serve(
        Answer.json({"services": [old], **end}),
        Answer.json(other, 201),
        *[Answer.json({**{key: [] for key in keys}, **end})] * len(keys),
        Answer(401, "who are you?", {}),
        Answer.json({"code": 20404}, 404),
        Answer.json({"account_sid": account_sid}),
        Answer.json(new, 201),
    )
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))
    run.create(named("other"))
    run.delete(str(old["sid"]), {**old, **named("support")})

    sid, _ = run.create(named("support"))

    assert new["sid"] == sid
