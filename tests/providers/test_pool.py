"""Widening the thread pool that a call runs in, and doing without."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers._resource.host.pool import widen_pool
from providers.conversation_service import ConversationServiceProvider
from tests.support.dynamic_host import DynamicHost, HostProcess
from tests.support.emulator import Emulator

# What the host's process runs at its start in place of a Python whose threads have no such private names.
OTHER_PYTHON = """
import threading

def run(self, plain=threading.Thread.run):
    target, args, kwargs = self._target, self._args, self._kwargs
    del self._args
    target(*args, **kwargs)

threading.Thread.run = run
"""


@pytest.mark.parametrize(("wanted", "threads"), [(1, 4), (4, 4), (5, 5), (32, 32)])
def test_widen_pool_lets_so_many_calls_run_at_once(wanted: int, threads: int):
    """A barrier opens only if all of them have a thread."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: None, range(50)))  # leaves the pool's count of idle threads high

        assert pool.submit(widen_pool, wanted).result(10)

        barrier = threading.Barrier(threads)
        waits = [pool.submit(barrier.wait, 10) for _ in range(threads)]
        assert set(range(threads)) == {each.result(10) for each in waits}
        assert threads == pool._max_workers


def test_widen_pool_outside_a_pool_does_nothing():
    """Called from the main thread, as a test or another host may."""
    assert not widen_pool(32)


@pytest.mark.parametrize(
    "arguments",
    [(), (1,), (lambda: "no pool",)],
    ids=["no arguments", "not callable", "something else"],
)
def test_widen_pool_in_an_unknown_thread_does_nothing(arguments: tuple[object, ...]):
    """A host with threads of its own kind keeps them."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda *_: answers.append(widen_pool(32)), args=arguments)

    thread.start()
    thread.join(10)

    assert [False] == answers


@pytest.mark.parametrize(("most", "services"), [(2, 6), (16, 24)])
def test_host_has_as_many_requests_in_flight_as_configured(
    emulator: Emulator,
    config: Callable[..., dict[str, object]],
    new_process: Callable[..., HostProcess],
    most: int,
    services: int,
):
    """In the true host process, whose pool has four threads."""
    settings = config(emulator.url, maxConcurrency=str(most))
    host = DynamicHost(new_process(), ConversationServiceProvider(), settings)

    create_many(host, emulator, services)

    assert (most, services) == (emulator.in_flight_max(), len(emulator.services()))


def test_host_whose_pool_cannot_be_widened_still_works(
    emulator: Emulator,
    config: Callable[..., dict[str, object]],
    new_process: Callable[..., HostProcess],
    tmp_path: Path,
):
    """Four at once are slower, not wrong."""
    (tmp_path / "sitecustomize.py").write_text(OTHER_PYTHON)
    process = new_process({"PYTHONPATH": str(tmp_path)})
    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))

    create_many(host, emulator, 12)

    assert (4, 12) == (emulator.in_flight_max(), len(emulator.services()))


def create_many(host: DynamicHost, emulator: Emulator, count: int) -> None:
    """Create services side by side, as an engine would."""
    emulator.latency(0.3)
    with ThreadPoolExecutor(count) as callers:
        list(callers.map(lambda number: host.create({"friendly_name": f"s{number}"}), range(count)))
