"""Reads that come together: the same answers as one fetch each, in fewer requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers._api.config import Settings
from providers._api.entity import Thing
from providers._api.reads import FETCHED_FIRST, READS_PER_PAGE
from providers._api.transport import Transport
from providers.conversation_service import SERVICE
from providers.errors import NotFoundError, TwilioError
from providers.role import ROLE
from tests.emulator.api import Api
from tests.support.client import Client
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

LIST, FETCH = "GET /v1/Services", "GET /v1/Services/{Sid}"
ROLES, A_ROLE = "GET /v1/Services/{ServiceSid}/Roles", "GET /v1/Services/{ServiceSid}/Roles/{Sid}"
PAGE = 100
WORKERS = 16

NewClient = Callable[..., Client]


@pytest.fixture
def new_client(emulator: Emulator, settings: Callable[..., Settings]) -> NewClient:
    """Make clients that know nothing yet, with settings of their own: each is a run."""
    return lambda **given: Client(Transport(settings(emulator.url, **given)))


def read_all(client: Client, sids: Sequence[str]) -> list[Thing]:
    """Read services as a provider host does: so many at once."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [*pool.map(lambda sid: client.read(SERVICE, {}, sid), sids)]


def outcome(ask: Callable[[], Thing]) -> Thing | str:
    """Give a thing, or what kind of error came instead."""
    try:
        return ask()
    except TwilioError as error:
        return type(error).__name__


@pytest.mark.parametrize("newest_first", [False, True], ids=["oldest first", "newest first"])
def test_many_reads_take_few_requests(
    client: Client, new_client: NewClient, emulator: Emulator, newest_first: bool
):
    """A refresh reads all; in which order a listing comes must not matter much."""
    made = [client.create_service(f"acme-{number}") for number in range(PAGE + 20)]
    asked = made[::-1] if newest_first else made
    emulator.clear_requests()

    assert asked == read_all(new_client(), [each.sid for each in asked])

    counts = emulator.counts()
    assert (FETCHED_FIRST, 2) == (counts[FETCH], counts[LIST])


def test_few_reads_list_nothing(client: Client, new_client: NewClient, emulator: Emulator):
    """A small stack may live in a large account."""
    made = [client.create_service(f"acme-{number}") for number in range(FETCHED_FIRST + 3)]
    emulator.clear_requests()

    read_all(new_client(), [each.sid for each in made[:FETCHED_FIRST]])

    assert {FETCH: FETCHED_FIRST} == emulator.counts()


def test_listing_is_followed_no_further_than_the_reads_are_worth(
    client: Client,
    serve: Callable[..., ScriptedServer],
    settings: Callable[..., Settings],
):
    """Ten services of ours among ten thousand of others: pages without end must not stand before ten answers."""
    reads = 10
    service = client.create_service("acme")
    pages = [
        Answer.json({"services": [], "meta": {"next_page_url": f"/v1/Services?Page={number}"}})
        for number in range(50)
    ]
    server = serve(*[Answer.json({**service.outputs()})] * FETCHED_FIRST, *pages)
    run = Client(Transport(settings(server.url)))

    for _ in range(reads):
        outcome(partial(run.read, SERVICE, {}, service.sid))

    listed = [each for each in server.asked if each.path.partition("?")[0] == "/v1/Services"]
    assert reads // READS_PER_PAGE == len(listed)


def test_second_role_of_a_service_is_worth_a_listing(
    client: Client, new_client: NewClient, emulator: Emulator, service_sid: str
):
    """Each service has a few of its own; what one has, another has not."""
    place = {"service_sid": service_sid}
    roles = [client.create_role(service_sid, name, "conversation", ["sendMessage"]) for name in "abc"]
    emulator.clear_requests()
    run = new_client()

    assert roles == [run.read(ROLE, place, each.sid) for each in roles]

    assert {A_ROLE: 1, ROLES: 1} == emulator.counts()


def test_what_is_read_again_is_fetched(client: Client, new_client: NewClient, emulator: Emulator):
    """Whoever asks twice wants to know what has become of it since."""
    made = [client.create_service(f"acme-{number}") for number in range(FETCHED_FIRST + 1)]
    run = new_client()
    read_all(run, [each.sid for each in made])
    emulator.rename(made[-1].sid, "renamed")

    assert "renamed" == run.read(SERVICE, {}, made[-1].sid).friendly_name


@pytest.mark.parametrize("write", ["create", "update", "delete"])
def test_once_something_is_written_nothing_is_told_from_a_listing(
    client: Client, new_client: NewClient, api: Api, emulator: Emulator, service_sid: str, write: str
):
    """What this run has changed must not be told as it was before."""
    place = {"service_sid": service_sid}
    roles = [client.create_role(service_sid, name, "conversation", ["sendMessage"]) for name in "abcd"]
    run = new_client()
    for each in roles[:2]:
        run.read(ROLE, place, each.sid)
    match write:
        case "create":
            run.create_role(service_sid, "e", "conversation", ["sendMessage"])
        case "update":
            run.update_role(service_sid, roles[0].sid, ["leaveConversation"])
        case _:
            run.delete_role(service_sid, roles[0].sid)
    api.post(f"/v1/Services/{service_sid}/Roles/{roles[2].sid}", Permission="leaveConversation")
    emulator.clear_requests()

    read = run.read(ROLE, place, roles[2].sid)

    assert ["leaveConversation"] == read.values["permissions"]
    assert {A_ROLE: 1} == emulator.counts()


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_listing_that_fails_is_no_error(
    client: Client, new_client: NewClient, emulator: Emulator, status: int
):
    """A key may be allowed to fetch, and not to list."""
    made = [client.create_service(f"acme-{number}") for number in range(FETCHED_FIRST + 4)]
    emulator.fault(LIST, "status", status=status, times=1000)

    assert made == read_all(new_client(retryCeilingSeconds="0"), [each.sid for each in made])

    # What could not be listed was fetched.
    assert len(made) == emulator.counts()[FETCH]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.integers(0, 11), min_size=8, max_size=24),
    gone=st.sets(st.integers(0, 11), max_size=4),
    nameless=st.sets(st.integers(0, 11), max_size=3),
)
def test_answers_are_those_of_a_fetch(
    client: Client,
    new_client: NewClient,
    emulator: Emulator,
    asked: list[int],
    gone: set[int],
    nameless: set[int],
):
    """Whatever is there, gone or odd, in whatever order it is asked for, and however often."""
    emulator.reset()
    made = [client.create_service(f"acme-{number}").sid for number in range(12)]
    for number in nameless - gone:
        emulator.rename(made[number], f"other-{number}")
    for number in gone:
        emulator.delete_service(made[number])

    run, fresh = new_client(), new_client()
    for number in asked:
        wanted = outcome(partial(fresh.fetch, SERVICE, {}, made[number]))
        assert wanted == outcome(partial(run.read, SERVICE, {}, made[number]))


def test_odd_item_of_a_page_is_fetched(
    serve: Callable[..., ScriptedServer], settings: Callable[..., Settings], client: Client
):
    """A page may hold what no fetch would give; only what is whole is taken from it."""
    service = client.create_service("acme")
    whole = {**service.outputs()}
    odd = {**whole, "date_created": 7}
    page = {"services": [odd, "none", None], "meta": {"next_page_url": None}}
    server = serve(*[Answer.json(whole)] * FETCHED_FIRST, Answer.json(page), Answer.json(whole))
    run = Client(Transport(settings(server.url)))

    read = [run.read(SERVICE, {}, service.sid) for _ in range(FETCHED_FIRST + 1)]

    assert [service] * len(read) == read


def test_thing_that_is_gone_is_missing_by_its_own_answer(
    client: Client, new_client: NewClient, emulator: Emulator
):
    """A listing without it proves nothing."""
    made = [client.create_service(f"acme-{number}").sid for number in range(FETCHED_FIRST + 4)]
    emulator.delete_service(made[-1])
    run = new_client()
    read_all(run, made[:-1])
    emulator.clear_requests()

    with pytest.raises(NotFoundError):
        run.read(SERVICE, {}, made[-1])

    assert {FETCH: 1} == emulator.counts()
