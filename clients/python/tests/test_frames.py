from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import driftgauge
from driftgauge import Client, Model, RecordsRejected
from support import Listener, Service, status

ROWS = 12_000
HOUR = datetime.datetime(2026, 1, 3, 17, tzinfo=datetime.timezone.utc)


def table(rows: int = ROWS) -> dict[str, list[Any]]:
    return {
        "id": list(range(rows)),
        "ts": [HOUR + datetime.timedelta(milliseconds=i) for i in range(rows)],
        "hour": [float(i % 24) if i % 7 else None for i in range(rows)],
        "origin": ["ORD" if i % 3 else "JFK" for i in range(rows)],
        "prediction": ["late" if i % 2 else "on-time" for i in range(rows)],
        "score": [i % 100 / 100 for i in range(rows)],
    }


class OnlyArrow:
    """What offers a stream of Arrow and is of no library that is known, as a relation of DuckDB."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)


class OnlyInterchange:
    """What offers the older protocol alone."""

    def __init__(self, frame: pa.Table) -> None:
        self._frame = frame

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any:
        return self._frame.__dataframe__(nan_as_null, allow_copy)


KINDS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": pl.LazyFrame,
    "arrow": pa.table,
    "arrow-batch": pa.RecordBatch.from_pydict,
    "arrow-reader": lambda rows: pa.table(rows).to_reader(max_chunksize=1_000),
    "arrow-stream": lambda rows: OnlyArrow(pa.table(rows)),
    "interchange": lambda rows: OnlyInterchange(pa.table(rows)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_is_sent_whatever_library_made_it(service: Service, model: Model, kind: str) -> None:
    result = model.log_frame(KINDS[kind](table()))
    assert (result.accepted, result.rejected, result.warnings) == (ROWS, 0, [])
    assert service.stored(model.name, range(ROWS))["predictions"] == ROWS
    assert model.log_frame(KINDS[kind](table(10))).accepted == 10
    assert service.stored(model.name, range(ROWS))["predictions"] == ROWS, "sent again, each counts once"


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_rejected_rows_are_named_by_their_position(
    model: Model, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = table()
    for row in (3, 5_001, 11_999):
        rows["ts"][row] = None
    rows["hour"] = ["five" for _ in rows["hour"]]
    result = model.log_frame(KINDS[kind](rows))
    assert [(one.row, one.reason) for one in result.rejections] == [
        (3, "bad_ts"),
        (5_001, "bad_ts"),
        (11_999, "bad_ts"),
    ]
    assert (result.accepted, result.rejected) == (ROWS - 3, 3)
    (warning,) = result.warnings
    assert (warning["field"], warning["reason"], warning["count"]) == (
        "features.hour",
        "text_for_number",
        ROWS - 3,
    )
    assert "Row 3" in caplog.text
    with pytest.raises(RecordsRejected, match=r"Of 12000 rows, 3 were rejected. Row 3: .*bad_ts"):
        result.raise_if_rejected()


def test_columns_may_be_called_otherwise(listener: Listener) -> None:
    frame = pd.DataFrame(
        {"flight": ["A"], "p": [0.25], "hour": [17], "scores.late": [0.25], "scores.early": [0.75], "x": 1}
    )
    with Client(listener.url) as client:
        model = client.model("m")
        model.log_frame(
            frame, id="flight", ts=HOUR, columns={"score": "p"}, features=["hour"], version="3", shadow=True
        )
    assert listener.events(0) == [
        {"id": "A", "ts": HOUR.isoformat(), "version": "3", "shadow": True, "score": 0.25,
         "features": {"hour": 17}, "scores": {"late": 0.25, "early": 0.75}}
    ]  # fmt: skip


def test_all_other_columns_are_features(listener: Listener) -> None:
    frame = pl.DataFrame(
        {"id": [1], "when": ["2026-01-03T17:05:00Z"], "score": [0.5], "hour": [17], "origin": ["ORD"]}
    )
    with Client(listener.url) as client:
        client.model("m").log_frame(frame, ts="when")
    (event,) = listener.events(0)
    assert event["features"] == {"hour": 17, "origin": "ORD"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"id": "flight"}, 'The frame has no column "flight". Its columns are id, hour.'),
        ({}, 'The frame has no column "ts"'),
        ({"ts": HOUR, "columns": {"scor": "hour"}}, 'Events have no field "scor"'),
        ({"ts": HOUR, "features": ["hours"]}, 'The frame has no column "hours"'),
    ],
)
def test_a_column_that_is_missing_is_said_before_anything_is_sent(
    listener: Listener, options: dict[str, Any], said: str
) -> None:
    with Client(listener.url) as client, pytest.raises(ValueError, match=said):
        client.model("m").log_frame(pd.DataFrame({"id": [1], "hour": [17]}), **options)
    assert listener.heard == []


def test_a_column_that_is_there_twice_is_an_error(listener: Listener) -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["id", "hour", "hour"])
    with Client(listener.url) as client, pytest.raises(ValueError, match='more than one column "hour"'):
        client.model("m").log_frame(frame, ts=HOUR)


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_times_without_a_zone_need_one(listener: Listener, kind: str) -> None:
    frame = KINDS[kind]({"id": [1], "ts": [datetime.datetime(2026, 7, 3, 17)], "score": [0.5]})
    with Client(listener.url) as client:
        model = client.model("m")
        with pytest.raises(ValueError, match=r'"ts" have no time zone.*timezone='):
            model.log_frame(frame)
        with pytest.raises(ValueError, match=r'"ts" have no time zone'):
            model.log_frame(frame, ts=datetime.datetime(2026, 7, 3))
        model.log_frame(frame, timezone="Europe/Paris")
    assert listener.events(0)[0]["ts"] == "2026-07-03T17:00:00+02:00"


def test_what_is_no_frame_is_an_error(model: Model) -> None:
    with pytest.raises(TypeError, match="list is not a data frame"):
        model.log_frame([{"id": 1}])


def test_an_empty_frame_sends_nothing(listener: Listener) -> None:
    with Client(listener.url) as client:
        assert client.model("m").log_frame(pd.DataFrame(table(0))).accepted == 0
    assert listener.heard == []


def test_labels_are_sent_as_a_frame(service: Service, model: Model) -> None:
    model.log_frame(pl.DataFrame(table(100)))
    labels = pd.DataFrame({"flight": range(100), "outcome": ["late", "on-time"] * 50, "when": HOUR, "other": 1})
    result = model.label_frame(
        labels, id="flight", label="outcome", columns={"prediction_ts": "when"}, label_delay="24h"
    )
    assert (result.accepted, result.rejected, result.warnings) == (100, 0, [])
    assert service.stored(model.name, range(100))["labels"] == 100


def test_reference_features_are_sent_as_a_frame(service: Service, model: Model) -> None:
    result = model.reference_frame(pl.DataFrame(table(50)).select("id", "ts", "hour"), ts="ts")
    assert (result.accepted, result.warnings) == (50, [])
    assert service.stored(model.name, range(50))["reference_features"] == 50


def sent_types(monkeypatch: pytest.MonkeyPatch, model: Model) -> list[str]:
    """The content types of what the model sends from now on."""
    types: list[str] = []
    send = model._http.send

    def spy(method: str, path: str, body: Any = None, content_type: Any = None, **options: Any) -> Any:
        types.append(content_type)
        return send(method, path, body, content_type, **options)

    monkeypatch.setattr(model._http, "send", spy)
    return types


ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_arrow_and_lines_store_the_same(
    service: Service, model: Model, client: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table(2_000)
    rows["hour"][0] = float("nan")
    rows["origin"][1] = None
    rows["version"] = [str(i % 2) for i in range(2_000)]
    types = sent_types(monkeypatch, model)
    other = client.model(service.declare(f"{model.name}-lines"))
    assert model.log_frame(KINDS[kind](rows)).accepted == 2_000
    monkeypatch.setattr("driftgauge._send_frame.is_available", lambda: False)
    assert other.log_frame(KINDS[kind](rows)).accepted == 2_000
    assert types == [ARROW, LINES]
    hour = {"from": HOUR.isoformat(), "to": (HOUR + datetime.timedelta(hours=1)).isoformat()}
    hashes = set()
    for name in (model.name, other.name):
        hashes.add(service.call("POST", f"/models/{name}/baselines", {"window": hour})["hash"])
    assert len(hashes) == 1, "the same columns, bins and counts"


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_what_arrow_would_say_otherwise_is_sent_as_lines(
    model: Model, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = sent_types(monkeypatch, model)
    rows = {**table(10), "origin": [HOUR.replace(tzinfo=None)] * 10}
    assert model.log_frame(KINDS[kind](rows), timezone="UTC").accepted == 10
    assert types == [LINES]


def test_a_categorical_column_is_sent_as_arrow(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    types = sent_types(monkeypatch, model)
    frame = pd.DataFrame(table(10)).astype({"origin": "category", "hour": "float32"})
    result = model.log_frame(frame.drop(columns="ts"), ts=HOUR, version="3", shadow=True)
    assert (result.accepted, result.warnings, types) == (10, [], [ARROW])
    by_polars = pl.DataFrame(table(10)).with_columns(pl.col("origin").cast(pl.Categorical))
    assert (model.log_frame(by_polars).accepted, types) == (10, [ARROW, ARROW])


def test_reading_that_stops_is_an_error(listener: Listener) -> None:
    """The service reads a body no further after thousands of rejected records."""
    stopped = {"records": 1, "detail": "Reading stopped, because too many records were rejected."}
    answer = {"accepted": 0, "rejected": 1, "rejections": [], "warnings": [], "stopped": stopped}
    listener.answers = [lambda request: request.reply(422, answer)]
    with (
        Client(listener.url) as client,
        pytest.raises(RecordsRejected, match=r"Reading stopped.*begins with row 0"),
    ):
        client.model("m").log_frame(pl.DataFrame(table(10)))


@pytest.mark.usefixtures("impatient")
def test_a_part_is_sent_again_while_the_service_is_busy(listener: Listener) -> None:
    listener.answers = [status(503), status(429)]
    with Client(listener.url) as client:
        assert client.model("m").log_frame(pd.DataFrame(table())).accepted == ROWS
    assert len(listener.heard) == 5
    assert listener.arrow_refused == 1, "what is not taken is not offered again"


def test_a_refusal_says_how_far_it_got(service: Service, client: Client, listener: Listener) -> None:
    with pytest.raises(driftgauge.NotFound, match=r'no model "nobody".*0 rows were sent before'):
        client.model("nobody").log_frame(pd.DataFrame(table(1)))


WITHOUT = """
import importlib.machinery, sys
from datetime import datetime, timezone

class Without(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = name.partition(".")[0] in sys.argv[2].split(",")
        return None if hidden else super().find_spec(name, path, target)

sys.meta_path = [*sys.meta_path[:2], Without]
import driftgauge
rows = {{"id": [1, 2], "hour": [17, None], "origin": ["ORD", "JFK"]}}
{code}
with driftgauge.Client(sys.argv[1]) as client:
    model = client.model("m")
    print(model.log_frame(frame, ts=datetime(2026, 1, 3, tzinfo=timezone.utc)).accepted)
"""


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import pandas; frame = pandas.DataFrame(rows)", "pyarrow,polars"),
        ("import polars; frame = polars.DataFrame(rows)", "pyarrow,pandas"),
        ("import pyarrow; frame = pyarrow.table(rows)", "pandas,polars"),
    ],
)
def test_no_other_library_is_needed(listener: Listener, code: str, absent: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(code=code), listener.url, absent],
        env={"PYTHONPATH": str(Path(__file__).parents[1] / "src")},
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("2", "")
    assert [event["features"]["origin"] for event in listener.events(0)] == ["ORD", "JFK"]
