"""A part of a data frame as the body of a request to the intake."""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ._frames import Columns, localise, to_columns
from ._values import to_json

TIMES = ("ts", "labelled_at", "prediction_ts")
SCORES = "scores."


@dataclass(frozen=True)
class Layout:
    """Which column holds which field of an event, which ones are features, and what all events share."""

    fields: Mapping[str, str]
    features: Optional[Sequence[str]] = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    timezone: Optional[datetime.tzinfo] = None


@dataclass(frozen=True)
class Body:
    """What is sent."""

    content: bytes
    content_type: str
    gzipped: bool


def encode_lines(part: Any, layout: Layout) -> Body:
    """The rows of a part of a frame as NDJSON."""
    lines = [to_json(event) for event in events(to_columns(part), layout)]
    return Body(gzip.compress(b"\n".join(lines), compresslevel=1), "application/x-ndjson", gzipped=True)


def events(columns: Columns, layout: Layout) -> Iterator[dict[str, Any]]:
    """One event for each row."""
    values = {
        field: localise(columns[column], layout.timezone, column) if field in TIMES else columns[column]
        for field, column in layout.fields.items()
    }
    features = layout.features or ()
    names = [name for name in values if not name.startswith(SCORES)]
    classes = [name for name in values if name.startswith(SCORES)]
    rows = len(next(iter(columns.values()), []))
    for row in range(rows):
        event = {**layout.constants, **{name: values[name][row] for name in names}}
        if classes:
            event["scores"] = {name[len(SCORES) :]: values[name][row] for name in classes}
        if layout.features is not None:
            event["features"] = {name: columns[name][row] for name in features}
        yield event
