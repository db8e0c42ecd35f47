"""Fixtures of the provider's tests: settings that wait for milliseconds, hosts, scripted servers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from providers._api.config import Settings, read_settings
from providers._api.transport import Transport
from providers._resource.dynamic import TwilioProvider
from providers.conversation_service import ConversationServiceProvider
from tests.emulator.api import Api
from tests.support.client import Client
from tests.support.dynamic_host import DynamicHost, HostProcess
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

ACCOUNT_SID = "AC" + "0" * 32
TOKEN = "token-of-the-tests"


@pytest.fixture(scope="session")
def config() -> Callable[..., dict[str, object]]:
    """Make a stack's configuration for a URL: `config(url, readTimeoutSeconds="0.3")`.

    No two are equal, in a setting that does not matter: equal ones would share a connection, and its memory.
    """
    number = itertools.count()

    def make(url: str, **settings: object) -> dict[str, object]:
        account = {
            "twilio:accountSid": ACCOUNT_SID,
            "twilio:authToken": TOKEN,
            "twilio:baseUrl": url,
            "twilio:retryBaseSeconds": "0.001",
            "twilio:retryMaxDelaySeconds": f"{0.01 + next(number) / 1_000_000:f}",
        }
        return account | {f"twilio:{key}": value for key, value in settings.items()}

    return make


@pytest.fixture
def settings(config: Callable[..., dict[str, object]]) -> Callable[..., Settings]:
    """Read such a configuration."""
    return lambda url, **given: read_settings(config(url, **given), {})


@pytest.fixture
def client(emulator: Emulator, settings: Callable[..., Settings]) -> Client:
    """A client of the emulator."""
    return Client(Transport(settings(emulator.url)))


@pytest.fixture(scope="session")
def host_process() -> Iterator[HostProcess]:
    """One host process per test process."""
    process = HostProcess()
    yield process
    process.stop()


@pytest.fixture
def new_process() -> Iterator[Callable[..., HostProcess]]:
    """Start host processes of a test's own: `new_process(environment)`; they are stopped after it."""
    started: list[HostProcess] = []

    def start(environment: dict[str, str] | None = None, engine: str = "127.0.0.1:0") -> HostProcess:
        started.append(HostProcess(environment, engine))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def new_run(
    host_process: HostProcess, emulator: Emulator, config: Callable[..., dict[str, object]]
) -> Callable[..., DynamicHost]:
    """Begin a run of an engine, with settings of its own: `new_run(readTimeoutSeconds="0.5")`."""
    return lambda **settings: DynamicHost(
        host_process, ConversationServiceProvider(), config(emulator.url, **settings)
    )


@pytest.fixture
def host(new_run: Callable[..., DynamicHost]) -> DynamicHost:
    """The first run of a test."""
    return new_run()


@pytest.fixture
def begin_run(
    host_process: HostProcess, emulator: Emulator, config: Callable[..., dict[str, object]]
) -> Callable[..., Callable[[type[TwilioProvider]], DynamicHost]]:
    """Several providers that share what one run knows: each call begins a run, which takes provider classes."""

    def begin(**settings: object) -> Callable[[type[TwilioProvider]], DynamicHost]:
        shared = config(emulator.url, **settings)
        return lambda provider: DynamicHost(host_process, provider(), shared)

    return begin


@pytest.fixture
def api(emulator: Emulator) -> Api:
    """The API as somebody else uses it: out of band, with the account of the tests."""
    return Api(emulator, ACCOUNT_SID, TOKEN)


@pytest.fixture
def service_sid(api: Api) -> str:
    """A service that was there before."""
    return str(api.create_service()["sid"])


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
