"""The commands `up`, `preview`, `refresh` and `destroy`; `perform.py` performs them."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from offline.engine.commands.common import (
    Command,
    config_file_option,
    current,
    open_workspace,
    stack_option,
)
from offline.engine.commands.config import save_pairs
from offline.engine.commands.perform import Request, run_operation
from offline.engine.display.report import Showing
from offline.engine.errors import UsageError
from offline.engine.model.target import Kind, Options, PolicyPack

__all__ = ["destroy", "preview", "refresh", "up"]

_COMMON: list[click.Parameter] = [
    click.Option(
        ["-c", "--config"], multiple=True, metavar="KEY=VALUE", help="Set and save in the stack's file."
    ),
    click.Option(
        ["-p", "--parallel"],
        type=click.IntRange(min=1),
        default=16,
        show_default=True,
        help="Operations at once.",
    ),
    click.Option(["--diff"], is_flag=True, help="Show every property of what changes."),
    click.Option(["--show-sames"], is_flag=True, help="Show resources that do not change, too."),
    click.Option(["-m", "--message"], default="", help="A note for the stack's history."),
    click.Option(["--event-log"], type=click.Path(path_type=Path), hidden=True),
]
_REFRESHING: list[click.Parameter] = [
    click.Option(
        ["-r", "--refresh"], is_flag=False, flag_value="true", type=bool, help="Read what exists first."
    )
]
_CONFIRMING: list[click.Parameter] = [
    click.Option(["-y", "--yes"], is_flag=True, envvar="PULUMI_SKIP_CONFIRMATIONS", help="Do not ask."),
    click.Option(["-f", "--skip-preview"], is_flag=True, help="Neither preview nor ask."),
]
_EXPECTING: list[click.Parameter] = [
    click.Option(["--expect-no-changes"], is_flag=True, help="Exit with code 7 if there are changes.")
]
_POLICIES: list[click.Parameter] = [
    click.Option(
        ["--policy-pack"],
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="A policy pack to obey.",
    ),
    click.Option(
        ["--policy-pack-config"],
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Its settings, as JSON.",
    ),
]
_FULL: list[click.Parameter] = [
    click.Option(["--show-full-output"], is_flag=True, help="Do not cut long values.")
]
_PREVIEW_ONLY: list[click.Parameter] = [
    click.Option(["--preview-only"], is_flag=True, help="Only show what it would do.")
]


@click.command(cls=Command, params=[*_COMMON, *_REFRESHING, *_CONFIRMING, *_EXPECTING, *_POLICIES, *_FULL])
@stack_option
@config_file_option
def up(**flags: Any) -> None:
    """Create or update the resources in a stack.

    Previews what the program wants, asks, and makes it so.
    """
    _run("update", flags)


@click.command(cls=Command, params=[*_COMMON, *_REFRESHING, *_EXPECTING, *_POLICIES, *_FULL])
@stack_option
@config_file_option
def preview(**flags: Any) -> None:
    """Show what an update would do, and change nothing."""
    _run("preview", flags)


@click.command(cls=Command, params=[*_COMMON, *_CONFIRMING, *_EXPECTING, *_PREVIEW_ONLY])
@stack_option
@config_file_option
@click.option(
    "--clear-pending-creates",
    is_flag=True,
    help="Forget creates that a run began and never recorded as done.",
)
def refresh(**flags: Any) -> None:
    """Read what exists into the state; the program does not run."""
    _run("refresh", flags)


@click.command(cls=Command, params=[*_COMMON, *_REFRESHING, *_CONFIRMING, *_PREVIEW_ONLY, *_FULL])
@stack_option
@config_file_option
def destroy(**flags: Any) -> None:
    """Delete all resources of a stack; the program does not run."""
    _run("destroy", flags)


def _run(kind: Kind, flags: dict[str, Any]) -> None:
    workspace = open_workspace()
    stack = workspace.stack(current.stack, current.config_file)
    if flags["config"]:
        save_pairs(stack, flags["config"])
    refreshing = flags.get("refresh")
    if refreshing is None:
        refreshing = workspace.project.always_refresh
    request = Request(
        kind=kind,
        options=Options(
            parallel=flags["parallel"],
            refresh=refreshing and kind != "refresh",
            policy_packs=_packs(flags.get("policy_pack", ()), flags.get("policy_pack_config", ())),
            clear_pending_creates=flags.get("clear_pending_creates", False),
            **_seconds(os.environ),
        ),
        showing=Showing(
            sames=flags["show_sames"],
            full_values=flags.get("show_full_output", False),
            diff=flags["diff"],
        ),
        yes=flags.get("yes", False),
        skip_preview=flags.get("skip_preview", False),
        preview_only=flags.get("preview_only", False),
        expect_no_changes=flags.get("expect_no_changes", False),
        event_log=flags["event_log"],
        colour="never" if current.colour == "raw" else current.colour,
        message=flags["message"],
    )
    run_operation(stack, request)


def _packs(folders: tuple[Path, ...], configs: tuple[Path, ...]) -> tuple[PolicyPack, ...]:
    if len(configs) > len(folders):
        raise UsageError(
            "more --policy-pack-config than --policy-pack", hint="give them in pairs, in the same order"
        )
    for folder in folders:
        if not (folder / "PulumiPolicy.yaml").is_file():
            raise UsageError(f"no policy pack in {folder.absolute()}: PulumiPolicy.yaml is missing")
    pairs = itertools.zip_longest(folders, configs)
    return tuple(PolicyPack(folder.absolute(), config and config.absolute()) for folder, config in pairs)


def _seconds(environment: Mapping[str, str]) -> dict[str, float]:
    """Read how long an answer may take, if that is set: a number of seconds, 1 or more."""
    text = environment.get("ENGINE_CALL_SECONDS", "")
    if not text:
        return {}
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds < math.inf:
        raise UsageError("ENGINE_CALL_SECONDS must be a number of seconds, 1 or more")
    return {"call_seconds": seconds}
