"""What can go wrong. Every error of this package is a :class:`DriftgaugeError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional


class DriftgaugeError(Exception):
    """The base of all errors of this package. Its text says what is wrong and what to do about it."""


class ConfigurationError(DriftgaugeError):
    """An address, a key, a file or an optional package is missing or unusable."""


class Unreachable(DriftgaugeError):
    """Nothing answered at the address of the service, or not to the end."""


class ApiError(DriftgaugeError):
    """The service refused a request or failed.

    Attributes:
        status: The HTTP status.
        problem: The problem details of the answer (RFC 9457), empty if it had none.
        retry_after: Seconds after which the service wants the request again, if it said so.
    """

    def __init__(
        self,
        message: str,
        status: int,
        problem: Optional[Mapping[str, Any]] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem: Mapping[str, Any] = problem or {}
        self.retry_after = retry_after

    @property
    def request_id(self) -> Optional[str]:
        """The id under which the service logged the request."""
        return self.problem.get("request_id")


class Unauthorized(ApiError):
    """The key is missing or wrong (401), or lacks the scope (403)."""


class NotFound(ApiError):
    """What the path names does not exist (404)."""


class Conflict(ApiError):
    """The request contradicts what is stored (409, 412)."""


class Unavailable(ApiError):
    """The service is busy or failed (408, 429, 5xx). The same request may succeed later."""


class RecordsRejected(DriftgaugeError):
    """The service rejected records; see :meth:`driftgauge.SendResult.raise_if_rejected`."""


class InvalidWebhook(DriftgaugeError):
    """A webhook is not signed with the secret, or too old. Answer it with 401."""
