"""Address configurations of an account: where conversations begin for messages that come to an address."""

from __future__ import annotations

import pytest

from tests.emulator.api import ACCOUNT_SID, OTHER_ACCOUNT_SID, Api, error

PATH = "/v1/Configuration/Addresses"
ADDRESS = "+15550100001"


def made(api: Api, **form: object) -> dict[str, object]:
    """Configure an address."""
    answer = api.post(PATH, **{"Type": "sms", "Address": ADDRESS, **form})
    assert 201 == answer.status_code, answer.text
    address: dict[str, object] = answer.json()
    return address


def test_address_given_nothing_more_begins_no_conversations(api):
    """What is unset stands nowhere, as in the specification's examples."""
    address = made(api)

    fixed = {key: address[key] for key in ("sid", "date_created", "date_updated", "url")}
    assert {
        **fixed,
        "account_sid": ACCOUNT_SID,
        "address": ADDRESS,
        "type": "sms",
        "friendly_name": None,
        "address_country": None,
        "auto_creation": {"enabled": False},
    } == address


def test_address_is_found_by_sid_and_by_itself(api):
    """The specification takes either in a path."""
    address = made(api)

    assert [address, address] == [api.get(f"{PATH}/{key}").json() for key in (address["sid"], ADDRESS)]


def test_update_of_a_nested_setting_leaves_its_siblings(api):
    """An update changes what it names; an empty value unsets a webhook's."""
    service = api.create_service()["sid"]
    address = made(
        api,
        **{
            "AutoCreation.Enabled": "true",
            "AutoCreation.Type": "webhook",
            "AutoCreation.ConversationServiceSid": service,
            "AutoCreation.WebhookUrl": "https://example.com/hook",
            "AutoCreation.WebhookMethod": "get",
            "AutoCreation.WebhookFilters": ["onMessageAdded", "onParticipantAdded"],
        },
    )

    changed = api.post(f"{PATH}/{address['sid']}", **{"AutoCreation.WebhookUrl": "", "FriendlyName": "desk"})

    assert {
        "enabled": True,
        "type": "webhook",
        "conversation_service_sid": service,
        "webhook_method": "GET",
        "webhook_filters": ["onMessageAdded", "onParticipantAdded"],
    } == changed.json()["auto_creation"]
    assert ("desk", ADDRESS) == (changed.json()["friendly_name"], changed.json()["address"])


def test_address_is_configured_once_an_account(api, emulator):
    """Another account may have it too, for all that this one knows."""
    made(api)

    again = api.post(PATH, Type="sms", Address=ADDRESS)

    assert (409, error(409, 50353, "Address_configuration with provided unique name already exists")) == (
        again.status_code,
        again.json(),
    )
    assert 201 == Api(emulator, OTHER_ACCOUNT_SID).post(PATH, Type="sms", Address=ADDRESS).status_code


def test_list_is_filtered_by_type_in_any_case(api):
    """The specification's example writes whAtsAPP."""
    made(api)
    other = made(api, Type="whAtsAPP", Address="whatsapp:+15550100002")

    listed = api.get(PATH, Type="WhatsApp").json()["address_configurations"]

    assert [other] == listed
    assert "whatsapp" == other["type"]


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("Type", "fax", "must be one of sms, whatsapp, messenger, gbm, email, rcs, apple, chat"),
        ("AddressCountry", "USA", "must have 2 to 2 characters, has 3"),
        ("AutoCreation.Enabled", "yes", "must be one of true, false"),
        ("AutoCreation.Type", "bot", "must be one of webhook, studio, default"),
        ("AutoCreation.ConversationServiceSid", "IS1", "must be IS and 32 hexadecimal digits"),
        ("AutoCreation.WebhookMethod", "PUT", "must be one of GET, POST"),
        ("AutoCreation.StudioFlowSid", "FW1", "must be FW and 32 hexadecimal digits"),
        ("AutoCreation.StudioRetryCount", "4", "must be a whole number from 0 to 3"),
        ("AutoCreation.StudioRetryCount", "-1", "must be a whole number from 0 to 3"),
    ],
)
def test_address_with_a_value_that_breaks_a_rule_is_refused(api, name, value, rule):
    """One rule a parameter; nothing is made."""
    answer = api.post(PATH, **{"Type": "sms", "Address": ADDRESS, name: value})

    assert (400, f"Invalid parameter {name}: {rule}") == (answer.status_code, answer.json()["message"])
    assert [] == api.get(PATH).json()["address_configurations"]


@pytest.mark.parametrize("name", ["Type", "Address", "AddressCountry"])
def test_address_keeps_what_it_was_made_with(api, name):
    """Updates don't take these."""
    address = made(api)

    assert 400 == api.post(f"{PATH}/{address['sid']}", **{name: "sms"}).status_code


def test_address_outlives_the_service_that_it_leads_to(api):
    """It is the account's; what Twilio does then is not published."""
    service = api.create_service()["sid"]
    address = made(api, **{"AutoCreation.ConversationServiceSid": service})
    api.delete(f"/v1/Services/{service}")

    assert address == api.get(f"{PATH}/{address['sid']}").json()
