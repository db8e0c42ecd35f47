"""A dynamic provider whose resources are files in one folder, and whose calls are lines in a log there."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime.rpc import UNKNOWN

INPUTS = ("name", "text", "fixed", "first", "tags", "password", "fail", "hang", "seconds", "refuse")
REPLACING = ("fixed", "first")


class ThingProvider(ResourceProvider):
    """`text`, `tags`, `password` change in place; `fixed` replaces, `first` deletes before it replaces."""

    def configure(self, req: ConfigureRequest) -> None:
        props = req.config._props
        self.world = Path(props.get("things:world") or props.get("world") or os.environ["WORLD"])
        self.token = props.get("things:token", "")
        if workers := props.get("things:workers"):
            threading.current_thread()._args[0]()._max_workers = int(workers)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        with self._call("check", news):
            bad = news.get("text") == "bad"
            failures = [CheckFailure("text", "must not be bad")] if bad else []
            inputs = {key: value for key, value in news.items() if key in INPUTS and value is not None}
            return CheckResult(inputs, failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        with self._call("diff", news):
            changed = [key for key in INPUTS if olds.get(key) != news.get(key)]
            if news.get("text") == "leave it to the engine":
                return DiffResult()
            replaces = [key for key in changed if key in REPLACING]
            return DiffResult(bool(changed), replaces, delete_before_replace="first" in replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        with self._call("create", props):
            id_ = f"{props['name']}-{uuid.uuid4().hex[:8]}"
            self._write(id_, props)
            return CreateResult(id_, self._outputs(id_, props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        with self._call("read", props):
            file = self.world / f"{id_}.json"
            if not file.exists():
                return ReadResult("", {})
            found = json.loads(file.read_text())
            return ReadResult(id_, self._outputs(id_, found), found)

    def update(self, id_: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        with self._call("update", news):
            self._write(id_, news)
            return UpdateResult(self._outputs(id_, news))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        with self._call("delete", props):
            (self.world / f"{id_}.json").unlink(missing_ok=True)

    def _outputs(self, id_: str, props: dict[str, Any]) -> dict[str, Any]:
        return {**_own(props), "key": f"key of {id_}", "length": len(str(props.get("text", "")))}

    def _write(self, id_: str, props: dict[str, Any]) -> None:
        (self.world / f"{id_}.json").write_text(json.dumps(_own(props)))

    @contextmanager
    def _call(self, call: str, props: dict[str, Any]) -> Iterator[None]:
        name = props.get("name", "")
        self._log("begin", call, name)
        if props.get("seconds") and call in ("create", "update", "delete", "read"):
            time.sleep(props["seconds"])
        if props.get("hang") == call:
            threading.Event().wait()
        if props.get("fail") == call:
            raise ValueError(f"no {call} today, token {self.token}")
        yield
        self._log("end", call, name)

    def _log(self, *words: str) -> None:
        line = f"{time.monotonic():.6f} {os.getpid()} {' '.join(words)}\n"
        with (self.world / "log").open("a") as log:
            log.write(line)


def _own(props: dict[str, Any]) -> dict[str, Any]:
    return {key: props[key] for key in INPUTS if props.get(key) is not None and props[key] != UNKNOWN}


class Thing(Resource, module="test", name="Thing"):
    """A file."""

    key: pulumi.Output[str]
    length: pulumi.Output[int]
    text: pulumi.Output[str]
    password: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        outputs = dict.fromkeys(("key", "length", "text", "password"))
        super().__init__(ThingProvider(), name, {**outputs, "name": name, **props}, opts)


class Group(pulumi.ComponentResource):
    """A component; its outputs are what it is given."""

    def __init__(self, name: str, outputs: dict[str, Any] | None, opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:index:Group", name, None, opts)
        if outputs is not None:
            self.register_outputs(outputs)
