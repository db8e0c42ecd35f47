"""Fixtures of the provider's tests: settings that wait for milliseconds, hosts, scripted servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from providers._config import Settings, read_settings
from providers._transport import Transport
from providers.client import ConversationsClient
from providers.conversation_service import ConversationServiceProvider
from tests.support.dynamic_host import DynamicHost
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

ACCOUNT_SID = "AC" + "0" * 32
TOKEN = "token-of-the-tests"
QUICK = {"twilio:retryBaseSeconds": "0.001", "twilio:retryMaxDelaySeconds": "0.01"}


@pytest.fixture
def config() -> Callable[..., dict[str, object]]:
    """Make a stack's configuration for a URL: `config(url, readTimeoutSeconds="0.3")`."""

    def make(url: str, **settings: object) -> dict[str, object]:
        account = {
            "twilio:accountSid": ACCOUNT_SID,
            "twilio:authToken": TOKEN,
            "twilio:baseUrl": url,
            **QUICK,
        }
        return account | {f"twilio:{key}": value for key, value in settings.items()}

    return make


@pytest.fixture
def settings(config: Callable[..., dict[str, object]]) -> Callable[..., Settings]:
    """Read such a configuration."""
    return lambda url, **given: read_settings(config(url, **given), {})


@pytest.fixture
def client(emulator: Emulator, settings: Callable[..., Settings]) -> ConversationsClient:
    """A client of the emulator."""
    return ConversationsClient(Transport(settings(emulator.url)))


@pytest.fixture
def new_host() -> Iterator[Callable[..., DynamicHost]]:
    """Start hosts of the service's provider: `new_host(config, environment)`; they are stopped after the test."""
    started: list[DynamicHost] = []

    def start(config: dict[str, object], environment: dict[str, str] | None = None) -> DynamicHost:
        started.append(DynamicHost(ConversationServiceProvider(), config, environment))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def host(
    emulator: Emulator, config: Callable[..., dict[str, object]], new_host: Callable[..., DynamicHost]
) -> DynamicHost:
    """A host that speaks to the emulator: one run of an engine."""
    return new_host(config(emulator.url))


@pytest.fixture
def next_host(
    emulator: Emulator, config: Callable[..., dict[str, object]], new_host: Callable[..., DynamicHost]
) -> Callable[[], DynamicHost]:
    """Start the host of a further run."""
    return lambda: new_host(config(emulator.url))


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Serve written answers: `serve(Answer(...), ...)`; stopped after the test."""
    started: list[ScriptedServer] = []

    def start(*answers: Answer) -> ScriptedServer:
        started.append(ScriptedServer(*answers))
        return started[-1]

    yield start
    for each in started:
        each.stop()
