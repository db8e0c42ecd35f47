"""What is written twice, a kind's description and its resource's typed constructor, says the same."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import pulumi
import pytest

import providers
from providers._api.fields import Field
from providers._resource.dynamic import TwilioResource

RESOURCES = [
    each
    for name in providers.__all__
    if isinstance(each := getattr(providers, name), type) and issubclass(each, TwilioResource)
]


def hints_of(thing: Any) -> dict[str, Any]:
    """Evaluate the annotations of a function or a map; Pulumi's own refer to each other by name."""
    return get_type_hints(thing, localns={"Input": pulumi.Input, "Output": pulumi.Output, "T": Any})


def parts(hint: object) -> Iterator[Any]:
    """Yield a hint and all that it is made of."""
    yield hint
    for each in get_args(hint):
        yield from parts(each)


def words(hint: object) -> set[str]:
    """Give the words of the Literal types in a hint."""
    return {
        word
        for each in parts(hint)
        if get_origin(each) is Literal
        for word in get_args(each)
        if isinstance(word, str)
    }


def maps(hint: object) -> list[Any]:
    """Give the maps with known keys in a hint."""
    return [*dict.fromkeys(each for each in parts(hint) if is_typeddict(each))]


def held_against(fields: tuple[Field, ...], hints: dict[str, Any]) -> Iterator[str]:
    """Yield in what fields and hints differ: names, kinds of values, words, and so for what they hold."""
    if [each.name for each in fields] != [*hints]:
        yield f"{[each.name for each in fields]} is not {[*hints]}"
        return
    for each in fields:
        hint, inner = hints[each.name], maps(hints[each.name])
        if set(getattr(each.check, "choices", ())) != words(hint):
            yield f"{each.name}: its words"
        if bool(each.fields) != bool(inner):
            yield f"{each.name}: its keys"
        elif inner:
            yield from held_against(each.fields, hints_of(inner[0]))
        elif not words(hint) and each.type not in parts(hint):
            yield f"{each.name}: {each.type.__name__}"


@pytest.mark.parametrize("resource", RESOURCES)
def test_constructor_takes_what_the_description_says(resource: type[TwilioResource]):
    """The same names in the same order, optional where the description does not require, of the same choices."""
    parameters = inspect.signature(resource.__init__).parameters
    hints = hints_of(resource.__init__)
    given = [name for name in parameters if name not in ("self", "resource_name", "opts")]
    inputs = resource.provider_class.inputs

    assert [] == [*held_against(inputs, {name: hints[name] for name in given})]
    assert {each.name: each.required for each in inputs} == {
        name: parameters[name].default is inspect.Parameter.empty for name in given
    }
    assert {inspect.Parameter.KEYWORD_ONLY} == {parameters[name].kind for name in given}


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_output_has_a_typed_attribute(resource: type[TwilioResource]):
    """What a program can read is what an editor shows."""
    annotated = [
        name
        for each in resource.__mro__
        if each.__module__.startswith("providers.")
        for name, hint in vars(each).get("__annotations__", {}).items()
        if "Output[" in hint
    ]

    assert sorted(resource.output_names()) == sorted(annotated)


def test_there_are_resources():
    """An empty table would prove nothing."""
    assert 5 <= len(RESOURCES)
