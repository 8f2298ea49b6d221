"""The Python of docs/python.md runs as it stands, block after block."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from support import CLI, ROOT, Service

PAGE = (ROOT / "docs" / "python.md").read_text()
BLOCKS = re.findall(r"(<!-- not run -->\n\n)?```python\n(.*?)```", PAGE, re.DOTALL)
NAME = "http://127.0.0.1:8080"


def rows(count: int) -> pd.DataFrame:
    frame = pd.DataFrame({"hour": [i % 24 for i in range(count)], "origin": "ORD", "prediction": "late"})
    return frame.assign(score=0.5, label="late")


def test_the_page_runs(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIFTGAUGE_CLI", CLI)
    service.declare("flights")
    rows(500).to_parquet("training.parquet")
    Path("driftgauge.yaml").write_text("monitors:\n  - { name: docs, model: flights, window: 24h }\n")
    served = rows(300).drop(columns="label").rename(columns={"score": "probability"})
    times = pd.date_range("2026-01-03", periods=300, freq="s")
    given: dict[str, Any] = {
        "frame": served.assign(flight_id=range(300), departure=times),
        "outcomes": pd.DataFrame({"flight_id": range(300), "outcome": "late"}),
        "offline": pd.DataFrame({"flight_id": range(300), "departure": times, "hour": 1}),
        "holdout": rows(400),
        "january": rows(300),
        "february": rows(300),
    }
    for not_run, code in BLOCKS:
        if not not_run:
            exec(compile(code.replace(NAME, service.url), "docs/python.md", "exec"), given)
    assert given["result"].accepted == 300
    assert given["stats"].accepted == 2
    assert "300 0 []" in capsys.readouterr().out
    given["client"].close()


def test_every_error_is_on_the_page() -> None:
    import driftgauge

    names = [
        name
        for name, value in vars(driftgauge).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
