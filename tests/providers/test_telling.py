"""What keeps a whole run from its work is told once in full, and what cannot succeed is not asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers._api.config import Settings
from providers._api.transport import Transport
from providers._resource.telling import told_once
from providers.conversation_service import ConversationServiceProvider
from providers.errors import (
    AlreadyToldError,
    AuthenticationError,
    ConfigurationError,
    ForbiddenError,
    InputError,
    NoAnswerError,
    NotSentError,
    TwilioError,
)
from providers.service_configuration import ServiceConfigurationProvider
from tests.providers.conftest import ACCOUNT_SID, TOKEN
from tests.support.client import Client
from tests.support.dynamic_host import DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator

LIST, NEW = "GET /v1/Services", "POST /v1/Services"
NOWHERE = "IS" + "0" * 32


def failed(call: Callable[[], object]) -> str:
    """Give the text of a call's error, as an engine would show it."""
    with pytest.raises(HostError) as caught:
        call()
    return str(caught.value).rstrip()


def test_credentials_that_never_were_taken_are_tried_once(
    emulator: Emulator, settings: Callable[..., Settings]
):
    """A hundred resources would otherwise send a hundred requests of which nothing can come."""
    emulator.account(ACCOUNT_SID, auth_token="another")
    client = Client(Transport(settings(emulator.url)))

    errors = []
    for call in (
        client.list_services,
        lambda: client.create_service("a"),
        lambda: client.delete_service(NOWHERE),
    ):
        with pytest.raises(AuthenticationError) as caught:
            call()
        errors.append(str(caught.value))

    assert {LIST: 1} == emulator.counts()
    assert 1 == len({error.partition(": ")[2] for error in errors})
    assert f"[TC1002] cannot delete conversation service {NOWHERE}: HTTP 401, " in errors[2]


@pytest.mark.parametrize(
    ("before", "status"),
    [pytest.param(1, 401, id="refused once they were taken"), pytest.param(0, 403, id="not for this")],
)
def test_a_refusal_of_one_request_keeps_no_other_back(
    client: Client, emulator: Emulator, before: int, status: int
):
    """What is under way must still be looked after, and what is forbidden is one thing."""
    emulator.fault(LIST, "status", status=status, skip=before, times=1)
    for _ in range(before):
        client.list_services()

    with pytest.raises(AuthenticationError):
        client.list_services()
    client.list_services()

    assert {LIST: before + 2} == emulator.counts()


def test_refused_credentials_are_told_in_full_by_one_resource(
    emulator: Emulator, config: Callable[..., dict[str, object]], new_process: Callable[..., HostProcess]
):
    """Resources of all kinds, created side by side and read later: one error, and one line of each other."""
    emulator.account(ACCOUNT_SID, auth_token="another")
    process, shared = new_process(), config(emulator.url)
    services = DynamicHost(process, ConversationServiceProvider(), shared)
    settings = DynamicHost(process, ServiceConfigurationProvider(), shared)

    with ThreadPoolExecutor() as pool:
        made = [*pool.map(lambda each: failed(lambda: services.create({"friendly_name": each})), "abcdef")]
    read = failed(lambda: services.read(NOWHERE, outputs={"friendly_name": "a", "sid": NOWHERE}))
    other = failed(lambda: settings.create({"service_sid": NOWHERE, "reachability_enabled": True}))

    full = [each for each in made if "[TC1002]" in each]
    short = [each.partition(": ")[2] for each in (*made, read, other) if each not in full]
    assert 1 == len(full)
    assert re.fullmatch(
        r"providers\.errors\.AuthenticationError: \[TC1002\] cannot list conversation services: HTTP 401, "
        r"Twilio 20003: [^\n]+\nhint: check the credentials[^\n]+",
        full[0],
    )
    told = "for what another error of this run tells in full"
    assert [f"[TC1004] cannot list conversation services: {told}"] * 5 == short[:5]
    assert short[5:] == [
        f"[TC1004] cannot fetch conversation service {NOWHERE}: {told}",
        f"[TC1004] cannot fetch service configuration of conversation service {NOWHERE}: {told}",
    ]
    assert {LIST} == emulator.counts().keys()


def test_wrong_settings_are_told_in_full_once(new_process: Callable[..., HostProcess]):
    """The host configures a provider anew for each resource, as long as it fails."""
    process = new_process()
    wrong: dict[str, object] = {"twilio:accountSid": ACCOUNT_SID}

    texts = [failed(lambda: DynamicHost(process, ConversationServiceProvider(), wrong)) for _ in range(3)]
    others = failed(lambda: DynamicHost(process, ConversationServiceProvider(), {"twilio:authToken": TOKEN}))

    assert [2, 1, 1] == [len(each.splitlines()) for each in texts]
    assert texts[1].startswith(
        "providers.errors.AlreadyToldError: [TC1004] cannot configure the Twilio provider: "
    )
    assert "[TC1001] cannot configure the Twilio provider: an auth token is set without" in others


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AuthenticationError("fetch a", status=401), AlreadyToldError),
        (ConfigurationError("configure it", "no token of this test"), AlreadyToldError),
        (NoAnswerError("fetch a", "the certificate of this test is not trusted"), AlreadyToldError),
        (ForbiddenError("fetch a", status=403), ForbiddenError),
        (InputError("look it up", "must be"), InputError),
        (NotSentError("fetch a", "no connection"), NotSentError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, TwilioError) else "",
)
def test_only_what_concerns_the_whole_run_is_told_once(error: TwilioError, again: type[TwilioError]):
    """An error of one resource is that resource's own, however often it comes."""
    assert error is told_once(error)
    assert again is type(told_once(error))
