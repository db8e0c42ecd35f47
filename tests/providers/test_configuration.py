"""The configuration that an engine hands over: found whole, and with the settings of now."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from providers._resource.host.configuration import SETTINGS, configuration_now
from providers.conversation_service import ConversationServiceProvider
from tests.support.dynamic_host import DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator

NOW = '{"twilio:authToken": "new", "twilio:region": "ie1"}'
OLD = {"twilio:authToken": "old"}


@pytest.mark.parametrize(
    ("settings", "given", "expected"),
    [
        pytest.param(
            NOW,
            {**OLD, "twilio:apiKey": "SK", "acme:a": "1"},
            {"acme:a": "1", "twilio:authToken": "new", "twilio:region": "ie1"},
            id="what was recorded goes",
        ),
        pytest.param("{}", OLD, {}, id="moved to the environment"),
        pytest.param(NOW, {"authToken": "own"}, {"authToken": "own"}, id="an explicit account keeps its own"),
        pytest.param("", OLD, OLD, id="empty"),
        pytest.param("[]", OLD, OLD, id="no map"),
        pytest.param(None, OLD, OLD, id="not told"),
    ],
)
def test_settings_of_now_take_the_place_of_those_that_an_engine_kept(
    settings: str | None, given: dict[str, object], expected: dict[str, object]
):
    """A revoked token that the state recorded must not come back."""
    environment = {} if settings is None else {SETTINGS: settings}

    assert expected == configuration_now(given, environment)


# What the host's process runs at its start in place of an SDK that keeps a provider's configuration elsewhere.
OTHER_SDK = """
from pulumi.dynamic import config

def keep(self, raw_config, project_name):
    self._values, self._project_name = raw_config, project_name

config.Config.__init__ = keep
config.Config.get = lambda self, key: self._values.get(key)
"""


def test_sdk_that_keeps_the_configuration_elsewhere_is_named(
    emulator: Emulator,
    config: Callable[..., dict[str, object]],
    new_process: Callable[..., HostProcess],
    tmp_path: Path,
):
    """Whoever fell back to the environment's credentials might work in another account."""
    (tmp_path / "sitecustomize.py").write_text(OTHER_SDK)
    process = new_process({"PYTHONPATH": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC" + "0" * 32})

    with pytest.raises(HostError) as refused:
        DynamicHost(process, ConversationServiceProvider(), config(emulator.url))

    assert f"version {version('pulumi')} of the package pulumi hands the configuration over" in str(
        refused.value
    )
    assert [] == emulator.requests()
