"""No value of a stack file is in an error, whoever reads the file, and however it is broken.

A file that is being mended is full of secrets in the wrong place: a token behind a key that stands twice, a URL whose
quote is not closed, a value where a key belongs. Each place of a whole file takes a secret, and is broken in each way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gitops.exits import GitopsError
from gitops.stack_file import StackFile
from offline.engine.errors import EngineError
from offline.engine.files.project import load_project
from offline.engine.files.stack_config import load_stack_file
from offline.engine.files.stack_file import StackFileEditor
from policy.allowed.stack_names import StackFileError, names_in
from program import SettingsError, read_services
from providers._api.config import read_settings
from providers.errors import ConfigurationError
from tools import stack_files

ROOT = Path(__file__).resolve().parent.parent
SECRET = "hunter2hunter2"
"""Stands for a token, an address with one in it, or somebody's name."""

WHOLE = """\
encryptionsalt: v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
config:
  twilio:accountSid: AC00000000000000000000000000000001
  twilio:authToken: token
  twilio:region: ie1
  twilio:readTimeoutSeconds: 30
  conversation-services:include: [team/*.yaml]
  conversation-services:defaults:
    protect: true
  conversation-services:secrets:
    billing:
      webhook:
        postWebhookUrl: https://hooks.acme.example
  conversation-services:services:
    support:
      friendlyName: acme-support-dev
      roles:
        agent:
          type: conversation
          permissions:
            - sendMessage
      configuration:
        defaultConversationRole: agent
      webhook:
        preWebhookUrl: https://hooks.acme.example
        filters: [onMessageAdded]
      notifications:
        newMessage:
          template: news
"""
INCLUDED = "billing:\n  friendlyName: acme-billing-dev\n  webhook:\n    method: POST\n"
PLACES = [number for number, line in enumerate(WHOLE.splitlines()) if re.search(r": \S|- \S", line)]


def replaced(line: str, value: str) -> str:
    """Put a value in the place of a line's own."""
    return re.sub(r"(: |- ).*", lambda found: found[1] + value, line, count=1)


def line_with(line: str) -> str:
    """Put the secret into a line."""
    return replaced(line, SECRET)


def keyed(line: str) -> str:
    """Put the secret where the key stands, or what a list holds."""
    return re.sub(r"^( *)(- )?.*", lambda found: f"{found[1]}{found[2] or ''}{SECRET}: {SECRET}", line)


# What becomes of a line; the secret stands in its value.
BREAKAGES: dict[str, Callable[[str], str]] = {
    "wrong value": line_with,
    "key twice": lambda line: f"{line_with(line)}\n{line_with(line)}",
    "one less": lambda line: line_with(line)[1:],
    "one more": lambda line: f" {line_with(line)}",
    "two less": lambda line: line_with(line).replace("  ", "", 1),
    "not indented": lambda line: line_with(line).lstrip(),
    "tab": lambda line: f"\t{line_with(line).lstrip()}",
    "colon in a value": lambda line: f"{line_with(line)}: {SECRET}",
    "colon at its end": lambda line: f"{line_with(line)}:",
    "anchor": lambda line: replaced(line, f"&{SECRET} {SECRET}"),
    "alias": lambda line: replaced(line, f"*{SECRET}"),
    "tag": lambda line: replaced(line, f"!{SECRET} {SECRET}"),
    "tag of a number": lambda line: replaced(line, f"!!int {SECRET}"),
    "tag of bytes": lambda line: replaced(line, f"!!binary {SECRET}"),
    "merge": lambda line: re.sub(r"\S.*", f"<<: {SECRET}", line),
    "single quote": lambda line: replaced(line, f"'{SECRET}"),
    "double quote": lambda line: replaced(line, f'"{SECRET}'),
    "escape": lambda line: replaced(line, f'"{SECRET}\\q{SECRET}"'),
    "bracket": lambda line: replaced(line, f"[{SECRET}"),
    "brace": lambda line: replaced(line, f"{{{SECRET}"),
    "list": lambda line: replaced(line, f"[{SECRET}]"),
    "list of lists": lambda line: replaced(line, f"[[{SECRET}]]"),
    "map": lambda line: replaced(line, f"{{{SECRET}: {SECRET}}}"),
    "map of maps": lambda line: replaced(line, f"{{{SECRET}: {{{SECRET}: {SECRET}}}}}"),
    "secret in the clear": lambda line: replaced(line, f"{{secure: {SECRET}}}"),
    "secret of a list": lambda line: replaced(line, f"{{secure: [{SECRET}]}}"),
    "key of two lines": lambda line: replaced(line, f"\n{re.match(' *', line)[0]}    {SECRET}:"),  # type: ignore[index]
    "block": lambda line: replaced(line, f"|\n{SECRET}"),
    "value alone": lambda line: re.sub(r"\S.*", SECRET, line),
    "key": keyed,
    "key of four parts": lambda line: re.sub(r"\S.*", f"a:b:c:{SECRET}: {SECRET}", line),
    "question": lambda line: re.sub(r"\S.*", f"? {SECRET}", line),
    "list as a key": lambda line: re.sub(r"\S.*", f"? [{SECRET}]", line),
    "item of a list": lambda line: re.sub(r"\S.*", f"- {SECRET}", line),
    "NUL": lambda line: f"{line_with(line)}\0",
    "second document": lambda line: f"{line_with(line)}\n---\n{line_with(line)}",
    "nothing before it": lambda line: replaced(line, f": {SECRET}"),
    "percent": lambda line: f"%{SECRET}\n{line_with(line)}",
    "at": lambda line: replaced(line, f"@{SECRET}"),
    "nested deep": lambda line: replaced(line, "[" * 70 + SECRET),
}


def broken(place: int, breakage: str, text: str = WHOLE) -> str:
    """Return a file whose line is broken."""
    lines = text.splitlines()
    lines[place] = BREAKAGES[breakage](lines[place])
    return "\n".join(lines) + "\n"


def by_engine(project: Path, path: Path) -> None:
    """Read it as the embedded engine does, then as program and provider do with what that hands them."""
    found = load_project(project / "Pulumi.yaml")
    config = load_stack_file(path, found.name).resolve(lambda text: f"https://{text}")
    try:
        read_services(config, str(path))
    finally:
        read_settings(config, {})


def by_tools(_project: Path, path: Path) -> None:
    """Read it as every command does before an engine starts."""
    stack_files.declared_services(stack_files.load(path), path.parent)


def by_gitops(_project: Path, path: Path) -> None:
    """Read it as comparison and promotion do."""
    StackFile.made("dev", path, *stack_files.read(path))


READERS: dict[str, Callable[[Path, Path], object]] = {
    "engine": by_engine,
    "editor": lambda _project, path: StackFileEditor(path, "conversation-services"),
    "tools": by_tools,
    "gitops": by_gitops,
    "policy": lambda project, _path: names_in(project / "Pulumi.yaml", "dev"),
}
ERRORS = (EngineError, SettingsError, ConfigurationError, SystemExit, GitopsError, StackFileError)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose stack includes a file."""
    (tmp_path / "stacks" / "team").mkdir(parents=True)
    (tmp_path / "Pulumi.yaml").write_text(
        (ROOT / "Pulumi.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "stacks" / "team" / "billing.yaml").write_text(INCLUDED, encoding="utf-8")
    return tmp_path


def told(reader: str, project: Path, text: str) -> str:
    """Let a reader read a stack file; give its error, with those that it was raised from."""
    path = project / "stacks" / "Pulumi.dev.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        READERS[reader](project, path)
    except ERRORS as error:
        return f"{error} {error.__context__ or ''}"
    return ""


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("breakage", BREAKAGES)
def test_error_of_a_broken_stack_file_holds_no_value(project: Path, reader: str, breakage: str):
    """Logs and reports may be public, and what stands in the wrong place may be a token."""
    errors = {place: told(reader, project, broken(place, breakage)) for place in PLACES}

    shown = [
        WHOLE.splitlines()[place].strip() + " -> " + error
        for place, error in errors.items()
        if SECRET in error
    ]
    assert [] == shown
