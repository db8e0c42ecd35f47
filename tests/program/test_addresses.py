"""Addresses of a stack file: what is read, and what is wrong with them."""

from __future__ import annotations

import json

import pytest

from program import SettingsError, read_stack
from providers.address_configuration import ADDRESS, AddressConfigurationProvider
from tests.program.test_settings import FILE, HINT, configuration

SERVICES = {"support": {"friendlyName": "acme-support-dev"}}
LINE = {"type": "sms", "address": "+15550100"}


def problems(addresses: object, services: object = SERVICES) -> list[str]:
    """Give what is wrong, less file and section."""
    with pytest.raises(SettingsError) as caught:
        read_stack(configuration(services, addresses=addresses), FILE)
    lines = str(caught.value).split("\n")
    assert HINT == lines.pop()
    return [line.removeprefix(f"{FILE}: conversation-services:addresses") for line in lines]


def test_every_setting_becomes_an_input():
    """The service is named by its logical name, and its SID takes the name's place."""
    given = {
        **LINE,
        "friendlyName": "hotline",
        "addressCountry": "US",
        "autoCreation": {
            "enabled": True,
            "type": "studio",
            "service": "support",
            "webhookUrl": "https://hooks.example.com/hotline",
            "webhookMethod": "POST",
            "webhookFilters": ["onMessageAdded"],
            "studioFlowSid": "FW" + "0" * 32,
            "studioRetryCount": 2,
        },
        "importSid": "IG" + "0" * 32,
        "onNameConflict": "adopt",
    }

    _, addresses = read_stack(configuration(SERVICES, addresses={"hotline": given}), FILE)
    inputs = addresses["hotline"].inputs({"support": "IS" + "0" * 32})

    assert {each.name for each in AddressConfigurationProvider.inputs} == inputs.keys()
    assert ADDRESS.leaves.keys() == ADDRESS.values(inputs).keys()
    assert "IS" + "0" * 32 == inputs["auto_creation"]["conversation_service_sid"]


def test_what_is_left_out_is_no_input():
    """It is not managed then."""
    _, addresses = read_stack(configuration(SERVICES, addresses={"hotline": LINE}), FILE)

    assert {**LINE, "on_name_conflict": "error"} == addresses["hotline"].inputs({})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"type": "fax"},
            ".type: must be one of 'sms', 'whatsapp', 'messenger', 'gbm', 'email', 'rcs', 'apple'",
        ),
        ({"address": None}, ".address: must be text, got nothing"),
        (
            {"address": 15550100},
            ".address: must be text, got a number; put it in quotes if it is meant as text",
        ),
        (
            {"address": "+1555 "},
            ".address: must begin and end with a visible character: leave out the white space",
        ),
        (
            {"friendlyName": "a\nb"},
            ".friendlyName: must be one line: write a blank in place of each line break",
        ),
        ({"addressCountry": "usa"}, ".addressCountry: must be a country's code of two capitals, such as US"),
        (
            {"importSid": "IS" + "0" * 32},
            ".importSid: must be the SID of an address configuration: IG and 32",
        ),
        ({"onNameConflict": "allow"}, ".onNameConflict: must be one of 'error' or 'adopt'"),
        ({"adress": "x"}, ".adress: is no setting of an address; did you mean address?"),
        ({"autoCreation": []}, ".autoCreation: must be a map, got a list"),
        (
            {"autoCreation": {"enable": 1}},
            ".autoCreation.enable: is no setting of autoCreation; did you mean enabled?",
        ),
        (
            {"autoCreation": {"service": "suport"}},
            ".autoCreation.service: names no service of this stack; did you mean",
        ),
        (
            {"autoCreation": {"webhookUrl": "http://example.com"}},
            ".autoCreation.webhookUrl: must begin with https://",
        ),
        (
            {"autoCreation": {"webhookFilters": []}},
            ".autoCreation.webhookFilters: must hold at least one entry",
        ),
        (
            {"autoCreation": {"studioRetryCount": 4}},
            ".autoCreation.studioRetryCount: must be one of 0, 1, 2 or 3",
        ),
        (
            {"autoCreation": {"studioFlowSid": "x"}},
            ".autoCreation.studioFlowSid: must be the SID of a Studio flow: FW",
        ),
    ],
)
def test_wrong_value_is_one_error_at_its_place(change: dict[str, object], expected: str):
    """File, key, what it must be; never the value."""
    (found,) = problems({"hotline": {**LINE, **change}})

    assert found.startswith(f".hotline{expected}")


def test_problems_of_services_and_addresses_are_told_at_once():
    """One run, one list."""
    found = problems({"hotline": {"type": "sms"}}, {"support": {"friendlyName": " x"}})

    blanks = "must begin and end with a visible character: leave out the white space there"
    assert [
        f"{FILE}: conversation-services:services.support.friendlyName: {blanks}",
        ".hotline.address: must be set",
    ] == found


@pytest.mark.parametrize("given", [[], "x", 7])
def test_section_that_is_no_map_is_an_error(given: object):
    """As for services."""
    (found,) = problems(given)

    assert found.startswith(": must be a map, got ")


def test_personal_values_are_in_no_error():
    """A number in the wrong place is still a number."""
    secret = "+15550100"
    found = problems({"hotline": {"type": secret, "address": [secret], secret: secret, "importSid": secret}})

    assert secret not in json.dumps(found)
