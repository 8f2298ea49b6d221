"""Requests to the service, and its answers as values or errors."""

from __future__ import annotations

import email.utils
import json
import os
import time
from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

import httpx

from . import errors
from ._values import plain
from ._version import VERSION

Body = Union[bytes, Iterable[bytes]]
Query = Mapping[str, Any]


class Http:
    """The connections to one service. Threads may share it, and a forked process makes connections of its own."""

    def __init__(self, url: str, key: Optional[str], timeout: float, verify: Any) -> None:
        self.url = url
        self._key = key
        self._timeout = timeout
        self._verify = verify
        self._connected: Optional[tuple[int, httpx.Client]] = None

    def __repr__(self) -> str:
        return f"Http({self.url!r})"

    @property
    def _client(self) -> httpx.Client:
        """Made when it is first used in a process: a connection that a fork inherited belongs to the parent."""
        if self._connected is None or self._connected[0] != os.getpid():
            client = httpx.Client(
                headers={"user-agent": f"driftgauge-python/{VERSION}"},
                timeout=self._timeout,
                verify=self._verify,
                follow_redirects=False,  # One might lead the key elsewhere.
                limits=httpx.Limits(keepalive_expiry=30),  # The service closes idle connections after 75 s.
            )
            self._connected = (os.getpid(), client)
        return self._connected[1]

    def close(self) -> None:
        """Closes the connections. A later request opens new ones."""
        connected, self._connected = self._connected, None
        if connected is not None and connected[0] == os.getpid():
            connected[1].close()

    def get(self, path: str, query: Optional[Query] = None) -> Any:
        """What the API answers below ``/api/v1``."""
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Sends JSON, or nothing."""
        if body is None:
            return self.send("POST", path)
        return self.send("POST", path, json.dumps(body, default=plain).encode(), "application/json")

    def send(
        self,
        method: str,
        path: str,
        body: Optional[Body] = None,
        content_type: Optional[str] = None,
        *,
        query: Optional[Query] = None,
        gzipped: bool = False,
    ) -> Any:
        """Sends a request once. Raises :class:`driftgauge.DriftgaugeError` unless it succeeds.

        An answer of the intake counts as success also if every record was rejected.
        """
        headers = {} if content_type is None else {"content-type": content_type}
        if gzipped:
            headers["content-encoding"] = "gzip"
        if self._key is not None:
            headers["authorization"] = f"Bearer {self._key}"
        try:
            response = self._client.request(
                method,
                f"{self.url}/api/v1{path}",
                content=body,
                headers=headers,
                params={name: _parameter(value) for name, value in (query or {}).items() if value is not None},
            )
        except (httpx.TransportError, httpx.StreamError) as error:
            reason = str(error) or type(error).__name__
            raise errors.Unreachable(
                f"No answer from {self.url}: {reason}. Is the service running there?"
            ) from error
        return answer_of(response, self.url)


def answer_of(response: httpx.Response, url: str) -> Any:
    """The JSON of an answer, or the error that it stands for."""
    body = _json(response)
    counts = isinstance(body, dict) and "accepted" in body
    if response.is_success or (response.status_code == 422 and counts):
        if body is None and response.status_code != 204:
            raise errors.ConfigurationError(
                f"The server at {url} is not Driftgauge: it does not answer with JSON."
            )
        return body
    problem = body if isinstance(body, dict) else {}
    raise _kind(response.status_code)(
        _text(response.status_code, problem, url),
        response.status_code,
        problem,
        seconds_of(response.headers.get("retry-after")),
    )


def seconds_of(retry_after: Optional[str]) -> Optional[float]:
    """Of the header ``Retry-After``, which is a number of seconds or a date."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _kind(status: int) -> type[errors.ApiError]:
    if status in (401, 403):
        return errors.Unauthorized
    if status == 404:
        return errors.NotFound
    if status in (409, 412):
        return errors.Conflict
    if status in (408, 429) or status >= 500:
        return errors.Unavailable
    return errors.ApiError


def _text(status: int, problem: Mapping[str, Any], url: str) -> str:
    found = problem.get("errors") or []
    lines = [f"{one.get('path') or 'request'}: {one.get('message')}" for one in found]
    said = "; ".join(lines) or problem.get("detail") or problem.get("title") or f"{url} answered"
    way_out = {
        401: " Give a valid key as Client(key=…) or in DRIFTGAUGE_API_KEY.",
        403: " Use a key that has the scope for this.",
    }.get(status, "")
    if 300 <= status < 400:
        way_out = " Give the address that it redirects to; redirects are not followed."
    request = f", request {problem['request_id']}" if problem.get("request_id") else ""
    return f"{said.rstrip('.')}.{way_out} (status {status}{request})"


def _parameter(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(plain(value)) if not isinstance(value, (str, int, float)) else str(value)
