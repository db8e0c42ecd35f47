"""docs/engine.md says of commands and flags what the command line says of itself."""

from __future__ import annotations

import re

import click
import pytest

from offline.engine.commands.cli import cli
from tests.engine.commands import ROOT

TEXT = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
HELP = {"--help", "-h"}


def commands(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[f"{prefix}{name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
    return found


assert isinstance(cli, click.Group)
COMMANDS = commands(cli)


def flags(command: click.Command) -> set[str]:
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    return {max(each.opts, key=len) for each in options} - HELP


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_is_documented(name: str) -> None:
    """Each stands in the table; a group stands there by its subcommands."""
    command = COMMANDS[name]
    documented = {
        each.strip("`")
        for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
        for each in row.split(", ")
    }

    assert name in documented | {"stack"} or isinstance(command, click.Group)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_flag_is_documented(name: str) -> None:
    """Every flag that --help shows is named in the document."""
    documented = set(re.findall(r"--[a-z][a-z-]*", TEXT))

    assert flags(COMMANDS[name]) - documented == set()


def test_documented_flag_exists() -> None:
    """No flag is promised that the command line does not take, or name as lacking."""
    known = {
        option for each in COMMANDS.values() for param in each.params for option in getattr(param, "opts", [])
    }
    lacking = TEXT.partition("## What stays outside")[2].partition("\n## ")[0]
    promised = set(re.findall(r"--[a-z][a-z-]*", TEXT)) - set(re.findall(r"--[a-z][a-z-]*", lacking))

    assert promised - known == set()
