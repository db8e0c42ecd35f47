"""TwilioAccount: one more account (or subaccount, or region) in the same Pulumi program.

An explicit provider resource: the engine runs a provider process of its own for it, with its own credentials. They
are kept in the state as Pulumi secrets, that is, encrypted; the default account's stay in the configuration.
https://www.pulumi.com/docs/iac/concepts/resources/providers/
"""

from __future__ import annotations

from typing import Any

import pulumi

from ._api.config import ENVIRONMENT, NUMBERS
from .errors import InputError

__all__ = ["TwilioAccount"]


class TwilioAccount(pulumi.ProviderResource):
    """An account to manage resources in: `ResourceOptions(provider=TwilioAccount(…))`.

    Give account_sid with auth_token, or api_key with api_secret. Credentials, region and edge are this account's
    own; of the other settings, those left out are the stack's (`twilio:maxConcurrency` and so on).

    Args:
        resource_name: logical name in the Pulumi program.
        account_sid: AC and 32 hexadecimal digits.
        auth_token: its token; kept secret.
        api_key: SK and 32 hexadecimal digits.
        api_secret: the key's secret; kept secret.
        region: where the account's data lies, e.g. `ie1`.
        edge: where Twilio is entered, e.g. `dublin`.
        base_url: scheme, host and port, in place of Twilio's; plain http to loopback only.
        max_concurrency: requests in flight at once, 1 to 64.
        opts: Pulumi's options.

    Raises:
        InputError: if neither pair of credentials is given, or parts of both.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        account_sid: pulumi.Input[str] | None = None,
        auth_token: pulumi.Input[str] | None = None,
        api_key: pulumi.Input[str] | None = None,
        api_secret: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        edge: pulumi.Input[str] | None = None,
        base_url: pulumi.Input[str] | None = None,
        max_concurrency: pulumi.Input[int] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        by_token = (account_sid is not None, auth_token is not None, api_key is None, api_secret is None)
        by_key = (auth_token is None, api_key is not None, api_secret is not None)
        if not all(by_token) and not all(by_key):
            raise InputError(
                "declare a TwilioAccount",
                "its credentials are incomplete or mixed",
                hint="give account_sid with auth_token, or api_key with api_secret",
            )
        given = {
            "accountSid": account_sid,
            "authToken": None if auth_token is None else pulumi.Output.secret(auth_token),
            "apiKey": api_key,
            "apiSecret": None if api_secret is None else pulumi.Output.secret(api_secret),
            "region": region,
            "edge": edge,
            "baseUrl": base_url,
            "maxConcurrency": max_concurrency,
        }
        props = _of_the_stack() | {key: value for key, value in given.items() if value is not None}
        super().__init__("pulumi-python", resource_name, props, opts)


def _of_the_stack() -> dict[str, Any]:
    """Give the stack's settings that do not belong to one account: an explicit provider sees only its own inputs."""
    config = pulumi.Config("twilio")
    shared = ("baseUrl", *(key for key in NUMBERS if key not in ENVIRONMENT))
    return {key: value for key in shared if (value := config.get(key)) is not None}
