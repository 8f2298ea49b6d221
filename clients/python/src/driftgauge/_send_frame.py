"""Sends a data frame in parts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from ._encoding import Layout, encode
from ._frames import column_names, readable, slices
from ._http import Http
from ._layout import layout_of
from ._result import SendResult
from ._retry import PATIENCE, with_retries
from .errors import DriftgaugeError

log = logging.getLogger("driftgauge")

CHUNK_ROWS = 5_000


def send_frame(
    http: Http,
    path: str,
    frame: Any,
    fields: Sequence[str],
    *,
    columns: Mapping[str, str],
    constants: Mapping[str, Any],
    required: Sequence[str],
    features: Union[Sequence[str], bool],
    timezone: Optional[str],
) -> SendResult:
    """Sends every row as an event, and waits until all are stored; see :func:`layout_of` for what is what."""
    frame = readable(frame)
    names = column_names(frame)
    layout = layout_of(names, fields, columns, constants, required=required, features=features, timezone=timezone)
    result = SendResult()
    for first_row, part in slices(frame, CHUNK_ROWS):
        try:
            result.add(_send_part(http, path, part, layout), first_row)
        except DriftgaugeError as error:
            error.args = (f"{error} {first_row} rows were sent before. Sending all again counts each once.",)
            raise
    if result.rejected > 0:
        log.warning("%s: %s", path, result.summary)
    return result


def _send_part(http: Http, path: str, part: Any, layout: Layout) -> dict[str, Any]:
    body = encode(part, layout)

    def send() -> dict[str, Any]:
        answer: dict[str, Any] = http.send("POST", path, body.content, body.content_type, gzipped=body.gzipped)
        return answer

    return with_retries(send, PATIENCE)
