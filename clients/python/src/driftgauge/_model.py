"""A model of the service: sending its events, and reading what was found about it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union
from urllib.parse import quote

from . import _layout
from ._baseline import make_baseline
from ._http import Http
from ._lists import list_all
from ._records import Records
from ._result import SendResult
from ._retry import PATIENCE, with_retries
from ._send_frame import send_frame
from ._sender import Sender
from ._values import Time, to_json

Instant = Union[datetime.date, str]
Names = Optional[Sequence[str]]


class Model:
    """One model. Get it from :meth:`driftgauge.Client.model`."""

    def __init__(self, name: str, http: Http, sender: Sender) -> None:
        self.name = name
        self._http = http
        self._sender = sender
        self._path = f"/models/{quote(name, safe='')}"
        self._predictions = f"{self._path}/predictions"
        self._labels = f"{self._path}/labels"

    def __repr__(self) -> str:
        return f"Model({self.name!r})"

    def log(
        self,
        *,
        id: Union[str, int],
        features: Optional[Mapping[str, Any]] = None,
        prediction: Any = None,
        score: Any = None,
        scores: Optional[Mapping[Any, Any]] = None,
        ts: Optional[Time] = None,
        version: Optional[str] = None,
        shadow: bool = False,
    ) -> None:
        """Queues a prediction. Returns at once, never raises, and never waits for the service.

        The values are copied, so that you may change them afterwards. Scalars of numpy, pandas and Arrow are taken
        as they are; None, NaN, NaT and ``pandas.NA`` are missing values. An event that cannot be sent, or that the
        service rejects, is counted in :attr:`driftgauge.Client.stats`, and its reason is logged once.

        Args:
            id: Identifies the request; its label is found by it.
            features: Values by feature name; also a row of pandas.
            prediction: The class, or the number that a regression predicts.
            score: The probability of the positive class, 0 to 1.
            scores: For several classes, the probability of each.
            ts: When the prediction was made, with a time zone; now by default.
            version: The version of the model that made it.
            shadow: Whether nobody used the prediction. Needs ``version``.
        """
        event: dict[str, Any] = {"id": id, "ts": time.time_ns() // 1_000_000 if ts is None else ts}
        if version is not None:
            event["version"] = version
        if shadow:
            event["shadow"] = True
        if features is not None:
            event["features"] = features if isinstance(features, dict) else dict(features)
        if prediction is not None:
            event["prediction"] = prediction
        if score is not None:
            event["score"] = score
        if scores is not None:
            event["scores"] = dict(scores)
        self._queue(self._predictions, event)

    def log_label(
        self,
        id: Union[str, int],
        label: Any,
        *,
        labelled_at: Optional[Time] = None,
        label_delay: Optional[str] = None,
        prediction_ts: Optional[Time] = None,
    ) -> None:
        """Queues the label of a prediction: what turned out to be true. Returns at once, as :meth:`log` does.

        Args:
            id: The id of the prediction.
            label: The true class or number. None withdraws a label that was sent before.
            labelled_at: When it became known; the time of receipt by default.
            label_delay: Instead of that, the time between prediction and label, such as ``"24h"``.
            prediction_ts: When the prediction was made. Saves the service a search.
        """
        known = {"labelled_at": labelled_at, "label_delay": label_delay, "prediction_ts": prediction_ts}
        given = {name: value for name, value in known.items() if value is not None}
        self._queue(self._labels, {"id": id, "label": label, **given})

    def _queue(self, path: str, event: dict[str, Any]) -> None:
        try:
            line = to_json(event)
        except (TypeError, ValueError, RecursionError) as error:
            self._sender.drop_unusable(str(error))
        else:
            self._sender.put(path, line)

    def log_frame(
        self,
        frame: Any,
        *,
        id: str = "id",
        ts: Union[str, datetime.datetime] = "ts",
        columns: Optional[Mapping[str, str]] = None,
        features: Names = None,
        version: Optional[str] = None,
        shadow: Optional[bool] = None,
        timezone: Optional[str] = None,
    ) -> SendResult:
        """Sends a frame with one prediction per row, and waits until the rows are stored.

        The frame is one of pandas, Polars or Arrow, or anything that has ``__arrow_c_stream__`` or
        ``__dataframe__``. Columns named ``version``, ``shadow``, ``prediction``, ``score`` and ``scores.<class>``
        are these fields. Rows that were sent before count once, so a call that failed can be repeated.

        Args:
            frame: The predictions.
            id: The column with the ids.
            ts: The column with the times, or one time for all rows.
            columns: Columns of other fields that are called otherwise: ``{"score": "probability"}``.
            features: Columns that are features; by default all that are nothing else.
            version: The version that made all these predictions.
            shadow: Whether nobody used these predictions.
            timezone: The zone of times without one, such as ``"UTC"``.

        Raises:
            ValueError: A column is missing, or times have no zone.
            DriftgaugeError: The service refused the rows, or was away for five minutes. Rows that are rejected
                raise nothing: see :meth:`driftgauge.SendResult.raise_if_rejected`.
        """
        return send_frame(
            self._http,
            self._predictions,
            frame,
            _layout.PREDICTION,
            columns={"id": id, **_layout.column("ts", ts), **(columns or {})},
            constants={**_layout.constant("ts", ts), "version": version, "shadow": shadow},
            required=("id", "ts"),
            features=True if features is None else features,
            timezone=timezone,
        )

    def label_frame(
        self,
        frame: Any,
        *,
        id: str = "id",
        label: str = "label",
        columns: Optional[Mapping[str, str]] = None,
        label_delay: Optional[str] = None,
        timezone: Optional[str] = None,
    ) -> SendResult:
        """Sends a frame with one label per row, and waits until the rows are stored.

        Columns named ``labelled_at`` and ``prediction_ts`` are these fields; all other columns are left out.

        Args:
            frame: The labels.
            id: The column with the ids of the predictions.
            label: The column with the labels.
            columns: Columns of other fields that are called otherwise: ``{"labelled_at": "closed"}``.
            label_delay: If it is not known when labels became known, how long after their predictions: ``"24h"``.
            timezone: The zone of times without one, such as ``"UTC"``.

        Raises:
            ValueError, DriftgaugeError: As :meth:`log_frame`.
        """
        return send_frame(
            self._http,
            self._labels,
            frame,
            _layout.LABEL,
            columns={"id": id, "label": label, **(columns or {})},
            constants={"label_delay": label_delay},
            required=("id", "label"),
            features=False,
            timezone=timezone,
        )

    def reference_frame(
        self,
        frame: Any,
        *,
        id: str = "id",
        ts: Union[str, datetime.datetime, None] = None,
        features: Names = None,
        timezone: Optional[str] = None,
    ) -> SendResult:
        """Sends features as the offline pipeline computed them, to be compared with those that were served.

        Args:
            frame: One row for each prediction.
            id: The column with the ids of the predictions.
            ts: The column with the times of the predictions; needed where ids are used again.
            features: Columns that are features; by default all that are nothing else.
            timezone: The zone of times without one, such as ``"UTC"``.

        Raises:
            ValueError, DriftgaugeError: As :meth:`log_frame`.
        """
        return send_frame(
            self._http,
            f"{self._path}/reference-features",
            frame,
            _layout.REFERENCE,
            columns={"id": id, **_layout.column("ts", ts)},
            constants=_layout.constant("ts", ts),
            required=("id",),
            features=True if features is None else features,
            timezone=timezone,
        )

    def baseline(
        self,
        rows: Any,
        *,
        name: Optional[str] = None,
        columns: Optional[Mapping[str, str]] = None,
        activate: bool = False,
    ) -> dict[str, Any]:
        """Makes a baseline from a frame or a file (CSV, TSV, NDJSON or Parquet).

        It has a column for each feature, and ``prediction``, ``score`` (or ``scores.<class>``) and ``label`` if
        there are any. The first baseline of a model becomes active by itself.

        Args:
            rows: A frame, or the path of a file.
            name: The name of the baseline; that of the file by default.
            columns: What these columns are called instead: ``{"label": "defaulted"}``.
            activate: Compare the model with it from now on.

        Returns:
            The baseline, with ``version``, ``rows``, and features that the rows lack (``missing``).
        """
        return make_baseline(self._http, self._path, rows, name=name, columns=columns or {}, activate=activate)

    def results(
        self,
        *,
        from_: Optional[Instant] = None,
        to: Optional[Instant] = None,
        monitor: Optional[str] = None,
        kind: Optional[str] = None,
        column: Optional[str] = None,
        segment: Optional[str] = None,
        version: Optional[str] = None,
        verdict: Optional[str] = None,
        statistic: Optional[str] = None,
    ) -> Records:
        """Results of the windows that ended in the period, of the last 30 days by default, in order of time.

        Each has ``window_start``, ``window_end``, ``kind``, ``column``, ``verdict``, ``effect``, ``explanation``
        and ``statistics``. Segments and versions are included unless ``segment`` or ``version`` names one, ``""``
        for the whole.
        """
        query = {
            "from": from_, "to": to, "monitor": monitor, "kind": kind, "column": column, "segment": segment,
            "version": version, "verdict": verdict, "statistic": statistic,
        }  # fmt: skip
        return list_all(self._http, f"{self._path}/results", "results", query)

    def performance(
        self,
        *,
        from_: Optional[Instant] = None,
        to: Optional[Instant] = None,
        step: Optional[str] = None,
        monitor: Optional[str] = None,
        version: Optional[str] = None,
    ) -> Records:
        """Measured and expected performance by hour or day, of the last seven days by default.

        Each row has ``time``, ``predictions``, ``labelled``, ``metrics`` with intervals and ``estimate``. The
        attribute ``answer`` has the rest: ``primary``, ``total``, ``baseline`` and ``changes``.
        """
        query = {"from": from_, "to": to, "step": step, "monitor": monitor, "version": version}
        answer = with_retries(lambda: self._http.get(f"{self._path}/performance", query), PATIENCE)
        points = answer.pop("points")
        return Records(points, answer)

    def retrainings(self, *, status: Optional[str] = None) -> Records:
        """Requests for retraining this model, newest first."""
        return list_all(self._http, "/retrains", "retrains", {"model": self.name, "status": status})
