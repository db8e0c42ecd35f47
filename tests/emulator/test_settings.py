"""Configuration, notifications and webhooks of a service: one each, there from the start."""

from __future__ import annotations

import pytest

from offline.emulator.resources.events import EVENTS
from tests.emulator.api import ACCOUNT_SID, MISSING_SID, OTHER_ACCOUNT_SID, Api, error

SINGLES = ("Configuration", "Configuration/Notifications", "Configuration/Webhooks")
OFF = {"enabled": False}


@pytest.fixture
def path(api: Api) -> str:
    """The path of a new service."""
    return f"/v1/Services/{api.create_service()['sid']}"


def sid_of(api: Api, path: str, name: str) -> str:
    """Find a role of a service by its name."""
    [sid] = [
        role["sid"] for role in api.get(f"{path}/Roles").json()["roles"] if role["friendly_name"] == name
    ]
    return str(sid)


def test_new_service_has_a_configuration_that_names_its_default_roles(api, path):
    """The creator administers, others use; reachability is off."""
    answer = api.get(f"{path}/Configuration")

    url = f"{api.emulator.url}{path}/Configuration"
    expected = {
        "chat_service_sid": path.split("/")[-1],
        "default_conversation_creator_role_sid": sid_of(api, path, "channel admin"),
        "default_conversation_role_sid": sid_of(api, path, "channel user"),
        "default_chat_service_role_sid": sid_of(api, path, "service user"),
        "reachability_enabled": False,
        "url": url,
        "links": {"notifications": f"{url}/Notifications", "webhooks": f"{url}/Webhooks"},
    }
    assert (200, expected) == (answer.status_code, answer.json())


def test_new_service_has_notifications_that_are_off(api, path):
    """Nothing is pushed, and texts that nobody set are absent."""
    answer = api.get(f"{path}/Configuration/Notifications")

    expected = {
        "account_sid": ACCOUNT_SID,
        "chat_service_sid": path.split("/")[-1],
        "log_enabled": False,
        "added_to_conversation": OFF,
        "new_message": {"enabled": False, "badge_count_enabled": False, "with_media": OFF},
        "removed_from_conversation": OFF,
        "url": f"{api.emulator.url}{path}/Configuration/Notifications",
    }
    assert (200, expected) == (answer.status_code, answer.json())


def test_new_service_has_webhooks_that_lead_nowhere(api, path):
    """Every setting is null."""
    answer = api.get(f"{path}/Configuration/Webhooks")

    expected = {
        "account_sid": ACCOUNT_SID,
        "chat_service_sid": path.split("/")[-1],
        "pre_webhook_url": None,
        "post_webhook_url": None,
        "filters": None,
        "method": None,
        "url": f"{api.emulator.url}{path}/Configuration/Webhooks",
    }
    assert (200, expected) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("parameter", "field", "type_"),
    [
        ("DefaultConversationCreatorRoleSid", "default_conversation_creator_role_sid", "conversation"),
        ("DefaultConversationRoleSid", "default_conversation_role_sid", "conversation"),
        ("DefaultChatServiceRoleSid", "default_chat_service_role_sid", "service"),
    ],
)
def test_update_configuration_takes_a_role_of_the_service_and_of_the_type(api, path, parameter, field, type_):
    """One parameter changes its field and leaves the others."""
    form = {"FriendlyName": "agent", "Type": type_, "Permission": "editOwnMessage"}
    role = api.post(f"{path}/Roles", **form).json()
    before = api.get(f"{path}/Configuration").json()

    answer = api.post(f"{path}/Configuration", **{parameter: role["sid"]})

    assert (200, {**before, field: role["sid"]}) == (answer.status_code, answer.json())
    assert answer.json() == api.get(f"{path}/Configuration").json()


@pytest.mark.parametrize(
    ("parameter", "name", "type_", "code"),
    [
        ("DefaultConversationCreatorRoleSid", "service admin", "conversation", 50109),
        ("DefaultConversationRoleSid", "service user", "conversation", 50109),
        ("DefaultChatServiceRoleSid", "channel user", "service", 50102),
    ],
)
def test_update_configuration_refuses_a_role_that_does_not_fit(api, path, parameter, name, type_, code):
    """Of the other type, of another service, of another kind, deleted: all are the same error."""
    elsewhere = f"/v1/Services/{api.create_service()['sid']}"
    fitting = {"service": "service user", "conversation": "channel user"}[type_]
    before = api.emulator.state()
    sids = [sid_of(api, path, name), sid_of(api, elsewhere, fitting), "RL" + "0" * 32]

    answers = [
        api.post(f"{path}/Configuration", **{parameter: sid, "ReachabilityEnabled": "true"}) for sid in sids
    ]

    text = f"Invalid parameter {parameter}: must be the SID of a role of this service, of type {type_}"
    assert [(400, error(400, code, text))] * 3 == [(each.status_code, each.json()) for each in answers]
    assert before == api.emulator.state()


@pytest.mark.parametrize(("on", "off"), [("true", "false"), ("True", "False"), ("TRUE", "FALSE")])
def test_switch_takes_its_words_in_any_case(api, path, on, off):
    """Clients write them as their language does."""
    target = f"{path}/Configuration"

    states = [api.post(target, ReachabilityEnabled=word).json()["reachability_enabled"] for word in (on, off)]

    assert [True, False] == states


@pytest.mark.parametrize(
    ("parameter", "value", "changed"),
    [
        ("LogEnabled", "true", {"log_enabled": True}),
        ("NewMessage.Enabled", "true", {"new_message": {"enabled": True}}),
        ("NewMessage.Template", "${PARTICIPANT}: é", {"new_message": {"template": "${PARTICIPANT}: é"}}),
        ("NewMessage.Sound", "ring", {"new_message": {"sound": "ring"}}),
        ("NewMessage.BadgeCountEnabled", "true", {"new_message": {"badge_count_enabled": True}}),
        ("NewMessage.WithMedia.Enabled", "true", {"new_message": {"with_media": {"enabled": True}}}),
        (
            "NewMessage.WithMedia.Template",
            "${MEDIA_COUNT}",
            {"new_message": {"with_media": {"enabled": False, "template": "${MEDIA_COUNT}"}}},
        ),
        ("AddedToConversation.Enabled", "true", {"added_to_conversation": {"enabled": True}}),
        ("AddedToConversation.Template", "x" * 5000, {"added_to_conversation": {"template": "x" * 5000}}),
        ("AddedToConversation.Sound", "ring", {"added_to_conversation": {"sound": "ring"}}),
        ("RemovedFromConversation.Enabled", "true", {"removed_from_conversation": {"enabled": True}}),
        ("RemovedFromConversation.Template", "bye", {"removed_from_conversation": {"template": "bye"}}),
        ("RemovedFromConversation.Sound", "ring", {"removed_from_conversation": {"sound": "ring"}}),
    ],
)
def test_update_notifications_changes_one_setting_and_an_opposite_puts_it_back(
    api, path, parameter, value, changed
):
    """Each parameter reaches its own place; `false`, or an empty text, takes it back."""
    target = f"{path}/Configuration/Notifications"
    before = api.get(target).json()

    answer = api.post(target, **{parameter: value})
    stored = api.get(target).json()
    undone = api.post(target, **{parameter: "false" if value == "true" else ""}).json()

    expected = {
        key: {**value_, **changed[key]} if isinstance(value_, dict) else changed[key]
        for key, value_ in before.items()
        if key in changed
    }
    assert (200, {**before, **expected}) == (answer.status_code, answer.json())
    assert (stored, before) == (answer.json(), undone)


@pytest.mark.parametrize(
    ("parameter", "value", "field"),
    [
        ("PreWebhookUrl", "https://example.com/pre?a=1&b=%20#c", "pre_webhook_url"),
        ("PostWebhookUrl", "http://user:password@127.0.0.1:8080/", "post_webhook_url"),
        ("Filters", ["onMessageAdded", "onMessageAdd"], "filters"),
        ("Filters", list(EVENTS), "filters"),
        ("Method", "GET", "method"),
    ],
)
def test_update_webhooks_changes_one_setting_and_an_empty_value_unsets_it(api, path, parameter, value, field):
    """Each parameter sets its field; given empty, the field is null again."""
    target = f"{path}/Configuration/Webhooks"
    before = api.get(target).json()

    answer = api.post(target, **{parameter: value})
    stored = api.get(target).json()
    unset = api.post(target, **{parameter: ""}).json()

    assert (200, {**before, field: value}) == (answer.status_code, answer.json())
    assert (stored, before) == (answer.json(), unset)


def test_update_webhooks_repeated_events_count_once(api, path):
    """The order is that of their first mention."""
    filters = ["onMessageUpdate", "onMessageAdd", "onMessageUpdate"]

    answer = api.post(f"{path}/Configuration/Webhooks", Filters=filters)

    assert ["onMessageUpdate", "onMessageAdd"] == answer.json()["filters"]


URL_RULE = "must be an absolute URL of http or https, percent-encoded"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("example.com/hook", id="no scheme"),
        pytest.param("/hook", id="path only"),
        pytest.param("ftp://example.com/", id="another scheme"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///hook", id="empty host"),
        pytest.param("https://example.com:port/", id="port that is no number"),
        pytest.param("https://example.com:65536/", id="port too large"),
        pytest.param("https://[::1/", id="open bracket"),
        pytest.param("https://example.com/a b", id="space"),
        pytest.param("https://example.com/\n", id="line break"),
        pytest.param("https://example.com/é", id="not escaped"),
        pytest.param(" ", id="blank"),
    ],
)
@pytest.mark.parametrize(("parameter", "code"), [("PreWebhookUrl", 50077), ("PostWebhookUrl", 50078)])
def test_update_webhooks_refuses_what_is_no_absolute_url(api, path, parameter, code, value):
    """Twilio has a code for each of the two; the value is not repeated."""
    before = api.emulator.state()

    answer = api.post(f"{path}/Configuration/Webhooks", **{parameter: value, "Method": "GET"})

    text = f"Invalid parameter {parameter}: {URL_RULE}"
    assert (400, error(400, code, text)) == (answer.status_code, answer.json())
    assert before == api.emulator.state()


EVENT_RULE = f"Invalid parameter Filters: must be one of {', '.join(EVENTS)}"
SWITCH_RULE = "must be one of true, false"
ROLE_RULE = "must be RL and 32 hexadecimal digits"


@pytest.mark.parametrize(
    ("single", "parameter", "value", "code", "message"),
    [
        (
            "Configuration",
            "ReachabilityEnabled",
            "yes",
            20001,
            f"Invalid parameter ReachabilityEnabled: {SWITCH_RULE}",
        ),
        (
            "Configuration",
            "ReachabilityEnabled",
            "",
            20001,
            f"Invalid parameter ReachabilityEnabled: {SWITCH_RULE}",
        ),
        (
            "Configuration",
            "DefaultConversationRoleSid",
            "",
            20001,
            f"Invalid parameter DefaultConversationRoleSid: {ROLE_RULE}",
        ),
        (
            "Configuration",
            "DefaultChatServiceRoleSid",
            "RL1",
            20001,
            f"Invalid parameter DefaultChatServiceRoleSid: {ROLE_RULE}",
        ),
        (
            "Configuration",
            "Reachability",
            "true",
            20001,
            (
                "Unknown parameter Reachability; this route takes: DefaultConversationCreatorRoleSid, "
                "DefaultConversationRoleSid, DefaultChatServiceRoleSid, ReachabilityEnabled"
            ),
        ),
        (
            "Configuration/Notifications",
            "NewMessage.Enabled",
            "1",
            20001,
            f"Invalid parameter NewMessage.Enabled: {SWITCH_RULE}",
        ),
        (
            "Configuration/Notifications",
            "LogEnabled",
            "",
            20001,
            f"Invalid parameter LogEnabled: {SWITCH_RULE}",
        ),
        ("Configuration/Webhooks", "Filters", "onUserAdded", 50054, EVENT_RULE),
        ("Configuration/Webhooks", "Filters", ["onMessageAdded", ""], 50054, EVENT_RULE),
        ("Configuration/Webhooks", "Filters", "onmessageadded", 50054, EVENT_RULE),
        (
            "Configuration/Webhooks",
            "Method",
            "PUT",
            50055,
            "Invalid parameter Method: must be one of GET, POST",
        ),
        (
            "Configuration/Webhooks",
            "Method",
            "post",
            50055,
            "Invalid parameter Method: must be one of GET, POST",
        ),
        (
            "Configuration/Webhooks",
            "Target",
            "webhook",
            20001,
            "Unknown parameter Target; this route takes: PreWebhookUrl, PostWebhookUrl, Filters, Method",
        ),
    ],
)
def test_update_of_settings_bad_parameter_is_one_error_and_changes_nothing(
    api, path, single, parameter, value, code, message
):
    """The error says the rule and never the value."""
    before = api.emulator.state()

    answer = api.post(f"{path}/{single}", **{parameter: value})

    assert (400, error(400, code, message)) == (answer.status_code, answer.json())
    assert before == api.emulator.state()


@pytest.mark.parametrize("single", SINGLES)
def test_update_of_settings_without_parameters_changes_nothing(api, path, single):
    """All are optional; none is no error."""
    before = api.get(f"{path}/{single}").json()

    answer = api.post(f"{path}/{single}")

    assert (200, before) == (answer.status_code, answer.json())


@pytest.mark.parametrize("single", SINGLES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_settings_of_a_service_that_is_not_there_are_not_found(api, path, method, single):
    """Missing, deleted, another account's: the 404 names the service, which is what is missing."""
    other = Api(api.emulator, OTHER_ACCOUNT_SID)
    deleted = api.create_service()
    api.delete(deleted["url"])

    answers = {
        MISSING_SID: api.request(method, f"/v1/Services/{MISSING_SID}/{single}"),
        deleted["sid"]: api.request(method, f"{deleted['url']}/{single}"),
        path.split("/")[-1]: other.request(method, f"{path}/{single}"),
    }

    expected = [
        (404, error(404, 20404, f"The requested resource /Services/{sid} was not found")) for sid in answers
    ]
    assert expected == [(answer.status_code, answer.json()) for answer in answers.values()]


@pytest.mark.parametrize("single", SINGLES)
@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_settings_can_not_be_deleted(api, path, method, single):
    """A service has them as long as it is there."""
    answer = api.request(method, f"{path}/{single}")

    short = path.removeprefix("/v1")
    text = f"The requested resource {short}/{single} was not found (the emulator has no route {method} {path}/{single})"
    assert (404, error(404, 20404, text)) == (answer.status_code, answer.json())


def test_settings_belong_to_one_service(api, path):
    """What one service is told leaves the others alone."""
    other = f"/v1/Services/{api.create_service()['sid']}"
    before = [api.get(f"{other}/{single}").json() for single in SINGLES]

    api.post(f"{path}/Configuration", ReachabilityEnabled="true")
    api.post(f"{path}/Configuration/Notifications", LogEnabled="true")
    api.post(f"{path}/Configuration/Webhooks", Method="GET")

    assert before == [api.get(f"{other}/{single}").json() for single in SINGLES]


def test_faults_are_ordered_by_the_names_of_the_specification(api, path):
    """The routes of settings fail on order like the others."""
    api.emulator.fault("POST /v1/Services/{ChatServiceSid}/Configuration/Webhooks", "status", status=429)

    statuses = [api.post(f"{path}/Configuration/Webhooks", Method="GET").status_code for _ in range(2)]

    assert [429, 200] == statuses
    assert 2 == api.emulator.counts()["POST /v1/Services/{ServiceSid}/Configuration/Webhooks"]
