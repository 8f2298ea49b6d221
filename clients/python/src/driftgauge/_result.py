"""What became of the rows of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import RecordsRejected


@dataclass(frozen=True)
class Rejection:
    """Why the service did not store a row."""

    row: int
    """Its position in the frame, counted from 0."""
    reason: str
    """The kind of the reason, such as ``bad_ts``."""
    detail: str
    """What is wrong, in a sentence."""


@dataclass
class SendResult:
    """What became of the rows of a frame."""

    accepted: int = 0
    """Rows that are stored."""
    rejected: int = 0
    """Rows that are not. The service keeps them as dead letters."""
    erased: int = 0
    """Rows that were dropped, because their ids have been erased."""
    rejections: list[Rejection] = field(default_factory=list)
    """Why rows were rejected: the first hundred of each request."""
    warnings: list[dict[str, Any]] = field(default_factory=list)
    """How stored rows differ from the declaration of the model: ``field``, ``reason``, ``count``, ``example``."""

    def add(self, answer: Mapping[str, Any], first_row: int) -> None:
        """Adds what the service answered about a part that begins with this row."""
        self.accepted += answer["accepted"]
        self.rejected += answer["rejected"]
        self.erased += answer.get("erased", 0)
        for one in answer["rejections"]:
            self.rejections.append(Rejection(first_row + one["index"], one["reason"], one["detail"]))
        for warning in answer["warnings"]:
            same = [w for w in self.warnings if (w["field"], w["reason"]) == (warning["field"], warning["reason"])]
            if same:
                same[0]["count"] += warning["count"]
            else:
                self.warnings.append(dict(warning))

    def raise_if_rejected(self) -> SendResult:
        """Returns itself, or raises :class:`driftgauge.RecordsRejected` if a row was rejected."""
        if self.rejected == 0:
            return self
        raise RecordsRejected(self.summary)

    @property
    def summary(self) -> str:
        """What was rejected, and why, in a sentence."""
        counted = f"Of {self.accepted + self.rejected + self.erased} rows, {self.rejected} were rejected"
        if not self.rejections:
            return f"{counted}."
        first = self.rejections[0]
        return f"{counted}. Row {first.row}: {first.detail} ({first.reason})"
