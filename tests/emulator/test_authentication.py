"""Who may come in: any account by default, registered ones with their own token and keys only."""

from __future__ import annotations

import pytest

from tests.emulator.api import ACCOUNT_SID, OTHER_ACCOUNT_SID, Api, error

KEY_SID = "SK" + "0" * 31 + "1"
REFUSED = (401, error(401, 20003, "Authenticate"))


@pytest.mark.parametrize(
    ("username", "password", "status"),
    [
        pytest.param(ACCOUNT_SID, "any", 200, id="account with any token"),
        pytest.param(ACCOUNT_SID, "", 401, id="account without token"),
        pytest.param("AC1", "any", 401, id="malformed account"),
        pytest.param("", "", 401, id="nobody"),
        pytest.param(KEY_SID, "any", 401, id="unregistered key"),
        pytest.param(ACCOUNT_SID.lower(), "any", 401, id="account in lower case"),
        pytest.param("é", "ü", 401, id="beyond ASCII"),
    ],
)
def test_unregistered_account_comes_in_with_any_token(emulator, username, password, status):
    """No set-up is needed to begin."""
    answer = Api(emulator, username, password).get("/v1/Services")

    assert status == answer.status_code


@pytest.mark.parametrize(
    ("username", "password", "status"),
    [
        pytest.param(ACCOUNT_SID, "right", 200, id="right token"),
        pytest.param(ACCOUNT_SID, "wrong", 401, id="wrong token"),
        pytest.param(KEY_SID, "secret", 200, id="right key"),
        pytest.param(KEY_SID, "right", 401, id="key with the account's token"),
        pytest.param(KEY_SID, "", 401, id="key without secret"),
        pytest.param(ACCOUNT_SID, "secret", 401, id="account with the key's secret"),
        pytest.param(OTHER_ACCOUNT_SID, "any", 200, id="another, unregistered account"),
    ],
)
def test_registered_account_needs_its_own_credentials(emulator, username, password, status):
    """Once registered, the token must match, and so must a key's secret."""
    emulator.account(ACCOUNT_SID, auth_token="right", api_keys={KEY_SID: "secret"})

    answer = Api(emulator, username, password).get("/v1/Services")

    assert status == answer.status_code


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="absent"),
        pytest.param("Bearer abc", id="another scheme"),
        pytest.param("Basic", id="no credentials"),
        pytest.param("Basic %%%", id="not base64"),
        pytest.param("Basic QUMx", id="no colon"),
        pytest.param("Basic /zo=", id="not UTF-8"),
    ],
)
def test_malformed_authorization_is_refused(emulator, header):
    """Every way to get it wrong is the same 401, which asks for basic authentication."""
    client = Api(emulator)
    client.session.auth = lambda request: request

    answer = client.request("GET", "/v1/Services", headers={"Authorization": header} if header else {})

    assert REFUSED == (answer.status_code, answer.json())
    assert 'Basic realm="Twilio API"' == answer.headers["WWW-Authenticate"]


def test_key_opens_its_own_account(emulator):
    """A service made with a key belongs to the key's account."""
    emulator.account(ACCOUNT_SID, api_keys={KEY_SID: "secret"})

    service = Api(emulator, KEY_SID, "secret").create_service()

    assert ACCOUNT_SID == service["account_sid"]
    assert service == Api(emulator, ACCOUNT_SID, "any").get(service["url"]).json()


def test_registered_again_old_credentials_are_void(emulator):
    """Registering replaces: what is not named again is gone."""
    emulator.account(ACCOUNT_SID, auth_token="old", api_keys={KEY_SID: "secret"})

    emulator.account(ACCOUNT_SID, auth_token="new")

    clients = [
        Api(emulator, ACCOUNT_SID, "old"),
        Api(emulator, KEY_SID, "secret"),
        Api(emulator, ACCOUNT_SID, "new"),
    ]
    assert [401, 401, 200] == [client.get("/v1/Services").status_code for client in clients]


def test_max_services_reached_is_refused_until_one_is_deleted(emulator):
    """The limit counts the account's services of now; other accounts have their own."""
    emulator.account(ACCOUNT_SID, max_services=2)
    client = Api(emulator)
    services = [client.create_service(), client.create_service()]

    refused = client.post("/v1/Services", FriendlyName="third")
    client.delete(services[0]["url"])
    accepted = client.post("/v1/Services", FriendlyName="third")

    text = "Account has reached its limit of 2 services"
    assert (400, error(400, 21102, text)) == (refused.status_code, refused.json())
    assert (201, 201) == (
        accepted.status_code,
        Api(emulator, OTHER_ACCOUNT_SID).post("/v1/Services", FriendlyName="x").status_code,
    )
