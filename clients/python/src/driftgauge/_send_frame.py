"""Sends a data frame in parts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from ._arrow import encode_arrow, is_available
from ._encoding import Body, Layout, encode_lines
from ._frames import column_names, readable, slices
from ._http import Http
from ._layout import layout_of
from ._result import SendResult
from ._retry import PATIENCE, with_retries
from .errors import ApiError, DriftgaugeError, RecordsRejected

log = logging.getLogger("driftgauge")

LINE_ROWS = 5_000
ARROW_ROWS = 50_000
NOT_TAKEN = (400, 415, 422)
"""What the service answers to a body whose form it does not take."""


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
    sending = _Sending(http, path, layout)
    for first_row, part in slices(frame, ARROW_ROWS):
        sending.send(first_row, part)
    if sending.result.rejected > 0:
        log.warning("%s: %s", path, sending.result.summary)
    return sending.result


class _Sending:
    """Parts of one frame on their way: as Arrow if the service takes that, otherwise as NDJSON."""

    def __init__(self, http: Http, path: str, layout: Layout) -> None:
        self.result = SendResult()
        self._http = http
        self._path = path
        self._layout = layout
        self._takes_arrow = is_available()

    def send(self, first_row: int, part: Any) -> None:
        body = encode_arrow(part, self._layout) if self._takes_arrow else None
        if body is not None:
            try:
                self._post(first_row, body)
                return
            except ApiError as error:
                if error.status not in NOT_TAKEN:
                    raise
                self._takes_arrow = False
        for start, lines in slices(part, LINE_ROWS):
            self._post(first_row + start, encode_lines(lines, self._layout))

    def _post(self, first_row: int, body: Body) -> None:
        def post() -> Any:
            return self._http.send("POST", self._path, body.content, body.content_type, gzipped=body.gzipped)

        try:
            answer = with_retries(post, PATIENCE)
        except DriftgaugeError as error:
            error.args = (f"{error} {first_row} rows were sent before. Sending all again counts each once.",)
            raise
        self.result.add(answer, first_row)
        if "stopped" in answer:
            raise RecordsRejected(f"{answer['stopped']['detail']} The part begins with row {first_row}.")
