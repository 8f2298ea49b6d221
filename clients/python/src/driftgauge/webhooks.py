"""Verifies that a webhook comes from Driftgauge, according to Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Union

from .errors import InvalidWebhook

TOLERANCE = 300.0
"""Seconds that a webhook's time may differ from the clock of this machine."""


def verify(
    headers: Mapping[str, str], body: Union[bytes, str], secret: str, *, tolerance: float = TOLERANCE
) -> dict[str, Any]:
    """Returns the message of a webhook that is genuine.

    Args:
        headers: The headers of the request, in any case.
        body: The body as it came, before it is parsed.
        secret: The secret of the channel. One that begins with ``whsec_`` holds its bytes in base64.
        tolerance: Seconds that its time may differ from now.

    Raises:
        InvalidWebhook: It is not signed with the secret, or it is too old, or from the future.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        identity, stamp = given["webhook-id"], given["webhook-timestamp"]
        signatures = given["webhook-signature"]
        age = abs(time.time() - int(stamp))
    except (KeyError, ValueError) as error:
        raise InvalidWebhook("A header of Standard Webhooks is missing or malformed.") from error
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(_bytes_of(secret), f"{identity}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    # All are compared, so that the time taken says nothing.
    matches = [hmac.compare_digest(expected, one.encode()) for one in signatures.split()]
    if not any(matches):
        raise InvalidWebhook("The webhook is not signed with this secret.")
    if not age <= tolerance:
        raise InvalidWebhook(f"The webhook is {age:.0f} s away from the clock of this machine.")
    message: dict[str, Any] = json.loads(raw)
    return message


def _bytes_of(secret: str) -> bytes:
    if not secret:
        raise InvalidWebhook("The secret is empty.")
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret[len("whsec_") :], validate=True)
    except (binascii.Error, ValueError):
        raise InvalidWebhook("The secret begins with whsec_, but what follows is not base64.") from None
