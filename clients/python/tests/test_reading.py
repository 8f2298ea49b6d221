from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import driftgauge
from driftgauge import Client, Model
from support import Service

DAY = datetime.timedelta(days=1)
END = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) - DAY


def rows(count: int, shift: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "hour": random.integers(0, 12, count) + shift,
            "origin": random.choice(["ORD", "JFK"], count),
            "prediction": "late",
            "score": random.random(count).round(3),
            "label": random.choice(["late", "on-time"], count),
        }
    )


@pytest.fixture
def judged(service: Service, model: Model) -> Model:
    """A model whose hour has drifted by the window that ends at END."""
    model.baseline(rows(3_000))
    frame = rows(2_000, shift=6).assign(id=range(2_000), ts=[END - DAY + DAY * i / 2_000 for i in range(2_000)])
    model.log_frame(frame.drop(columns="label"))
    model.label_frame(frame, columns={"prediction_ts": "ts"}, label_delay="1h")
    monitor = {"name": model.name, "model": model.name, "window": "24h", "checks": ["feature", "prediction"]}
    service.call("POST", "/monitors", monitor)
    service.call("POST", f"/monitors/{model.name}/run", {"asOf": END.isoformat()})
    return model


def test_results_are_records_and_frames(judged: Model) -> None:
    results = judged.results(from_=END - DAY, to=END + DAY)
    assert {one["column"] for one in results} == {"hour", "origin", "prediction", "score"}
    (hour,) = judged.results(from_=(END - DAY).date(), to=END + DAY, column="hour", statistic="psi", segment="")
    assert (hour["verdict"], list(hour["statistics"])) == ("critical", ["psi"])
    for frame in (results.to_pandas(), results.to_polars()):
        assert len(frame) == 4
        assert {"column", "verdict", "effect", "statistics.psi", "statistics.ks"} <= set(frame.columns)
    assert judged.results(from_="2001-01-01", to="2001-01-02") == []


def test_performance_is_records_with_the_rest_of_the_answer(judged: Model) -> None:
    points = judged.performance(from_=END - DAY, to=END, step="1h")
    assert len(points) == 24
    assert points.answer["baseline"]["labelled"] == 3_000
    frame = points.to_pandas()
    assert frame["predictions"].sum() == 2_000
    assert isinstance(points.to_polars(), pl.DataFrame)


def test_pages_are_followed(service: Service, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    get = model._http.get
    monkeypatch.setattr(model._http, "get", lambda path, query: get(path, {**query, "limit": 1}))
    monitor = {"name": model.name, "model": model.name, "retrain": {"target": "train"}}
    service.call(
        "POST",
        "/channels",
        {"name": "train", "webhook": {"url": "http://127.0.0.1:9/", "secret": "a-secret-of-enough-letters"}},
    )
    service.call("POST", "/monitors", monitor)
    for _ in range(3):
        made = service.call("POST", "/retrains", {"monitor": model.name})
        service.call("POST", f"/retrains/{made['id']}/cancel")
    found = model.retrainings(status="cancelled")
    assert len({one["id"] for one in found}) == 3
    assert model.retrainings(status="running") == []


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".ndjson", ".parquet"])
def test_a_baseline_is_made_of_a_file(model: Model, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"training{suffix}"
    if suffix == ".parquet":
        rows(500).to_parquet(path)
    elif suffix == ".ndjson":
        rows(500).to_json(path, orient="records", lines=True)
    else:
        rows(500).to_csv(path, index=False)
    made = model.baseline(path)
    assert (made["rows"], made["name"], made["missing"]) == (500, path.name, [])


@pytest.mark.parametrize("kind", ["pandas", "mixed", "polars", "arrow"])
def test_a_baseline_is_made_of_a_frame_and_activated(service: Service, model: Model, kind: str) -> None:
    frame = rows(500)
    if kind == "mixed":
        frame = frame.astype({"origin": object})
        frame.loc[0, "origin"] = 5
    model.baseline(rows(100))
    given: Any = frame
    if kind in ("polars", "arrow"):
        given = pl.from_pandas(frame) if kind == "polars" else pl.from_pandas(frame).to_arrow()
    made = model.baseline(given, name="holdout", activate=True)
    assert (made["version"], made["rows"], made["name"], made["has_labels"]) == (2, 500, "holdout", True)
    assert service.call("GET", f"/models/{model.name}/baselines")["active"] == 2


def test_columns_of_a_baseline_may_be_called_otherwise(model: Model) -> None:
    frame = rows(500).rename(columns={"label": "was late"})
    assert not model.baseline(frame)["has_labels"]
    made = model.baseline(frame, columns={"label": "was late"})
    assert (made["has_labels"], made["unused"]) == (True, [])
    with pytest.raises(ValueError, match="hour is none of prediction, score and label"):
        model.baseline(frame, columns={"hour": "h"})


def test_a_file_of_another_type_is_an_error(model: Model) -> None:
    with pytest.raises(driftgauge.ConfigurationError, match=r"rows.xlsx is none of .csv"):
        model.baseline("rows.xlsx")


def test_errors_have_the_text_of_the_problem_and_the_way_out(
    service: Service, client: Client, tmp_path: Path
) -> None:
    with pytest.raises(driftgauge.NotFound) as refused:
        client.model("nobody").results()
    assert refused.value.status == 404
    assert 'no model "nobody"' in str(refused.value)
    assert str(refused.value.request_id) in str(refused.value)
    with pytest.raises(driftgauge.ApiError, match="from: write a time as"):
        client.model("nobody").results(from_="yesterday")
    keyed = Service(tmp_path, {"DRIFTGAUGE_API_KEYS": "the-right-key-of-many-letters"}).start()
    try:
        with (
            Client(keyed.url, "wrong-key") as other,
            pytest.raises(driftgauge.Unauthorized, match="DRIFTGAUGE_API_KEY"),
        ):
            other.model("m").results()
        with Client(keyed.url, "the-right-key-of-many-letters") as other:
            assert other.model("m").retrainings() == []
    finally:
        keyed.stop()


@pytest.mark.usefixtures("impatient")
def test_a_service_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("driftgauge._lists.PATIENCE", 0.1)
    url = Service(tmp_path).url
    with Client(url) as client, pytest.raises(driftgauge.Unreachable, match=f"No answer from {url}.*running"):
        client.model("m").results()
