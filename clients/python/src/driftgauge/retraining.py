"""A retraining that Driftgauge requested, as the pipeline sees it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

import httpx

from . import webhooks
from ._http import answer_of
from ._retry import PATIENCE, with_retries
from .errors import ConfigurationError, Unreachable

LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class Retraining:
    """A request to train a model again, and the way to report on it.

    Reports are repeated for up to five minutes while the service is away. They raise
    :class:`driftgauge.Conflict` if the request has ended meanwhile, for example because someone cancelled it.
    """

    id: str
    """The same at every delivery: a pipeline that remembers ids trains only once."""
    model: str
    """The name of the model."""
    kind: str
    """The kind of drift of the leading alert; ``manual`` if a person requested it without an alert."""
    summary: str
    """What has drifted, in a sentence."""
    from_: datetime.datetime
    """The beginning of the suggested training period."""
    to: datetime.datetime
    """Its end, exclusive."""
    exclude: list[dict[str, str]]
    """Periods with broken data (``from``, ``to``, ``reason``), which are better left out."""
    data: dict[str, Any] = field(repr=False)
    """The whole request, with the evidence. It contains the token: do not log it."""

    @classmethod
    def from_webhook(
        cls, headers: Mapping[str, str], body: Union[bytes, str], secret: str
    ) -> Optional[Retraining]:
        """The retraining that a webhook requests, or None if it is a message about something else.

        Raises:
            InvalidWebhook: See :func:`driftgauge.webhooks.verify`.
        """
        message = webhooks.verify(headers, body, secret)
        return cls.from_data(message["data"]) if message.get("type") == "model.retrain_requested" else None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Retraining:
        """The retraining from ``data`` of a webhook that was verified before it was passed on."""
        try:
            training = data["training"]
            return cls(
                data["id"], data["model"], data["kind"], data["summary"], _time(training["from"]),
                _time(training["to"]), list(training["exclude"]), dict(data),
            )  # fmt: skip
        except KeyError as error:
            raise ConfigurationError(f"This is no request for a retraining: it has no {error}.") from error

    def running(self, message: str = "") -> None:
        """Reports that training has begun, or still goes on."""
        self._report(status="running", message=message)

    def succeeded(self, version: str, *, baseline: Optional[Mapping[str, Any]] = None) -> None:
        """Reports the new version: the one that its predictions will carry.

        Args:
            version: Such as ``"4"``.
            baseline: ``{"data": 3}`` compares it with a baseline that was uploaded before;
                ``{"window": {"from": …, "to": …}}`` makes one from its predictions in that period.
        """
        self._report(status="succeeded", version=version, **({"baseline": baseline} if baseline else {}))

    def failed(self, reason: str) -> None:
        """Reports that training failed. The channels of the monitor are notified."""
        self._report(status="failed", message=reason)

    def _report(self, **report: Any) -> None:
        if "message" in report:
            report["message"] = report["message"][:LONGEST_MESSAGE]
        callback = self.data["callback"]

        def send() -> None:
            try:
                # The token allows this report and nothing else; an API key is not needed.
                headers = {"authorization": f"Bearer {callback['token']}"}
                response = httpx.post(callback["url"], json=report, headers=headers, timeout=30)
            except httpx.TransportError as error:
                raise Unreachable(f"No answer from {callback['url']}: {error}") from error
            answer_of(response, callback["url"])

        with_retries(send, PATIENCE)


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
