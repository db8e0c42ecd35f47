"""Where the state lies: one SQLite database, in a file or in memory.

Rows in, rows out; every call that writes has committed when it returns. The rules are in models.py. Not an ORM
and not shared: a second process on the same file is refused, since the first keeps it locked for life.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from offline.emulator.kinds import Json

__all__ = ["Account", "Row", "Store", "StoreError"]

SCHEMA_VERSION = 1
LOCK_SECONDS = 0.5

SCHEMA = """
CREATE TABLE resources (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account_sid TEXT NOT NULL,
    parent_sid TEXT REFERENCES resources (sid) ON DELETE CASCADE,
    fields TEXT NOT NULL,
    date_created TEXT NOT NULL,
    date_updated TEXT NOT NULL
) STRICT;
CREATE INDEX resources_in_order ON resources (parent_sid, kind, account_sid, position);
CREATE TABLE accounts (
    account_sid TEXT PRIMARY KEY,
    token_digest TEXT,
    max_services INTEGER
) STRICT;
CREATE TABLE api_keys (
    sid TEXT PRIMARY KEY,
    account_sid TEXT NOT NULL REFERENCES accounts (account_sid) ON DELETE CASCADE,
    secret_digest TEXT NOT NULL
) STRICT;
"""

COLUMNS = "position, sid, kind, account_sid, parent_sid, fields, date_created, date_updated"


class StoreError(Exception):
    """The state file can't be used; the text says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A stored resource; `position` grows with each one made, dates are ISO 8601 in UTC."""

    position: int
    sid: str
    kind: str
    account_sid: str
    parent_sid: str | None
    fields: dict[str, Json]
    date_created: str
    date_updated: str


@dataclass(frozen=True)
class Account:
    """A registered account: digests of its secrets, by SID, and its limit."""

    account_sid: str
    token_digest: str | None
    key_digests: Mapping[str, str]
    max_services: int | None


class Store:
    """The database behind the emulator.

    Raises:
        StoreError: if the file is locked by another process, of another version, or not a database.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        with ExitStack() as on_failure:
            try:
                # Of two that start at once one must lose and the other wait for it: without a timeout both lose.
                self._db = sqlite3.connect(path or ":memory:", timeout=LOCK_SECONDS, isolation_level=None)
                on_failure.callback(self._db.close)
                self._prepare()
            except sqlite3.Error as error:
                raise StoreError(self._explain(error)) from error
            on_failure.pop_all()

    def close(self) -> None:
        """Release the file; what was written is already committed."""
        self._db.close()

    def reset(self) -> None:
        """Forget every resource and every account."""
        with self._transaction():
            self._db.execute("DELETE FROM resources")
            self._db.execute("DELETE FROM accounts")

    def insert(self, rows: Iterable[Row]) -> None:
        """Add rows, all or none; their positions are given by the database."""
        with self._transaction():
            self._db.executemany(
                "INSERT INTO resources VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        r.sid,
                        r.kind,
                        r.account_sid,
                        r.parent_sid,
                        json.dumps(r.fields),
                        r.date_created,
                        r.date_updated,
                    )
                    for r in rows
                ],
            )

    def get(self, sid: str) -> Row | None:
        """Find a resource by its SID, whatever its kind and account."""
        return next(self._rows("WHERE sid = ?", [sid]), None)

    def find(
        self, kind: str, account_sid: str, parent_sid: str | None, field: str, value: Json
    ) -> Row | None:
        """Find the first resource below a parent whose field has this value."""
        conditions, arguments = self._below(kind, account_sid, parent_sid, {field: value})
        return next(self._rows(f"WHERE {conditions} ORDER BY position LIMIT 1", arguments), None)

    def page(
        self,
        kind: str,
        account_sid: str,
        parent_sid: str | None,
        equal: Mapping[str, Json],
        after: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Row]:
        """List up to `limit` resources in order of creation, next `after` or just `before` a position."""
        conditions, arguments = self._below(kind, account_sid, parent_sid, equal)
        if before is not None:
            tail = f"WHERE {conditions} AND position < ? ORDER BY position DESC LIMIT ?"
            return list(self._rows(tail, [*arguments, before, limit]))[::-1]
        tail = f"WHERE {conditions} AND position > ? ORDER BY position LIMIT ?"
        return list(self._rows(tail, [*arguments, after or 0, limit]))

    def all(self, kind: str) -> list[Row]:
        """List every resource of a kind, over all accounts, in order of creation."""
        return list(self._rows("WHERE kind = ? ORDER BY position", [kind]))

    def count(self, kind: str, account_sid: str) -> int:
        """Count an account's resources of a kind."""
        query = "SELECT count(*) FROM resources WHERE kind = ? AND account_sid = ?"
        return int(self._db.execute(query, [kind, account_sid]).fetchone()[0])

    def update(self, sid: str, fields: Mapping[str, Json], date_updated: str) -> None:
        """Replace the fields of a resource."""
        with self._transaction():
            self._db.execute(
                "UPDATE resources SET fields = ?, date_updated = ? WHERE sid = ?",
                [json.dumps(fields), date_updated, sid],
            )

    def delete(self, sid: str) -> None:
        """Remove a resource and all that it holds."""
        with self._transaction():
            self._db.execute("DELETE FROM resources WHERE sid = ?", [sid])

    def put_account(self, account: Account) -> None:
        """Register an account, in place of what was registered for it before."""
        with self._transaction():
            self._db.execute("DELETE FROM accounts WHERE account_sid = ?", [account.account_sid])
            self._db.execute(
                "INSERT INTO accounts VALUES (?, ?, ?)",
                [account.account_sid, account.token_digest, account.max_services],
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO api_keys VALUES (?, ?, ?)",
                [(sid, account.account_sid, digest) for sid, digest in account.key_digests.items()],
            )

    def account(self, account_sid: str) -> Account | None:
        """Find a registered account."""
        query = "SELECT token_digest, max_services FROM accounts WHERE account_sid = ?"
        found = self._db.execute(query, [account_sid]).fetchone()
        if found is None:
            return None
        query = "SELECT sid, secret_digest FROM api_keys WHERE account_sid = ?"
        keys = self._db.execute(query, [account_sid])
        return Account(account_sid, found[0], dict(keys.fetchall()), found[1])

    def account_of_key(self, key_sid: str) -> Account | None:
        """Find the account that an API key belongs to."""
        query = "SELECT account_sid FROM api_keys WHERE sid = ?"
        found = self._db.execute(query, [key_sid]).fetchone()
        return self.account(found[0]) if found else None

    def _prepare(self) -> None:
        # Exclusive locking keeps a second process out, and is freed by the kernel even on kill -9.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA foreign_keys = ON")
        # Looked at before anything is written: a file that is someone else's stays as it was.
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        is_new = version == 0 and self._db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
        if not is_new and version != SCHEMA_VERSION:
            raise StoreError(
                f"cannot use state file {self.path}: made by something else or by another version\n"
                "hint: delete the file or name another one with --state"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing in WAL mode without an fsync per commit; only a power cut could.
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self._transaction():
            if is_new:
                for statement in SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _explain(self, error: sqlite3.Error) -> str:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return (
                f"cannot use state file {self.path}: another process has it open\n"
                "hint: stop the other emulator or name another file with --state"
            )
        return f"cannot use state file {self.path}: {error}\nhint: name a writable file with --state"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _rows(self, tail: str, arguments: list[Json]) -> Iterator[Row]:
        # `tail` is written in this module only; what callers bring is bound.
        for values in self._db.execute(f"SELECT {COLUMNS} FROM resources {tail}", arguments):  # noqa: S608
            position, sid, kind, account_sid, parent_sid, fields, created, updated = values
            yield Row(position, sid, kind, account_sid, parent_sid, json.loads(fields), created, updated)

    @staticmethod
    def _below(
        kind: str, account_sid: str, parent_sid: str | None, equal: Mapping[str, Json]
    ) -> tuple[str, list[Json]]:
        conditions = "parent_sid IS ? AND kind = ? AND account_sid = ?"
        arguments: list[Json] = [parent_sid, kind, account_sid]
        for name, value in equal.items():
            conditions += " AND json_extract(fields, '$.' || ?) = ?"
            arguments += [name, value]
        return conditions, arguments
