"""TwilioAccount: what it registers, and the provider process that sees only its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.account import TwilioAccount
from providers.conversation_service import ConversationServiceProvider
from providers.errors import ConfigurationError
from tests.support.dynamic_host import DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.registrations import register

AC, SK = "AC" + "1" * 32, "SK" + "2" * 32


def registered(arguments: str, config: dict[str, str] | None = None) -> dict[str, Any]:
    """Declare an account and give what the engine would be told."""
    (account,) = register(f"from providers import TwilioAccount\nTwilioAccount('eu', {arguments})", config)
    for key in account["secrets"]:
        account["inputs"][key] = account["inputs"][key]["value"]
    return account


def test_account_registers_an_explicit_provider_with_its_secrets_marked():
    """Keys as `configure` reads them; what is left out is not there."""
    account = registered(
        f"account_sid='{AC}', auth_token='t0ken', region='ie1', edge='dublin', max_concurrency=3"
    )

    assert {
        "type": "pulumi:providers:pulumi-python",
        "name": "eu",
        "id": "",
        "inputs": {
            "accountSid": AC,
            "authToken": "t0ken",
            "region": "ie1",
            "edge": "dublin",
            "maxConcurrency": 3,
        },
        "secrets": ["authToken"],
    } == account


def test_account_by_key_marks_the_key_s_secret():
    """The key's name is no secret."""
    account = registered(f"api_key='{SK}', api_secret='s3cret', base_url='https://example.test'")

    assert {"apiKey": SK, "apiSecret": "s3cret", "baseUrl": "https://example.test"} == account["inputs"]
    assert ["apiSecret"] == account["secrets"]


def test_account_takes_the_stack_s_common_settings_but_not_its_account():
    """An explicit provider does not see the stack's configuration: time-outs and the like are handed on."""
    config = {
        "twilio:accountSid": "AC" + "9" * 32,
        "twilio:authToken": "of-the-stack",
        "twilio:region": "au1",
        "twilio:edge": "sydney",
        "twilio:baseUrl": "http://127.0.0.1:4010",
        "twilio:maxConcurrency": "7",
        "twilio:readTimeoutSeconds": "9",
    }

    account = registered(f"account_sid='{AC}', auth_token='t0ken', max_concurrency=3", config)

    assert {
        "accountSid": AC,
        "authToken": "t0ken",
        "baseUrl": "http://127.0.0.1:4010",
        "maxConcurrency": 3,
        "readTimeoutSeconds": "9",
    } == account["inputs"]


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"account_sid": AC},
        {"auth_token": "t"},
        {"api_key": SK},
        {"api_secret": "s"},
        {"account_sid": AC, "auth_token": "t", "api_key": SK},
        {"account_sid": AC, "auth_token": "t", "api_key": SK, "api_secret": "s"},
    ],
    ids=lambda given: "+".join(given) or "nothing",
)
def test_account_with_incomplete_or_mixed_credentials_raises(credentials: dict[str, str]):
    """Told by the program, before any provider starts, and without a value."""
    with pytest.raises(ConfigurationError) as caught:
        TwilioAccount("eu", **credentials)  # type: ignore[arg-type]

    assert (
        "[TC4001] cannot declare a TwilioAccount: its credentials are incomplete or mixed\n"
        "hint: give account_sid with auth_token, or api_key with api_secret"
    ) == str(caught.value)


def test_account_s_process_works_in_that_account(emulator: Emulator, host_process: HostProcess):
    """Its inputs come without a namespace, numbers as numbers."""
    emulator.account(AC, auth_token="t0ken")
    inputs = {"accountSid": AC, "authToken": "t0ken", "baseUrl": emulator.url, "maxConcurrency": 3}
    run = DynamicHost(host_process, ConversationServiceProvider(), inputs)

    _, outputs = run.create({"friendly_name": "support"})

    assert (AC, AC) == (outputs["account_sid"], emulator.services()[0]["account_sid"])


def test_account_s_process_takes_no_credentials_from_the_environment(
    emulator: Emulator, new_process: Callable[..., HostProcess]
):
    """One account's token must never open another; only the base URL is common to all."""
    process = new_process(
        {"TWILIO_ACCOUNT_SID": AC, "TWILIO_AUTH_TOKEN": "of-env", "TWILIO_BASE_URL": emulator.url}
    )

    with pytest.raises(HostError, match="no auth token and no API key is set"):
        DynamicHost(process, ConversationServiceProvider(), {"accountSid": AC})

    run = DynamicHost(process, ConversationServiceProvider(), {"accountSid": AC, "authToken": "own"})
    run.create({"friendly_name": "support"})
    assert ["support"] == [service["friendly_name"] for service in emulator.services()]
