"""Pages of a list: their links, their limits, and that nothing is lost or shown twice."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.api import Api, error


def follow(api: Api, url: str | None, link: str = "next_page_url") -> list[dict[str, Any]]:
    """Collect pages along a link, until it is null."""
    pages = []
    while url is not None:
        pages.append(api.get(url).json())
        url = pages[-1]["meta"][link]
    return pages


def test_list_empty_has_one_page_of_fifty(api):
    """The meta of an empty list, key by key."""
    answer = api.get("/v1/Services")

    url = f"{api.emulator.url}/v1/Services?PageSize=50&Page=0"
    meta = {
        "page": 0,
        "page_size": 50,
        "first_page_url": url,
        "previous_page_url": None,
        "url": url,
        "next_page_url": None,
        "key": "services",
    }
    assert (200, {"meta": meta, "services": []}) == (answer.status_code, answer.json())


def test_list_pages_link_to_each_other_on_the_same_host(api):
    """Page counts up along next_page_url and down along previous_page_url; the token looks as Twilio's does."""
    services = [api.create_service(f"s{number}") for number in range(5)]

    forth = follow(api, "/v1/Services?PageSize=2")
    back = follow(api, forth[-1]["meta"]["url"], "previous_page_url")

    assert [services[:2], services[2:4], services[4:]] == [page["services"] for page in forth]
    assert [services[4:], services[2:4], services[:2]] == [page["services"] for page in back]
    assert [0, 1, 2] == [page["meta"]["page"] for page in forth]
    assert [2, 1, 0] == [page["meta"]["page"] for page in back]
    links = [urlsplit(page["meta"]["next_page_url"]) for page in forth[:2]]
    assert [(api.emulator.url, "/v1/Services")] * 2 == [
        (f"{at.scheme}://{at.netloc}", at.path) for at in links
    ]
    assert all(parse_qs(at.query)["PageToken"][0].startswith("PT") for at in links)


def test_list_page_number_without_token_is_only_echoed(api):
    """Page is the client's own counter in the specification: it moves nothing."""
    service = api.create_service()

    page = api.get("/v1/Services", Page=7).json()

    assert (7, [service]) == (page["meta"]["page"], page["services"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("PageSize=0", "Invalid parameter PageSize: must be a whole number from 1 to 100"),
        ("PageSize=101", "Invalid parameter PageSize: must be a whole number from 1 to 100"),
        ("PageSize=ten", "Invalid parameter PageSize: must be a whole number from 1 to 100"),
        ("PageSize=%C2%B2", "Invalid parameter PageSize: must be a whole number from 1 to 100"),
        ("PageSize=", "Invalid parameter PageSize: must be a whole number from 1 to 100"),
        ("Page=-1", "Invalid parameter Page: must be a whole number from 0 to 2147483647"),
        ("PageToken=", "Invalid parameter PageToken: must be one that this list gave"),
        ("PageToken=PT", "Invalid parameter PageToken: must be one that this list gave"),
        ("PageToken=PTe30", "Invalid parameter PageToken: must be one that this list gave"),
        ("PageToken=PTeyJhZnRlciI6LTF9", "Invalid parameter PageToken: must be one that this list gave"),
        ("PageToken=PTeyJhZnRlciI6dHJ1ZX0", "Invalid parameter PageToken: must be one that this list gave"),
        ("PageToken=XXeyJhZnRlciI6MX0", "Invalid parameter PageToken: must be one that this list gave"),
        ("State=active", "Unknown parameter State; this route takes: PageSize, Page, PageToken"),
        ("%ff=1", "Invalid parameter the query: must be form-encoded UTF-8"),
    ],
)
def test_list_bad_query_is_one_error(api, query, message):
    """Limits are those of the specification."""
    answer = api.get(f"/v1/Services?{query}")

    assert (400, error(400, 20001, message)) == (answer.status_code, answer.json())


@pytest.mark.parametrize("size", [1, 100])
def test_list_page_size_at_its_limits_is_taken(api, size):
    """1 and 100 are in."""
    page = api.get("/v1/Services", PageSize=size).json()

    assert size == page["meta"]["page_size"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 9),
    size=st.integers(1, 4),
    deleted=st.sets(st.integers(0, 8), max_size=4),
    added=st.integers(0, 3),
)
def test_list_changed_between_pages_gives_each_survivor_once(api, count, size, deleted, added):
    """What is deleted or added while a client pages neither hides nor repeats another service."""
    api.emulator.reset()
    services = [api.create_service() for _ in range(count)]
    first = api.get("/v1/Services", PageSize=size).json()
    seen = [service["sid"] for service in first["services"]]
    for number in deleted:
        if number < count:
            api.emulator.delete_service(services[number]["sid"])
    new = [api.create_service()["sid"] for _ in range(added)]

    rest = follow(api, first["meta"]["next_page_url"])

    seen += [service["sid"] for page in rest for service in page["services"]]
    survivors = [
        each["sid"] for number, each in enumerate(services) if number < size or number not in deleted
    ]
    paged_on = first["meta"]["next_page_url"] is not None
    assert survivors + (new if paged_on else []) == seen


def test_list_page_emptied_by_deletes_still_leads_back_and_forth(api):
    """A token stays good when all that it pointed at is gone."""
    services = [api.create_service() for _ in range(3)]
    first = api.get("/v1/Services", PageSize=2).json()
    api.delete(services[2]["url"])

    empty = api.get(first["meta"]["next_page_url"]).json()
    back = api.get(empty["meta"]["previous_page_url"]).json()

    assert ([], None) == (empty["services"], empty["meta"]["next_page_url"])
    assert services[:2] == back["services"]
