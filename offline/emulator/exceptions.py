"""The errors of the API: one class each, which knows its status, its code and its text.

    ApiError
    ├── AuthenticationError     401  20003
    ├── NotFoundError                 404  20404
    │   └── UnknownRouteError         404  20404
    ├── ContentTypeError           400  19056
    ├── ParameterError             400  20001
    │   ├── MissingParameterError
    │   ├── UnknownParameterError
    │   ├── NotEmulatedError
    │   └── InvalidParameterError     400  20001, or the parameter's own
    ├── ServiceLimitError      400  21102
    ├── UniqueNameError          409  50353
    ├── InUseError               409  20409
    └── StatusError           any  20000 + status

The texts name parameters, paths and SIDs, never a value that a user gave. Not the errors of the control
routes: those are in control.py. Source: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from http import HTTPStatus

__all__ = [
    "ApiError",
    "AuthenticationError",
    "ContentTypeError",
    "InUseError",
    "InvalidParameterError",
    "MissingParameterError",
    "NotEmulatedError",
    "NotFoundError",
    "ParameterError",
    "ServiceLimitError",
    "StatusError",
    "UniqueNameError",
    "UnknownParameterError",
    "UnknownRouteError",
]


class ApiError(Exception):
    """An answer of the API that is not a success; status and code are the class's own."""

    status = 500
    code = 20500

    def __init__(self, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, object]:
        """Shape the error as the API does: code, message, more_info, status."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


class AuthenticationError(ApiError):
    """The credentials are missing, malformed, or not those of a registered account or key."""

    status = 401
    code = 20003

    def __init__(self) -> None:
        super().__init__("Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})


class NotFoundError(ApiError):
    """No such resource in this account; the path is given as the API gives it, without the version."""

    status = 404
    code = 20404

    def __init__(self, path: str, remark: str = "") -> None:
        super().__init__(f"The requested resource {path.removeprefix('/v1')} was not found{remark}")


class UnknownRouteError(NotFoundError):
    """A method and path that this emulator does not have."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(path, f" (the emulator has no route {method} {path})")


class ContentTypeError(ApiError):
    """A body that is not form-encoded; nothing was read from it."""

    status = 400
    code = 19056

    def __init__(self) -> None:
        super().__init__("Content-Type must be application/x-www-form-urlencoded")


class ParameterError(ApiError):
    """A request whose parameters can't be taken; nothing was done."""

    status = 400
    code = 20001


class MissingParameterError(ParameterError):
    """A parameter that a create needs is absent."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Missing required parameter {name} in the post body")


class UnknownParameterError(ParameterError):
    """A parameter that the route does not have; the emulator is stricter here than the API."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        choice = ", ".join(known) if known else "none"
        super().__init__(f"Unknown parameter {name}; this route takes: {choice}")


class NotEmulatedError(ParameterError):
    """A parameter that the API has and the emulator has not."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Parameter {name} exists in the API, and is not emulated")


class InvalidParameterError(ParameterError):
    """A parameter whose value breaks a rule; the text says the rule, not the value."""

    def __init__(self, name: str, rule: str, code: int | None = None) -> None:
        super().__init__(f"Invalid parameter {name}: {rule}")
        self.code = code or self.code


class ServiceLimitError(ApiError):
    """The account holds as many services as it may."""

    status = 400
    code = 21102

    def __init__(self, max_services: int) -> None:
        super().__init__(f"Account has reached its limit of {max_services} services")


class UniqueNameError(ApiError):
    """Another resource of the same parent has this unique name."""

    status = 409
    code = 50353

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} with provided unique name already exists")


class InUseError(ApiError):
    """Another resource names this one; Twilio publishes nothing on the case, and this keeps every SID valid."""

    status = 409
    code = 20409

    def __init__(self, kind: str, by: str, field: str) -> None:
        super().__init__(f"{kind.capitalize()} is in use: the {by} names it as {field}")


class StatusError(ApiError):
    """A bare status, ordered as a fault or come up in the server.

    The code is 20000 plus the status, as the API has it for 404, 429 and 500.
    """

    def __init__(self, status: int, retry_after: int | None = None) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(_phrase(status), headers)
        self.status = status
        self.code = 20003 if status == AuthenticationError.status else 20000 + status


_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Phrases of RFC 9110, which Python says since 3.13: an answer is the same under every Python."""


def _phrase(status: int) -> str:
    known = status in HTTPStatus.__members__.values()
    return _RENAMED.get(status) or (HTTPStatus(status).phrase if known else f"Status {status}")
