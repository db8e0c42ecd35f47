"""Fixtures of the pack's tests: one pack process per stack and test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.policy_host import PolicyHost


@pytest.fixture(scope="session")
def _hosts() -> Iterator[dict[str, PolicyHost]]:
    running: dict[str, PolicyHost] = {}
    yield running
    for host in running.values():
        host.stop()


@pytest.fixture
def host_for(_hosts: dict[str, PolicyHost]) -> Callable[[str], PolicyHost]:
    """The pack for a stack, with its default configuration."""

    def get(stack: str) -> PolicyHost:
        if stack not in _hosts:
            _hosts[stack] = PolicyHost(stack)
        _hosts[stack].configure({})
        return _hosts[stack]

    return get


@pytest.fixture
def host(host_for: Callable[[str], PolicyHost]) -> PolicyHost:
    """The pack for the stack dev, with its default configuration."""
    return host_for("dev")
