"""A stand-in of the Pulumi CLI for runs that the real ones do not offer: it hangs, is silent, or prints dots.

A test says in `STAND_IN` what it does once `up` or `preview` is asked of it: a Python program, in which `say` prints.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["install"]

# A path may hold a blank, which no first line of a script can quote: a shell begins, and Python sees a text.
SOURCE = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
'''
import os, signal, subprocess, sys, threading

def say(text, end="\\n", to=sys.stdout):
    print(text, end=end, file=to, flush=True)

def hang():
    while True:
        signal.pause()

def wait_until(condition):
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)

def forever(say_again):
    while True:
        say_again()
        threading.Event().wait(0.05)

def deaf():
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)

words = sys.argv[1:]
if words == ["version"]:
    say("v3.999.0")
elif words[0] in ("up", "preview"):
    exec(os.environ["STAND_IN"])
elif "init" not in words:
    say("[]")
"""


def install(folder: Path) -> str:
    """Write it as `pulumi` into a folder; give a PATH that has it first."""
    path = folder / "pulumi"
    path.write_text(SOURCE.format(python=sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return f"{folder}:/usr/local/bin:/usr/bin:/bin"
