"""Services over HTTP: create, fetch, list, delete."""

from __future__ import annotations

import re

import requests

AUTH = ("AC" + "0" * 32, "token")


def test_service_created_is_fetched_as_it_was_answered(emulator):
    """What create answers is what is stored."""
    created = requests.post(
        f"{emulator.url}/v1/Services", data={"FriendlyName": "support-eu"}, auth=AUTH, timeout=10
    )

    fetched = requests.get(created.json()["url"], auth=AUTH, timeout=10)

    assert (201, 200) == (created.status_code, fetched.status_code)
    assert created.json() == fetched.json()
    assert re.fullmatch(r"IS[0-9a-f]{32}", created.json()["sid"])
