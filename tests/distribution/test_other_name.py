"""The package by its other name: the same modules, found only where nobody else has anything of that name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import providers
from providers._resource.dynamic import TwilioResource
from tests.support.clone import ROOT
from tests.support.package import Package


def provider_modules() -> set[str]:
    """Return the modules that states name: those of the classes of providers."""
    public = vars(providers).values()
    resources = [each for each in public if inspect.isclass(each) and issubclass(each, TwilioResource)]
    return {
        each.provider_class.__module__.removeprefix("providers.")
        for each in resources
        if hasattr(each, "provider_class")
    }


@pytest.mark.parametrize("first", ["providers", "pulumi_twilio_conversations"])
def test_package_is_the_same_by_the_name_of_a_clone(package: Package, first: str):
    """Two copies would each hold what the other one does not know: who owns what, which names were made."""
    second = ({"providers", "pulumi_twilio_conversations"} - {first}).pop()
    names = sorted(provider_modules())
    asked = (
        "import importlib\n"
        f"for name in {names}:\n"
        f"    one, other = (importlib.import_module(f'{{each}}.{{name}}') for each in ({first!r}, {second!r}))\n"
        "    assert one is other, name"
    )

    done = package.run("-c", asked)

    assert len(names) >= 6
    assert "" == done.stderr


def test_clone_is_the_same_by_the_name_of_the_package():
    """The other way round; parts of parts, too, whatever a later package's states name."""
    asked = (
        "import pulumi_twilio_conversations._resource.dynamic as one, pulumi_twilio_conversations.role as role\n"
        "import providers.role, providers._resource.dynamic as other\n"
        "assert one is other and role is providers.role"
    )

    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_folder_of_a_user_keeps_its_name(package: Package, tmp_path: Path):
    """`providers` is a plain word: what a project has under it goes first, and states are served beside it."""
    folder = tmp_path / "providers"
    folder.mkdir()
    (folder / "__init__.py").write_text("OURS = True\n", encoding="utf-8")
    (folder / "role.py").write_text("OURS = True\n", encoding="utf-8")
    asked = (
        "import providers, providers.role, providers.service_webhook\n"
        "import pulumi_twilio_conversations.service_webhook as o\n"
        "assert providers.OURS and providers.role.OURS and providers.service_webhook is o"
    )

    package.run("-c", asked, folder=tmp_path)


def test_nothing_else_is_found_by_it(package: Package):
    """An `import` that used to fail still does."""
    asked = (
        "for name in ('providers.errors', 'providers.conversation_service.x', 'provider', 'providers_x'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        print(error.name)"
    )

    done = package.run("-c", asked)

    assert [
        "providers.errors",
        "providers.conversation_service.x",
        "provider",
        "providers_x",
    ] == done.stdout.split()


def test_a_start_of_python_brings_nothing_of_the_package_in(package: Package):
    """Every command of that environment starts so."""
    done = package.run("-c", "import sys; print(*sorted(sys.modules))")

    found = {*done.stdout.split()}
    assert "_pulumi_twilio_conversations_names" in found
    assert set() == found & {"pulumi_twilio_conversations", "pulumi", "requests", "importlib.abc", "typing"}


def test_every_module_that_states_name_is_found():
    """A further resource has its module named there."""
    line = (ROOT / "distribution" / "names.pth").read_text(encoding="utf-8")

    named = {word.strip('"') for word in line.partition("answer_to(")[2].rstrip(")\n").split(", ")[2:]}

    assert provider_modules() == named
