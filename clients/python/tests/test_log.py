from __future__ import annotations

import datetime
import decimal
import enum
import logging
import threading
import uuid
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import driftgauge
from driftgauge import Client, Limits, Model
from support import Service


def test_four_lines_store_a_prediction_and_its_label(service: Service) -> None:
    service.declare("four-lines")
    with driftgauge.Client(service.url) as client:
        model = client.model("four-lines")
        model.log(id="AA-1", features={"hour": 17, "origin": "ORD"}, prediction="late", score=0.61)
        model.log_label("AA-1", "late")
    assert client.stats.accepted == 2
    found = service.stored("four-lines", ["AA-1"])
    assert (found["predictions"], found["labels"] + found["waiting_labels"]) == (1, 1)


class Airport(enum.Enum):
    ORD = "ORD"


@pytest.mark.parametrize(
    "hour",
    [17, 17.5, True, None, float("nan"), float("inf"), np.float32(1.5), np.float64(2), np.int64(3), np.bool_(True),
     np.array(4), np.array([5.0]), decimal.Decimal("6.5"), decimal.Decimal("NaN"), pd.NA, pd.NaT,
     np.datetime64("NaT"), pa.scalar(7), pa.scalar(None, pa.int64()), pl.Series([8])[0]],
    ids=str,
)  # fmt: skip
def test_a_number_is_taken_as_libraries_have_it(service: Service, client: Client, hour: Any) -> None:
    name = service.declare("numbers")
    client.model(name).log(id=1, features={"hour": hour}, score=np.float32(0.25))
    assert client.flush()
    stats = client.stats
    assert (stats.accepted, stats.rejected, dict(stats.dropped)) == (1, 0, {})
    assert client._sender._warned == set()


@pytest.mark.parametrize(
    "origin",
    [
        "ORD",
        np.str_("ORD"),
        Airport.ORD,
        uuid.UUID(int=1),
        5,
        True,
        None,
        datetime.date(2026, 1, 1),
        "\ud800",
        b"x",
    ],
    ids=repr,
)
def test_a_category_is_taken_as_programs_have_it(service: Service, client: Client, origin: Any) -> None:
    name = service.declare("categories")
    client.model(name).log(id=1, features={"origin": origin}, prediction=np.str_("late"))
    assert client.flush()
    assert client.stats.accepted == (0 if isinstance(origin, bytes) else 1)
    assert client._sender._warned == set()


def test_what_is_stored_is_what_was_logged(service: Service, client: Client) -> None:
    model = client.model(service.declare("values"))
    hour = datetime.datetime(2026, 1, 3, 17, tzinfo=datetime.timezone.utc)
    rows = pd.DataFrame({"hour": np.arange(300, dtype=np.float32) % 3, "origin": ["ORD", "JFK", None] * 100})
    for i, row in rows.iterrows():
        model.log(id=i, ts=pd.Timestamp(hour), features=row, prediction=np.bool_(True), score=0.5, version="3")
    assert client.flush()
    period = {"from": hour.isoformat(), "to": (hour + datetime.timedelta(hours=1)).isoformat()}
    made = service.call("POST", "/models/values/baselines", {"window": period})
    assert made["rows"] == 300
    columns = service.call("GET", "/models/values/baselines/1/columns")["columns"]
    shown = {one["column"]: one for one in columns}
    assert {"hour", "origin", "prediction", "score"} <= shown.keys()
    assert "ORD" in str(shown["origin"]) and "JFK" in str(shown["origin"])


def test_a_time_has_a_zone_or_is_rejected(model: Model, client: Client) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    times = [
        datetime.datetime(2026, 1, 3, 17, tzinfo=zone),
        pd.Timestamp("2026-01-03", tz="Asia/Kolkata"),
        1767459900,
    ]
    for i, ts in enumerate([*times, "2026-01-03T17:05:00Z"]):
        model.log(id=i, ts=ts, score=0.5)
    assert client.flush()
    assert client.stats.accepted == 4
    model.log(id=5, ts=datetime.datetime(2026, 1, 3), score=0.5)
    assert client.flush()
    assert (client.stats.rejected, dict(client.stats.reasons)) == (1, {"bad_ts": 1})


def test_a_later_change_does_not_change_the_event(listener: Any) -> None:
    with Client(listener.url) as client:
        features = {"hour": 17, "tags": ["a"]}
        array = np.array([0.5])
        client.model("m").log(id="1", features=features, score=array)
        features["hour"] = 18
        features["tags"].append("b")  # type: ignore[attr-defined]
        array[0] = 0.9
    (event,) = listener.events(0)
    assert event["features"] == {"hour": 17, "tags": ["a"]}
    assert event["score"] == 0.5


def test_several_classes_may_be_of_numpy(listener: Any) -> None:
    with Client(listener.url) as client:
        scores = dict(zip(np.array([1, 2]), np.array([0.25, 0.75], dtype=np.float32)))
        client.model("m").log(id=1, scores=scores, shadow=True, version="4")
    (event,) = listener.events(0)
    assert event["scores"] == {"1": 0.25, "2": 0.75}
    assert (event["shadow"], event["version"]) == (True, "4")


def test_rejections_are_counted_and_each_kind_is_logged_once(
    model: Model, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for day in range(3):
        model.log(id=day, ts="yesterday", score=0.5)
        assert client.flush()
    model.log(id="good", score=0.5)
    assert client.flush()
    stats = client.stats
    assert (stats.accepted, stats.rejected, dict(stats.reasons)) == (1, 3, {"bad_ts": 3})
    said = [record.message for record in caplog.records if "bad_ts" in record.message]
    assert len(said) == 1
    assert "were not stored" in said[0]


def test_what_is_refused_is_counted_and_does_not_hold_others_up(
    service: Service, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    declared = client.model(service.declare("declared"))
    for _ in range(2):
        client.model("nobody").log(id=1, score=0.5)
        declared.log(id=1, score=0.5)
        assert client.flush()
    assert client.stats.accepted == 2
    assert dict(client.stats.dropped) == {"refused": 2}
    said = [record.message for record in caplog.records if "404" in record.message and record.name == "driftgauge"]
    assert len(said) == 1


def test_a_misspelled_feature_is_said_once(model: Model, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for i in range(2):
        model.log(id=i, features={"orign": "ORD"}, score=0.5)
        assert client.flush()
    said = [record.message for record in caplog.records if "Did you mean" in record.message]
    assert len(said) == 1
    assert "origin" in said[0] and "ORD" not in said[0]


def test_what_cannot_be_written_is_counted_and_raises_nothing(model: Model, client: Client) -> None:
    nested: dict[str, Any] = {}
    nested["itself"] = nested
    model.log(id=1, features={"hour": object()})
    model.log(id=1, features=nested)
    assert client.flush()
    assert dict(client.stats.dropped) == {"unusable": 2}
    assert client.stats.logged == 2


def test_threads_share_a_client(service: Service, model: Model, client: Client) -> None:
    def work(thread: int) -> None:
        for i in range(500):
            model.log(id=f"{thread}-{i}", features={"hour": i}, score=0.5)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.flush()
    assert client.stats.accepted == 4_000
    ids = [f"{thread}-{i}" for thread in range(8) for i in range(500)]
    assert service.stored(model.name, ids)["predictions"] == 4_000


def test_a_closed_client_drops_and_counts(service: Service) -> None:
    with Client(service.url) as client:
        pass
    client.model("flights").log(id=1, score=0.5)
    assert dict(client.stats.dropped) == {"closed": 1}
    client.close()


def test_events_wait_for_each_other(listener: Any) -> None:
    with Client(listener.url, limits=Limits(linger=30)) as client:
        model = client.model("m")
        for i in range(5_000):
            model.log(id=i, score=0.5)
            model.log_label(i, "late")
        assert client.flush()
        assert client.stats.requests <= 12
        assert client.stats.accepted == 10_000


def test_a_key_is_sent_and_never_shown(listener: Any, caplog: pytest.LogCaptureFixture) -> None:
    from support import status

    caplog.set_level(logging.DEBUG)
    listener.answers = [status(401, "The key is wrong.")]
    with Client(listener.url, "dg_secret_key") as client:
        client.model("m").log(id=1, score=0.5)
    assert listener.heard[0][1]["authorization"] == "Bearer dg_secret_key"
    shown = f"{client!r} {client.model('m')!r} {client._http!r} {vars(client.stats)} {caplog.text}"
    assert "dg_secret_key" not in shown
    assert dict(client.stats.dropped) == {"refused": 1}
