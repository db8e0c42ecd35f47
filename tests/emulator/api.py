"""A bare client of the API for these tests: requests with credentials, paths relative to the emulator."""

from __future__ import annotations

from typing import Any

import requests
from requests.auth import HTTPBasicAuth

from tests.support.emulator import Emulator

ACCOUNT_SID = "AC" + "0" * 31 + "1"
OTHER_ACCOUNT_SID = "AC" + "0" * 31 + "2"
TOKEN = "any"
MISSING_SID = "IS" + "0" * 32


class Api:
    """One account at one emulator; every call gives the raw answer."""

    def __init__(self, emulator: Emulator, username: str = ACCOUNT_SID, password: str = TOKEN) -> None:
        self.emulator = emulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = HTTPBasicAuth(username.encode(), password.encode())

    def get(self, path: str, **query: object) -> requests.Response:
        """GET a path, or an absolute URL as the API gives it."""
        return self.request("GET", path, params=query)

    def post(self, path: str, **form: object) -> requests.Response:
        """POST a form."""
        return self.request("POST", path, data=form)

    def delete(self, path: str) -> requests.Response:
        """DELETE a path."""
        return self.request("DELETE", path)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request; options are those of `requests`."""
        url = path if path.startswith("http") else self.emulator.url + path
        return self.session.request(method, url, timeout=options.pop("timeout", 20), **options)

    def create_service(self, friendly_name: str = "support-eu") -> dict[str, Any]:
        """Create a service and give it."""
        answer = self.post("/v1/Services", FriendlyName=friendly_name)
        assert 201 == answer.status_code, answer.text
        service: dict[str, Any] = answer.json()
        return service


def error(status: int, code: int, message: str) -> dict[str, object]:
    """Shape the body of an API error."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more_info, "status": status}
