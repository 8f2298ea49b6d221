"""Counts of what became of logged events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_REASONS = 100


@dataclass
class Stats:
    """What became of the events of a client, in this process.

    ``logged == accepted + rejected + erased + sum(dropped.values()) + queued`` at any time.
    """

    logged: int = 0
    """Events given to ``log`` and ``log_label``."""
    accepted: int = 0
    """Events that the service stored."""
    rejected: int = 0
    """Events that the service could not read. It keeps them as dead letters."""
    erased: int = 0
    """Events whose ids the service has erased, so that it drops them."""
    queued: int = 0
    """Events that wait or are being sent."""
    queued_bytes: int = 0
    """The size of these, as JSON."""
    requests: int = 0
    """Requests that were tried."""
    retries: int = 0
    """Requests among them that repeated an earlier one."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Events that are lost, by cause.

    ``queue_full``: there was no room. ``refused``: the service refused the request, for example because the model
    is not declared. ``unusable``: a value has a type that cannot be sent. ``closed``: the client was closed, or
    the process ended, before the event was sent.
    """
    reasons: Counter[str] = field(default_factory=Counter)
    """Why events were rejected, refused or unusable. The service lists the first hundred of a request."""

    def copy(self) -> Stats:
        """A copy that does not change any more."""
        return Stats(**{**vars(self), "dropped": self.dropped.copy(), "reasons": self.reasons.copy()})

    def count_answer(self, answer: Mapping[str, Any]) -> list[str]:
        """Counts what the intake answered, and returns the reasons that are new, with an example of each."""
        self.accepted += answer["accepted"]
        self.rejected += answer["rejected"]
        self.erased += answer.get("erased", 0)
        rejections = answer["rejections"]
        return [f"{one['reason']}: {one['detail']}" for one in rejections if self._is_new(one["reason"], 1)]

    def count_lost(self, cause: str, reason: str, events: int) -> list[str]:
        """Counts events that are lost, and returns the reason if it is new."""
        self.dropped[cause] += events
        return [reason] if self._is_new(reason, events) else []

    def leave_queue(self, events: int, size: int) -> None:
        """Counts events that are settled."""
        self.queued -= events
        self.queued_bytes -= size

    def _is_new(self, reason: str, events: int) -> bool:
        is_new = reason not in self.reasons
        if is_new and len(self.reasons) >= MAX_REASONS:
            return False
        self.reasons[reason] += events
        return is_new
