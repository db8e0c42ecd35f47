"""Reads what a stack declares: its configuration, and the files of services that it includes.

Five keys of the project's namespace: `services`, a map from logical name to settings; `include`, files with such maps;
`secrets`, what of a service's settings is encrypted; `defaults`, settings for all services; `addresses`, the account's
own that lead to services. An engine hands the
configuration over in one environment string, which Linux limits to 128 KiB; included files are read here instead.
Docs: docs/stacks.md
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from plain_yaml import YamlError, load_text, read_text
from program.addresses import AddressSettings, leading_problems
from program.behaviour import suggestion, wiring_problems
from program.problems import kind_of, problems_of
from program.settings import (
    KEYS,
    NAMESPACE,
    DefaultSettings,
    LogicalName,
    SecretSettings,
    ServiceSettings,
    SettingsError,
)
from tools.included import Problem, read, twice
from tools.stack_shape import shown_key

__all__ = [
    "addresses_hold_secrets",
    "read_addresses",
    "read_services",
    "services_with_secrets",
    "stack_folder",
]


PROVIDER = "twilio"
"""The provider's own namespace."""

Map = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Declared:
    """A service as it is declared: `file` for messages, `where` the path of its settings in it."""

    file: str
    where: str
    given: object


def stack_folder(project: Path) -> str:
    """Tell where a project's stack files lie, relative to its folder; "." for the folder itself.

    Raises:
        SettingsError: If the project file cannot be read.
    """
    path = project / "Pulumi.yaml"
    try:
        document = load_text(read_text(path))
    except YamlError as error:
        raise SettingsError([error.at(path.name)]) from None
    return str((document or {}).get("stackConfigDir") or ".")


def read_services(
    configuration: Mapping[str, str], stack_file: str, folder: Path | None = None
) -> dict[str, ServiceSettings]:
    """Read the services that a stack declares: those of the stack file, then those of included files by name.

    Args:
        configuration: The stack's whole configuration, `namespace:key` to text; maps and lists as JSON.
        stack_file: Path of the stack file, for messages only.
        folder: The folder of the stack files, which included files must not leave; by default the stack file's own.

    Raises:
        SettingsError: If any key or value is wrong; nothing is returned in part.
    """
    problems = [f"{stack_file}: {problem}" for problem in _unknown_keys(configuration)]
    texts = {key: _json(configuration.get(f"{NAMESPACE}:{key}")) for key in KEYS}
    maps: dict[str, Map] = {}
    for key in ("defaults", "secrets", "services"):
        found = texts[key]
        if found is not None and not isinstance(found, Mapping):
            problems.append(f"{stack_file}: {NAMESPACE}:{key}: must be a map, got {kind_of(found)}")
        maps[key] = found if isinstance(found, Mapping) else {}
    if texts["services"] is None and texts["include"] is None and not problems:
        problems.append(
            f"{stack_file}: {NAMESPACE}:services: must be set, as a map from logical name to settings; {{}} for none"
        )
    problems += [
        f"{stack_file}: {problem}"
        for problem in problems_of(DefaultSettings, maps["defaults"], f"{NAMESPACE}:defaults")
    ]

    beside = PurePosixPath(stack_file).parent
    files, wrong = read(Path(stack_file).parent if folder is None else folder, texts["include"])
    wrong += twice([*maps["services"]], stack_file, files)
    problems += [_line(problem, stack_file) for problem in wrong]
    declared = {
        name: _Declared(stack_file, f"{NAMESPACE}:services.{name}", given)
        for name, given in maps["services"].items()
    }
    for file in files:
        for name, given in file.services.items():
            declared.setdefault(name, _Declared(str(beside / file.name), name, given))
    problems += _secret_problems(maps["secrets"], declared, stack_file)

    services: dict[str, ServiceSettings] = {}
    for name, each in declared.items():
        found_wrong = [*_service_problems(name, each)]
        if not found_wrong and not problems:
            read_in = _with_secrets(each.given, maps["secrets"].get(name))
            services[name] = settings = ServiceSettings.model_validate({**maps["defaults"], **read_in})
            wiring = wiring_problems(settings.roles, settings.configuration)
            found_wrong = [f"{each.where}.{place}: {reason}" for place, reason in wiring]
        problems += [f"{each.file}: {problem}" for problem in found_wrong]
    if problems:
        raise SettingsError(problems)
    return services


def read_stack(
    configuration: Mapping[str, str], stack_file: str
) -> tuple[dict[str, ServiceSettings], dict[str, AddressSettings]]:
    """Read all that a stack declares: services, and addresses that lead to them; arguments as for `read_services`.

    Raises:
        SettingsError: If any key or value is wrong, with all problems of both.
    """
    services: dict[str, ServiceSettings] | None = None
    problems: list[str] = []
    try:
        services = read_services(configuration, stack_file)
    except SettingsError as error:
        problems += error.problems
    try:
        addresses = read_addresses(configuration, stack_file, services)
    except SettingsError as error:
        problems += error.problems
    if problems or services is None:
        raise SettingsError(problems)
    return services, addresses


def read_addresses(
    configuration: Mapping[str, str], stack_file: str, services: Collection[str] | None
) -> dict[str, AddressSettings]:
    """Read the addresses that a stack file declares.

    Args:
        configuration: The stack's whole configuration, `namespace:key` to text; maps and lists as JSON.
        stack_file: Path of the stack file, for messages only.
        services: Logical names of the stack's services; None if they are not known.

    Raises:
        SettingsError: If any value is wrong; nothing is returned in part.
    """
    where = f"{NAMESPACE}:addresses"
    declared = _json(configuration.get(where))
    if declared is not None and not isinstance(declared, Mapping):
        raise SettingsError([f"{stack_file}: {where}: must be a map, got {kind_of(declared)}"])
    addresses: dict[str, AddressSettings] = {}
    problems: list[str] = []
    for name, given in (declared or {}).items():
        wrong = [*problems_of(LogicalName, name, f"{where}.{shown_key(name)}")]
        wrong += problems_of(AddressSettings, given, f"{where}.{shown_key(name)}", "an address")
        problems += wrong
        if not wrong:
            addresses[name] = AddressSettings.model_validate(given)
    if services is not None:
        problems += [f"{where}.{place}: {reason}" for place, reason in leading_problems(addresses, services)]
    if problems:
        raise SettingsError(f"{stack_file}: {each}" for each in problems)
    return addresses


def addresses_hold_secrets(secret_keys: str) -> bool:
    """Tell whether something of the addresses is encrypted, by the JSON list of keys in which something is."""
    keys = _json(secret_keys)
    return isinstance(keys, list) and f"{NAMESPACE}:addresses" in keys


def services_with_secrets(configuration: Mapping[str, str], secret_keys: str) -> frozenset[str]:
    """Name the services whose URLs may hold a secret.

    Args:
        configuration: The stack's whole configuration.
        secret_keys: JSON list of the keys in which something is encrypted; what it is, no engine tells.
    """
    keys = _json(secret_keys)
    named = _json(configuration.get(f"{NAMESPACE}:secrets"))
    own = _json(configuration.get(f"{NAMESPACE}:services"))
    encrypted = isinstance(keys, list) and f"{NAMESPACE}:services" in keys
    return frozenset(
        {
            *(named if isinstance(named, Mapping) else ()),
            *(own if encrypted and isinstance(own, Mapping) else ()),
        }
    )


def _line(problem: Problem, stack_file: str) -> str:
    file = str(PurePosixPath(stack_file).parent / problem.file) if problem.file else stack_file
    return f"{file}: {problem.text}"


def _unknown_keys(configuration: Mapping[str, str]) -> Iterator[str]:
    for full_key in configuration:
        namespace, _, key = full_key.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            yield f"{namespace}:{shown_key(key)}: is no key of this project{suggestion(key, KEYS)}"
        # Other programs' namespaces are none of this one's business, but nobody has one that looks like its own.
        near = get_close_matches(namespace, (NAMESPACE, PROVIDER), n=1, cutoff=0.9)
        if near and near[0] != namespace:
            shown = shown_key(key)
            yield f"{namespace}:{shown}: nobody reads this namespace; did you mean {near[0]}:{shown}?"


def _service_problems(name: str, declared: _Declared) -> Iterator[str]:
    yield from problems_of(LogicalName, name, declared.where)
    if isinstance(declared.given, Mapping):
        yield from problems_of(ServiceSettings, declared.given, declared.where)
    else:
        yield f"{declared.where}: must be a map of settings, such as {{friendlyName: acme-support-dev}}"


def _secret_problems(secrets: Map, declared: Mapping[str, _Declared], stack_file: str) -> Iterator[str]:
    for name, given in secrets.items():
        where = f"{stack_file}: {NAMESPACE}:secrets.{name}"
        if name not in declared:
            yield f"{where}: names no service of this stack{suggestion(name, declared, list_all=False)}"
            continue
        yield from problems_of(SecretSettings, given, where)
        theirs = _inner(given, "webhook")
        for key in (key for key in _inner(declared[name].given, "webhook") if key in theirs):
            yield f"{where}.webhook.{key}: is set in {declared[name].file} too"


def _with_secrets(given: object, secrets: object) -> Map:
    settings = given if isinstance(given, Mapping) else {}
    if not (hidden := _inner(secrets, "webhook")):
        return settings
    return {**settings, "webhook": {**_inner(settings, "webhook"), **hidden}}


def _inner(value: object, key: str) -> Map:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _json(text: str | None) -> Any:
    """Parse a value of the configuration; what is no JSON is text."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return text
