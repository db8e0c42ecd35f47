"""The state and its rules: what may be made, found, changed and deleted, and by whom.

Knows no HTTP: it takes parameters as texts by name and gives rows, or raises an error of exceptions.py. What
a resource looks like stands in resources/: the rules here hold for every kind, save where one is named.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from emulator.exceptions import (
    AuthenticationError,
    InvalidParameterError,
    MissingParameterError,
    NotEmulatedError,
    NotFoundError,
    ServiceLimitError,
    UniqueNameError,
    UnknownParameterError,
)
from emulator.kinds import Json, Kind, Parameter
from emulator.paging import PAGE_PARAMETERS
from emulator.resources import SERVICE
from emulator.store import Account, Row, Store

__all__ = ["ACCOUNT_SID", "Model", "path_of"]

Texts = Mapping[str, list[str]]

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")


def new_sid(prefix: str) -> str:
    """Make a SID that is not in use: the prefix and 32 random hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def now() -> str:
    """Tell the time as the API does: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(secret: str) -> str:
    """Reduce a secret to what may be stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Model:
    """The emulated account data, over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def register(
        self, account_sid: str, auth_token: str | None, api_keys: Mapping[str, str], max_services: int | None
    ) -> None:
        """Register an account: from now on its token must match and its keys are known.

        A key that was another account's becomes this one's.
        """
        keys = {sid: digest(secret) for sid, secret in api_keys.items()}
        token_digest = None if auth_token is None else digest(auth_token)
        self.store.put_account(Account(account_sid, token_digest, keys, max_services))

    def authenticate(self, username: str, password: str) -> str:
        """Find the account that the credentials open.

        Raises:
            AuthenticationError: if they open none.
        """
        if ACCOUNT_SID.fullmatch(username):
            account = self.store.account(username)
            expected = account.token_digest if account else None
            if password and (expected is None or hmac.compare_digest(expected, digest(password))):
                return username
            raise AuthenticationError
        owner = self.store.account_of_key(username)
        if owner and hmac.compare_digest(owner.key_digests[username], digest(password)):
            return owner.account_sid
        raise AuthenticationError

    def create(self, kind: Kind, account_sid: str, parent_sid: str | None, given: Texts) -> Row:
        """Make a resource from its parameters.

        Raises:
            NotFoundError: if the parent is not there.
            ParameterError: if the parameters can't be taken.
            ServiceLimitError: if the account may hold no more services.
            UniqueNameError: if the unique name is in use below the parent.
        """
        self._check_parent(kind, account_sid, parent_sid)
        fields = self._read(kind, given, kind.parameters)
        for parameter in kind.parameters:
            if parameter.required and parameter.field not in fields:
                raise MissingParameterError(parameter.name)
            fields.setdefault(parameter.field, parameter.default)
        self._check_unique(kind, account_sid, parent_sid, fields, None)
        if kind is SERVICE:
            self._check_limit(account_sid)
        [row] = self._insert(kind, account_sid, parent_sid, [fields])
        return row

    def fill(self, kind: Kind, account_sid: str, parent_sid: str | None, count: int) -> list[Row]:
        """Make `count` resources with the defaults of their kind, all or none."""
        self._check_parent(kind, account_sid, parent_sid)
        defaults = {parameter.field: parameter.default for parameter in kind.parameters}
        return self._insert(kind, account_sid, parent_sid, [dict(defaults) for _ in range(count)])

    def fetch(self, kind: Kind, account_sid: str, parent_sid: str | None, sid: str) -> Row:
        """Find a resource by its SID or, where the kind has one, its unique name.

        Raises:
            NotFoundError: if it is not there, or not in this account and below this parent.
        """
        row = self.store.get(sid)
        if row is None and kind.unique_field:
            row = self.store.find(kind.name, account_sid, parent_sid, kind.unique_field, sid)
        if row is None or (row.kind, row.account_sid, row.parent_sid) != (kind.name, account_sid, parent_sid):
            raise NotFoundError(f"{path_of(kind, parent_sid)}/{sid}")
        return row

    def page(
        self,
        kind: Kind,
        account_sid: str,
        parent_sid: str | None,
        filters: Texts,
        *,
        after: int | None,
        before: int | None,
        limit: int,
    ) -> list[Row]:
        """List up to `limit` resources in order of creation, next `after` or just `before` a position."""
        self._check_parent(kind, account_sid, parent_sid)
        equal = self._read(kind, filters, kind.filters, PAGE_PARAMETERS)
        return self.store.page(kind.name, account_sid, parent_sid, equal, after, before, limit)

    def update(self, kind: Kind, account_sid: str, parent_sid: str | None, sid: str, given: Texts) -> Row:
        """Change what the parameters name, and leave the rest.

        Raises:
            NotFoundError, ParameterError, UniqueNameError: as in `create`; nothing is changed then.
        """
        row = self.fetch(kind, account_sid, parent_sid, sid)
        changes = self._read(kind, given, kind.parameters)
        self._check_unique(kind, account_sid, parent_sid, changes, row.sid)
        return self.change(row, changes)

    def change(self, row: Row, changes: Mapping[str, Json]) -> Row:
        """Write changed fields, whatever the API would allow."""
        changed = replace(row, fields={**row.fields, **changes}, date_updated=now())
        self.store.update(changed.sid, changed.fields, changed.date_updated)
        return changed

    def delete(self, kind: Kind, account_sid: str, parent_sid: str | None, sid: str) -> None:
        """Delete a resource and all that it holds.

        Raises:
            NotFoundError: if it is not there.
        """
        self.store.delete(self.fetch(kind, account_sid, parent_sid, sid).sid)

    def _insert(
        self, kind: Kind, account_sid: str, parent_sid: str | None, fields: Iterable[dict[str, Json]]
    ) -> list[Row]:
        date = now()
        rows = [
            Row(0, new_sid(kind.prefix), kind.name, account_sid, parent_sid, each, date, date)
            for each in fields
        ]
        self.store.insert(rows)
        return rows

    @staticmethod
    def _read(
        kind: Kind, given: Texts, parameters: tuple[Parameter, ...], others: tuple[str, ...] = ()
    ) -> dict[str, Json]:
        known = {parameter.name: parameter for parameter in parameters}
        fields: dict[str, Json] = {}
        for name, texts in given.items():
            if name not in known:
                if name in kind.not_emulated:
                    raise NotEmulatedError(name)
                raise UnknownParameterError(name, (*known, *others))
            try:
                fields[known[name].field] = known[name].value(texts)
            except ValueError as error:
                raise InvalidParameterError(name, str(error)) from error
        return fields

    def _check_parent(self, kind: Kind, account_sid: str, parent_sid: str | None) -> None:
        if kind.parent is not None and parent_sid is not None:
            # Kinds nest one level deep so far; a deeper one would have to look up its grandparent here.
            self.fetch(kind.parent, account_sid, None, parent_sid)

    def _check_unique(
        self,
        kind: Kind,
        account_sid: str,
        parent_sid: str | None,
        fields: Mapping[str, Json],
        own: str | None,
    ) -> None:
        value = fields.get(kind.unique_field) if kind.unique_field else None
        if kind.unique_field and value is not None:
            found = self.store.find(kind.name, account_sid, parent_sid, kind.unique_field, value)
            if found and found.sid != own:
                raise UniqueNameError(kind.name)

    def _check_limit(self, account_sid: str) -> None:
        account = self.store.account(account_sid)
        limit = account.max_services if account else None
        if limit is not None and self.store.count(SERVICE.name, account_sid) >= limit:
            raise ServiceLimitError(limit)


def path_of(kind: Kind, parent_sid: str | None) -> str:
    """Write the path of a collection below a parent."""
    return kind.path.replace(f"{{{kind.parent_parameter}}}", parent_sid or "")
