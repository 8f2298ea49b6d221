"""When a request is sent again."""

from __future__ import annotations

import random
import time
from typing import Callable, TypeVar

from .errors import DriftgaugeError, Unavailable, Unreachable

T = TypeVar("T")

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
PATIENCE = 300.0
"""Seconds for which a call that waits is tried again while the service is away or busy."""


def may_succeed_later(error: DriftgaugeError) -> bool:
    """Whether the same request is worth sending again."""
    return isinstance(error, (Unreachable, Unavailable))


def delay_before(attempt: int, error: DriftgaugeError) -> float:
    """Seconds to wait before the attempt (1 is the first one again): exponential, with jitter.

    Never less than what the service asked for with ``Retry-After``.
    """
    longest: float = min(FIRST_DELAY * 2.0 ** min(attempt, 10), LONGEST_DELAY)
    asked = (error.retry_after or 0.0) if isinstance(error, Unavailable) else 0.0
    return max(asked, random.uniform(longest / 2, longest))  # noqa: S311


def with_retries(call: Callable[[], T], patience: float) -> T:
    """Calls until it succeeds, it cannot, or the next attempt would begin after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    attempt = 0
    while True:
        try:
            return call()
        except (Unreachable, Unavailable) as error:
            attempt += 1
            delay = delay_before(attempt, error)
            if time.monotonic() + delay > deadline:
                raise
            time.sleep(delay)
