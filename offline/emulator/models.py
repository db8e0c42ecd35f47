"""The state and its rules: what may be made, found, changed and deleted, and by whom.

Knows no HTTP: it takes parameters as texts by name and gives rows, or raises an error of exceptions.py. What
a resource looks like stands in resources/: the rules here hold for every kind, save where one is named.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from offline.emulator.control.alterations import altered
from offline.emulator.exceptions import (
    AuthenticationError,
    InUseError,
    InvalidParameterError,
    NotFoundError,
    ServiceLimitError,
    UniqueNameError,
)
from offline.emulator.initial import contents_of
from offline.emulator.kinds import Action, Json, Kind
from offline.emulator.paging import PAGE_PARAMETERS
from offline.emulator.parameters import Texts, check_agreement, check_required, read_fields
from offline.emulator.resources import CONFIGURATION, KINDS, SERVICE
from offline.emulator.store import Account, Row, Store

__all__ = ["ACCOUNT_SID", "Model", "path_of"]

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")


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
        self.alterations: dict[str, str] = {}
        """Ways in which fields are kept otherwise than sent, by field."""
        self._complete()

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
        parameters = kind.taken_by(Action.CREATE)
        given_fields = altered(read_fields(kind, given, parameters), self.alterations)
        check_required(parameters, given_fields)
        fields = {**kind.defaults(), **given_fields}
        check_agreement(parameters, given_fields, fields)
        self._check_references(kind, parent_sid, given_fields)
        self._check_unique(kind, account_sid, parent_sid, fields, None)
        if kind is SERVICE:
            self._check_limit(account_sid)
        [row] = self._insert(kind, account_sid, parent_sid, [fields])
        return row

    def fill(self, kind: Kind, account_sid: str, parent_sid: str | None, count: int) -> list[Row]:
        """Make `count` resources with the defaults of their kind, all or none."""
        self._check_parent(kind, account_sid, parent_sid)
        return self._insert(kind, account_sid, parent_sid, [kind.defaults() for _ in range(count)])

    def fetch(self, kind: Kind, account_sid: str, parent_sid: str | None, sid: str) -> Row:
        """Find a resource by its SID or, where the kind has one, its unique name; a single one needs neither.

        Raises:
            NotFoundError: if it is not there, or not in this account and below this parent.
        """
        if kind.is_single:
            self._check_parent(kind, account_sid, parent_sid)
            sid = kind.new_sid(parent_sid or account_sid)
            if kind.parent is None and self.store.get(sid) is None:
                # What an account has one of is there from the start; it is written when first asked for.
                date = now()
                self.store.insert([Row(0, sid, kind.name, account_sid, None, kind.defaults(), date, date)])
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
        equal = read_fields(kind, filters, kind.filters, PAGE_PARAMETERS)
        return self.store.page(kind.name, account_sid, parent_sid, equal, after, before, limit)

    def update(self, kind: Kind, account_sid: str, parent_sid: str | None, sid: str, given: Texts) -> Row:
        """Change what the parameters name, and leave the rest.

        Raises:
            NotFoundError, ParameterError, UniqueNameError: as in `create`; nothing is changed then.
        """
        row = self.fetch(kind, account_sid, parent_sid, sid)
        parameters = kind.taken_by(Action.UPDATE)
        changes = altered(read_fields(kind, given, parameters), self.alterations)
        check_required(parameters, changes)
        check_agreement(parameters, changes, {**row.fields, **changes})
        self._check_references(kind, parent_sid, changes)
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
            InUseError: if another resource names it.
        """
        row = self.fetch(kind, account_sid, parent_sid, sid)
        self._check_unused(kind, row)
        self.store.delete(row.sid)

    def _complete(self) -> None:
        """Give services from an older state file what a new one comes with."""
        complete = {row.parent_sid for row in self.store.all(CONFIGURATION.name)}
        older = [row for row in self.store.all(SERVICE.name) if row.sid not in complete]
        self.store.insert(row for service in older for row in contents_of(service))

    def _insert(
        self, kind: Kind, account_sid: str, parent_sid: str | None, fields: Iterable[dict[str, Json]]
    ) -> list[Row]:
        date = now()
        rows = [
            Row(0, kind.new_sid(parent_sid), kind.name, account_sid, parent_sid, each, date, date)
            for each in fields
        ]
        contents = [each for row in rows if kind is SERVICE for each in contents_of(row)]
        self.store.insert([*rows, *contents])
        return rows

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

    def _check_references(self, kind: Kind, parent_sid: str | None, changes: Mapping[str, Json]) -> None:
        for parameter in kind.parameters:
            reference = parameter.reference
            if reference is None or parameter.field not in changes:
                continue
            named = self.store.get(str(changes[parameter.field]))
            found = named and (named.kind, named.parent_sid, named.fields.get("type"))
            if found != (reference.kind.name, parent_sid, reference.type):
                rule = f"must be the SID of a {reference.kind.name} of this service, of type {reference.type}"
                raise InvalidParameterError(parameter.name, rule, reference.code)

    def _check_unused(self, kind: Kind, row: Row) -> None:
        for other in KINDS:
            for parameter in other.parameters:
                if (
                    parameter.reference
                    and parameter.reference.kind is kind
                    and self.store.find(other.name, row.account_sid, row.parent_sid, parameter.field, row.sid)
                ):
                    raise InUseError(kind.name, other.name, parameter.field)

    def _check_limit(self, account_sid: str) -> None:
        account = self.store.account(account_sid)
        limit = account.max_services if account else None
        if limit is not None and self.store.count(SERVICE.name, account_sid) >= limit:
            raise ServiceLimitError(limit)


def path_of(kind: Kind, parent_sid: str | None) -> str:
    """Write the path of a collection below a parent."""
    return kind.path.replace(f"{{{kind.parent_parameter}}}", parent_sid or "")
