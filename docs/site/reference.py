"""Writes the pages of reference that say what files say already: make's targets, and the keys of stack files.

`make reference` writes docs/reference/make.md and docs/reference/stack-file-keys.md; a test fails while they are stale.
The rest of the reference is written by hand and held against the code by tests: resources, errors, configuration,
environment variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "reference"
NAMESPACE = "conversation-services"
MOST_WORDS = 6
"""Words of an enumeration that a table's cell still holds; longer ones stand below it."""
VARIABLES = {
    "STACK": "the environment; `all` stands for all of them, in order, where that makes sense",
    "ARGS": "flags of the Pulumi CLI, or of what the target calls, split into words as a shell does",
    "ENGINE": "`pulumi` or `embedded`; the Pulumi CLI where it is on PATH, unless this says otherwise",
    "EMULATOR": "`1` rehearses on the local emulator, `0` never does",
    "BASE": "the commit with which `changed-stacks` compares",
    "REVIEWED": "the report by which `deploy` goes; `reports/STACK.json` unless given",
    "FROM": "the environment that is compared, promoted or copied",
    "TO": "the environment with which it is compared, or into which it is promoted",
    "SCENARIOS": "how many scenarios `chaos` plays",
    "SEED": "with which seed",
    "NAME": "the new environment of `add-stack`, or the word of `allow`",
    "REASON": "of `allow`: why the word is harmless",
    "OWNER": "of `allow`: who answers for it",
    "UNTIL": "of `allow`: the day on which it ends",
    "SERVICE": "of `allow`: for the names of this service alone",
    "INPUT": "of `allow`: for this input alone",
    "STACKS": "of `allow`: for these environments alone",
    "FILE": "of `allow`: the list into which it is written",
}


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    schema = json.loads((ROOT / "stacks" / "schema.json").read_text(encoding="utf-8"))
    return {
        PAGES / "make.md": make_page((ROOT / "Makefile").read_text(encoding="utf-8")),
        PAGES / "stack-file-keys.md": keys_page(schema),
    }


def make_page(makefile: str) -> str:
    """Describe the targets by the comments behind them, and the variables that they take."""
    targets = re.findall(r"^([a-z-]+):[^#\n]*## (.*)$", makefile, re.MULTILINE)
    defaults = dict(re.findall(r"^([A-Z]+) \?= (.*)$", makefile, re.MULTILINE))
    names = " ".join(re.findall(r"^(?:GIVEN|ENTRY) := (.*)$", makefile, re.MULTILINE)).split()
    if unknown := {*names} - VARIABLES.keys():
        raise SystemExit(
            f"error: docs/site/reference.py: VARIABLES says nothing of {', '.join(sorted(unknown))}"
        )
    rows = [f"| `{name}` | {_cell(defaults.get(name))} | {VARIABLES[name]} |" for name in names]
    return "\n".join(
        [
            "# make",
            "",
            "<!-- written by `make reference` from the Makefile -->",
            "",
            "`make` alone runs `check`. Each target sets up `.venv` first where it is not yet.",
            "`make -s TARGET` prints nothing but what the target itself does.",
            "",
            "## Targets",
            "",
            "| target | does |",
            "| --- | --- |",
            *(f"| `{name}` | {text.replace('|', chr(92) + '|')} |" for name, text in targets),
            "",
            "## Variables",
            "",
            "As words behind the target (`make up STACK=stage`).",
            "What is given stays text: no shell reads anything into it.",
            "",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def keys_page(schema: Mapping[str, Any]) -> str:
    """Describe each key of a stack file, by the schema that the program's models make."""
    definitions = schema["$defs"]
    lines = [
        "# Keys of a stack file",
        "",
        "<!-- written by `make reference` from stacks/schema.json -->",
        "",
        "Each key under `config:`, with its value, its default and its meaning.",
        "[Stack files](../stacks.md) shows them at work.",
        "`<name>` stands for a logical name: a letter, then at most 99 letters, digits, `-` or `_`;",
        "in `roles` for the role's name at Twilio.",
        "Keys of other namespaces, such as `twilio:`, are described in [configuration](../configuration.md).",
        "A setting without a default that is left out is left alone.",
    ]
    words: dict[str, list[str]] = {}
    for key, node in sorted(schema["properties"]["config"]["properties"].items()):
        section = key.removeprefix(f"{NAMESPACE}:")
        rows = [
            _row(section, path, each, required, words) for path, each, required in _leaves(node, definitions)
        ]
        lines += [
            "",
            f"## {key}",
            "",
            "| key | value | default | meaning |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    for heading, listed in words.items():
        lines += ["", f"## {heading}", "", ", ".join(f"`{word}`" for word in listed)]
    return "\n".join(lines).rstrip() + "\n"


def _leaves(
    node: Mapping[str, Any], definitions: Mapping[str, Any], path: str = "", required: bool = False
) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Yield the settings below a place of the schema, each with its path and whether it must be set."""
    if "$ref" in node:
        node = {**definitions[node["$ref"].rpartition("/")[2]], **node}
    below = node.get("additionalProperties") or next(iter(node.get("patternProperties", {}).values()), None)
    if "properties" in node:
        for name, each in node["properties"].items():
            yield from _leaves(
                each, definitions, f"{path}.{name}" if path else name, name in node.get("required", ())
            )
    elif isinstance(below, Mapping):
        yield from _leaves(below, definitions, f"{path}.<name>" if path else "<name>")
    else:
        yield path, node, required


def _row(
    section: str, path: str, node: Mapping[str, Any], required: bool, words: dict[str, list[str]]
) -> str:
    default = "required" if required else _cell(node.get("default"))
    meaning = node.get("description", "").replace("|", "\\|")
    name = f"{section}.{path.rpartition('.')[2]}" if path else section
    return f"| `{path or section}` | {_value(name, node, words)} | {default} | {meaning} |"


def _value(name: str, node: Mapping[str, Any], words: dict[str, list[str]]) -> str:
    if "anyOf" in node:
        return ", or ".join(dict.fromkeys(_value(name, each, words) for each in node["anyOf"]))
    if node.get("type") == "array":
        return f"list of {_value(name, node['items'], words)}"
    if "secure" in node.get("properties", {}):
        return "`secure:`"
    listed = node.get("enum")
    if listed and len(listed) > MOST_WORDS:
        heading = next((each for each, known in words.items() if known == listed), f"Words of {name}")
        words[heading] = listed
        return f"[words](#{heading.lower().replace(' ', '-').replace('.', '')})"
    if listed:
        return ", ".join(f"`{word}`" for word in listed)
    return {"boolean": "true or false", "integer": "whole number"}.get(node.get("type", ""), "text") + _range(
        node
    )


def _range(node: Mapping[str, Any]) -> str:
    if "maximum" in node:
        return f", {node['minimum']} to {node['maximum']}"
    if "maxLength" in node:
        return f", {node.get('minLength', 0)} to {node['maxLength']} characters"
    return ""


def _cell(value: object) -> str:
    return "" if value is None else f"`{json.dumps(value) if not isinstance(value, str) else value}`"


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for page, written in pages().items():
        page.write_text(written, encoding="utf-8")
