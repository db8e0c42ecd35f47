"""Promotion and comparison are of one mind, whatever two environments declare and however their files are written."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.promotion import Fill, Promotion, promote
from gitops.stack_diff import compare
from gitops.stack_file import StackFile
from plain_yaml import load_text
from plain_yaml.editing import edited
from program import read_stack
from tools.included import SECRETS, SERVICES
from tools.stack_files import ADDRESSES

PERMISSIONS = {
    "conversation": ["sendMessage", "addParticipant", "leaveConversation"],
    "service": ["joinConversation", "editOwnUserInfo"],
}
EVENTS = ["onMessageAdded", "onConversationAdded", "onDeliveryUpdated"]


def cipher(stack: str) -> dict[str, str]:
    """Return an encrypted value that only one stack can read."""
    return {"secure": f"v1:{stack}:AAAA"}


def subset(draw: st.DrawFn, words: list[str]) -> list[str]:
    """Draw some of the words, in any order."""
    return draw(st.lists(st.sampled_from(words), unique=True, min_size=1))


def maybe(draw: st.DrawFn) -> bool:
    """Toss a coin."""
    return draw(st.booleans())


def service(draw: st.DrawFn, stack: str, name: str) -> dict[str, Any]:
    """Draw a service as a stack may declare it, valid but for what is encrypted."""
    form = draw(st.sampled_from(["acme-{name}-{stack}", "acme-{name}", "{stack}.{name}"]))
    made: dict[str, Any] = {"friendlyName": form.format(name=name, stack=stack)}
    if maybe(draw):
        made["friendlyName"] = draw(st.sampled_from([made["friendlyName"], cipher(stack)]))
    if maybe(draw):
        made["protect"] = maybe(draw)
    if maybe(draw):
        made["onNameConflict"] = draw(st.sampled_from(["adopt", "allow"]))
    if maybe(draw):
        made["importSid"] = "IS" + draw(st.sampled_from("0123")) * 32
    roles: dict[str, dict[str, Any]] = {
        role: {"type": kind, "permissions": subset(draw, PERMISSIONS[kind])}
        for role, kind in (("agent", "conversation"), ("guest", "conversation"), ("member", "service"))
        if maybe(draw)
    }
    for role in roles.values():
        if role["type"] == "conversation" and draw(st.integers(0, 5)) == 0:
            key = draw(st.sampled_from(["type", "permissions"]))
            role[key] = cipher(stack) if key == "type" else [cipher(stack)]
    if roles:
        made["roles"] = roles
    configuration: dict[str, Any] = {}
    if conversational := [role for role in ("agent", "guest") if role in roles]:
        configuration["defaultConversationRole"] = draw(st.sampled_from(conversational))
    if maybe(draw):
        made["configuration"] = {**configuration, "reachabilityEnabled": maybe(draw)}
    webhook: dict[str, Any] = {}
    for key in ("preWebhookUrl", "postWebhookUrl"):
        url = f"https://hooks.{stack}.acme.example/{draw(st.sampled_from('xy'))}"
        if value := draw(st.sampled_from([None, url, cipher(stack)])):
            webhook[key] = value
    if maybe(draw):
        webhook["filters"] = subset(draw, EVENTS)
    if webhook:
        made["webhook"] = webhook
    if maybe(draw):
        made["notifications"] = {
            "newMessage": {
                "template": draw(st.sampled_from(["News", "It's: new", cipher(stack)])),
                "withMedia": {"enabled": maybe(draw)},
            }
        }
    keys = draw(st.permutations(list(made)))
    return {key: made[key] for key in keys}


@st.composite
def configurations(draw: st.DrawFn, stack: str) -> dict[str, Any]:
    """Draw what a stack file declares."""
    names = draw(st.lists(st.sampled_from(["support", f"desk-{stack}", "billing", "secure"]), unique=True))
    services = {name: service(draw, stack, name) for name in names}
    config: dict[str, Any] = {"twilio:region": stack, SERVICES: services}
    if secrets := [
        name for name in names if not {*services[name].get("webhook", {})} & {"preWebhookUrl"} and maybe(draw)
    ]:
        config[SECRETS] = {name: {"webhook": {"preWebhookUrl": cipher(stack)}} for name in secrets}
    if names and maybe(draw):
        config[ADDRESSES] = {
            name: {
                "type": draw(st.sampled_from(["sms", "whatsapp"])),
                "address": draw(st.sampled_from([f"+1555{len(stack)}", cipher(stack)])),
                "friendlyName": f"acme-{name}-{stack}",
                "autoCreation": {
                    "enabled": maybe(draw),
                    "service": draw(st.sampled_from(names)),
                    **({"webhookFilters": subset(draw, EVENTS[:1])} if maybe(draw) else {}),
                },
            }
            for name in subset(draw, ["hotline", f"line-{stack}"])
        }
    return config


def stack_file(
    stack: str, config: dict[str, Any], flow: bool | None = None, text: str | None = None
) -> StackFile:
    """Return a stack file that declares a configuration."""
    if text is None:
        text = yaml.safe_dump({"config": config}, default_flow_style=flow, sort_keys=False)
    return StackFile.made(stack, Path(f"stacks/Pulumi.{stack}.yaml"), text, load_text(text))


def after(done: Promotion, target: StackFile) -> StackFile:
    """Return the target as a promotion leaves it."""
    text = done.files[0].text if done.files else target.files[0].text
    return stack_file(target.stack, {}, text=text)


def filled(target: StackFile, fills: tuple[Fill, ...]) -> StackFile:
    """Return the target when every command that was shown has been run."""
    config = deepcopy(load_text(target.files[0].text))
    for fill in fills:
        place = config["config"].setdefault(f"conversation-services:{fill.section}", {})
        value: Any = cipher(target.stack)
        *above, last = (fill.name, *fill.path)
        if last == "[0]":
            value, last = [value], above.pop()
        for key in above:
            place = place.setdefault(key, {})
        place[last] = value
    return stack_file(target.stack, {}, text=edited(target.files[0].text, config))


def decrypted(value: Any, key: str = "") -> Any:
    """Return what an engine hands over: each encrypted value as some plain one that can stand there."""
    plain = {"type": "conversation", "friendlyName": "acme-own", "template": "own", "address": "+15559"}
    if isinstance(value, dict):
        if value.keys() == {"secure"} and isinstance(value["secure"], str):
            return plain.get(key, "https://own.example/x" if key.endswith("Url") else "sendMessage")
        return {name: decrypted(each, name) for name, each in value.items()}
    return [decrypted(each) for each in value] if isinstance(value, list) else value


def problems(stack: StackFile) -> str:
    """Return why the program would refuse a stack; "" if it would not."""
    own = {
        key: value for key, value in decrypted(dict(stack.config)).items() if not key.startswith("twilio:")
    }
    try:
        read_stack(
            {key: json.dumps(value) for key, value in own.items()}, f"stacks/Pulumi.{stack.stack}.yaml"
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the target would not preview
        return str(error)
    return ""


def own(stack: StackFile) -> list[tuple[str, Any]]:
    """Return what of a stack no promotion may change: secrets, SIDs, protection, numbers, URLs."""
    # A role that the source has no more goes as a whole.
    kept = ("importSid", "protect", "preWebhookUrl", "postWebhookUrl", "address", "type")

    def walk(path: str, value: Any) -> Any:
        if isinstance(value, dict) and not isinstance(value.get("secure"), str):
            for key, each in value.items():
                if key == "roles":
                    continue
                if key in kept[:5] or (key == "type" and path.count(".") == 1):
                    yield f"{path}.{key}", each
                else:
                    yield from walk(f"{path}.{key}", each)
        elif isinstance(value, dict):
            yield path, value

    return [*walk("", {"s": stack.services}), *walk("", {"a": stack.addresses})]


@settings(deadline=None, max_examples=60)
@given(configurations("dev"), configurations("stage"), st.booleans(), st.sampled_from([None, True, False]))
def test_promotion_and_comparison_agree(
    ours: dict[str, Any], mine: dict[str, Any], prune: bool, flow: bool | None
):
    """What is to be looked at is what a promotion changes, or leaves to people by name; afterwards only the latter."""
    source, target = stack_file("dev", ours, flow), stack_file("stage", mine, flow)

    done = promote(source, target, prune=prune)

    made = after(done, target)
    again = promote(source, made, prune=prune)
    before, later = ([each for each in compare(source, stack) if not each.meant] for stack in (target, made))
    told = tuple(f"services.{name}." for name in again.left) + tuple(
        f"{fill.withholds}." for fill in done.fills if fill.withholds
    )
    unsaid = [
        each.path
        for each in later
        if each.path not in {fill.shown for fill in done.fills} and not each.path.startswith(told)
    ]
    assert ("", done.fills) == (again.diff, again.fills)
    assert [] == unsaid
    assert not (done.added or done.changed) or before
    assert "v1:dev" not in made.files[0].text
    kept = own(made)
    assert prune or [] == [each for each in own(target) if each not in kept]
    assert problems(source) or problems(target) or "" == problems(made)

    while done.fills:
        made = filled(made, done.fills)
        done = promote(source, made, prune=prune)
        made = after(done, made)
    assert "# fill in" not in made.files[0].text
    assert {*done.left} == {each.path.split(".")[1] for each in compare(source, made) if not each.meant}
