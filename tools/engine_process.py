"""Run an engine as a command, to its end: signals are handed on, and one that has gone silent is ended.

An engine that tells nothing of its progress for `ENGINE_SILENCE_SECONDS` (600) is asked to stop, then killed with all
that it has started; before that, notes say that it is waited for. The dots that the Pulumi CLI prints while nothing
happens are no progress, nor are the embedded engine's lines that begin with an ellipsis. An engine whose output goes
to a terminal has that terminal, and the person in front of it decides how long to wait.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tools.place import ROOT

__all__ = ["SILENCE", "Ended", "run", "silence_seconds", "without_proxy_on_loopback"]

SILENCE = "ENGINE_SILENCE_SECONDS"
"""Environment variable: after how many seconds without progress an engine is ended."""
DEFAULT_SECONDS = 600.0
"""Longer than the provider tries a request that gets no answer."""
NOTE_SECONDS = 15.0
"""When the first note says that nothing was heard; each further one comes after twice as long."""
SIGNALLED = 128
"""Exit codes above it tell a signal."""
GRACE_SECONDS = 30.0
"""The longest that an engine which was asked to stop is given to do so."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")

_COLOUR = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
_IDLE = re.compile(rb"\s*(?:@ [a-z ]+)?[.\s]*|\s*\xe2\x80\xa6 .*", re.DOTALL)
"""A line, or a part of one, that only says that an engine is still there."""
_POLL_SECONDS = 0.2
_CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: `code` as a shell tells it, 128 + n after signal n."""

    code: int
    stdout: str = ""
    stderr: str = ""
    """What it printed, where that was kept."""
    asked_to_stop: bool = False
    """Whether a signal asked for its end."""
    silence: str = ""
    """Why it was ended, and what to do, where it had gone silent; empty otherwise."""

    @property
    def interrupted(self) -> bool:
        """Tell whether it was stopped or killed before its end, by whomever."""
        return bool(self.code) and (self.asked_to_stop or bool(self.silence) or self.code > SIGNALLED)


def silence_seconds(environment: Mapping[str, str]) -> float:
    """Return after how many seconds without progress an engine is ended.

    Raises:
        SystemExit: If `ENGINE_SILENCE_SECONDS` is no number above 0.
    """
    text = environment.get(SILENCE, "")
    try:
        seconds = float(text) if text else DEFAULT_SECONDS
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise SystemExit(f"error: {SILENCE} must be a number of seconds above 0")
    return seconds


def run(
    command: Sequence[str], environment: Mapping[str, str], *, what: str, captured: bool = False
) -> Ended:
    """Run an engine in the project's root, and wait for its end.

    Args:
        command: The command line.
        environment: Its environment; `ENGINE_SILENCE_SECONDS` is read from it.
        what: What is run, for notes and errors: `dev: up`.
        captured: Keep what it prints instead of passing it on, and give it no input.

    Raises:
        SystemExit: If it cannot be started.
    """
    watch = _Watch(what, silence_seconds(environment))
    watched = captured or not os.isatty(sys.stdout.fileno())
    sinks = _sinks(captured) if watched else ()
    try:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=without_proxy_on_loopback(environment),
            stdin=subprocess.DEVNULL if captured else None,
            stdout=subprocess.PIPE if watched else None,
            stderr=(subprocess.PIPE if len(sinks) == 2 else subprocess.STDOUT) if sinks else None,
            # Or a terminal's ctrl-C would reach it twice, and twice means at once.
            start_new_session=watched,
        )
    except OSError as error:
        raise SystemExit(f"error: cannot start {command[0]}: {error.strerror}") from None
    with process, _signals_to(process, from_terminal=not watched) as came:
        pipes = (process.stdout, process.stderr)
        silent = watched and _follow(process, dict(zip(filter(None, pipes), sinks, strict=True)), watch)
        code = process.wait()
    stdout, stderr = (sink.text() for sink in sinks) if captured else ("", "")
    return Ended(
        code=code if code >= 0 else 128 - code,
        stdout=stdout,
        stderr=stderr,
        asked_to_stop=bool(came),
        silence=watch.error if silent else "",
    )


def without_proxy_on_loopback(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which gRPC asks no proxy for this very machine: an engine and its program speak by it.

    gRPC obeys `https_proxy` and the like for loopback, too; Pulumi's SDK then ends with "failed to connect".
    https://github.com/grpc/grpc/blob/master/doc/environment_variables.md
    """
    others = environment.get("no_grpc_proxy") or environment.get("no_proxy") or ""
    return {**environment, "no_grpc_proxy": ",".join(filter(None, (others, *LOOPBACK)))}


class _Sink:
    """Where one of the streams of an engine goes: a descriptor of ours, or a buffer."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._kept = bytearray()

    def text(self) -> str:
        """Return what was kept."""
        return self._kept.decode("utf-8", errors="replace")

    def take(self, chunk: bytes) -> None:
        if self._descriptor is None:
            self._kept += chunk
            return
        try:
            while chunk:
                chunk = chunk[os.write(self._descriptor, chunk) :]
        except OSError:
            # Whoever read this has gone (`make up | head`); the run goes on to its end all the same.
            self._descriptor = os.open(os.devnull, os.O_WRONLY)


def _sinks(captured: bool) -> tuple[_Sink, ...]:
    """Return a sink for stdout and one for stderr; one for both where both go to one place, to keep their order."""
    if captured:
        return _Sink(None), _Sink(None)
    out, err = (os.fstat(stream.fileno()) for stream in (sys.stdout, sys.stderr))
    if (out.st_dev, out.st_ino) == (err.st_dev, err.st_ino):
        return (_Sink(sys.stdout.fileno()),)
    return _Sink(sys.stdout.fileno()), _Sink(sys.stderr.fileno())


class _Watch:
    """Knows when progress was heard of last, says that it waits, and when it has waited long enough."""

    def __init__(self, what: str, limit_seconds: float) -> None:
        self._what = what
        self._limit_seconds = limit_seconds
        self._heard_at = time.monotonic()
        self._note_seconds = self._first_note()

    @property
    def grace_seconds(self) -> float:
        """For an engine that was asked to stop to do so."""
        return min(GRACE_SECONDS, self._limit_seconds)

    @property
    def error(self) -> str:
        return (
            f"{self._what}: the engine told of no progress for {self._limit_seconds:g} s and was ended\n"
            f"hint: run it again, it goes on from there; {SILENCE}=N waits N seconds; "
            "if the stack is said to be locked, run make cancel"
        )

    def hear(self, chunk: bytes) -> None:
        if any(not _IDLE.fullmatch(line) for line in _COLOUR.sub(b"", chunk).splitlines()):
            self._heard_at = time.monotonic()
            self._note_seconds = self._first_note()

    def is_over(self) -> bool:
        """Tell whether the limit is reached; say on the way that nothing is heard."""
        silent_seconds = time.monotonic() - self._heard_at
        if silent_seconds >= self._limit_seconds:
            return True
        if silent_seconds >= self._note_seconds:
            _say(
                f"{self._what}: waiting, no progress for {silent_seconds:.0f} s "
                f"(it is ended after {self._limit_seconds:g} s)"
            )
            self._note_seconds *= 2
        return False

    def _first_note(self) -> float:
        return min(NOTE_SECONDS, self._limit_seconds / 4)


def _follow(process: subprocess.Popen[bytes], streams: Mapping[object, _Sink], watch: _Watch) -> bool:
    """Hand on what a process prints until it ends; end it when it has been silent for too long, and tell that."""
    killed_at: float | None = None
    with selectors.DefaultSelector() as selector:
        for stream, sink in streams.items():
            selector.register(stream, selectors.EVENT_READ, sink)  # type: ignore[arg-type]
        while True:
            ready = selector.select(_POLL_SECONDS)
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                key.data.take(chunk)
                watch.hear(chunk)
            # A process that it leaves behind may hold the pipes open.
            if not ready and process.poll() is not None:
                break
            if killed_at is None and watch.is_over():
                process.send_signal(signal.SIGINT)
                killed_at = time.monotonic() + watch.grace_seconds
            elif killed_at is not None and time.monotonic() >= killed_at:
                break
    if killed_at is not None:
        # What it has started goes with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    return killed_at is not None


@contextmanager
def _signals_to(process: subprocess.Popen[bytes], *, from_terminal: bool) -> Iterator[list[int]]:
    """Hand ctrl-C and a runner's request to stop on to an engine, wait for it, and keep what came.

    With `from_terminal` the engine gets ctrl-C itself, from the terminal that both share.
    """
    came: list[int] = []

    def forward(number: int, _frame: object) -> None:
        came.append(number)
        if number == signal.SIGINT and from_terminal:
            return
        _say("stopping after the operations in flight")
        process.send_signal(signal.SIGINT)

    before: dict[signal.Signals, Callable[..., object] | int | None] = {
        each: signal.signal(each, forward)
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN  # nohup stays what it is
    }
    try:
        yield came
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _say(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)
