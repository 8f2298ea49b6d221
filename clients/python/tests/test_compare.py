from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import driftgauge
from support import CLI


@pytest.fixture(autouse=True)
def command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTGAUGE_CLI", CLI)


def rows(shift: float = 0) -> pd.DataFrame:
    random = np.random.default_rng(7)
    return pd.DataFrame({"hour": random.normal(shift, 1, 1_000), "<b>": random.choice(["a", "b"], 1_000)})


def test_frames_and_files_are_compared(tmp_path: Path) -> None:
    file = tmp_path / "current.csv"
    rows(1).to_csv(file, index=False)
    for current in (rows(1), pl.from_pandas(rows(1)), file):
        compared = driftgauge.compare(rows(), current)
        assert (compared.verdict, compared.drifted) == ("critical", True)
        assert [one["verdict"] for one in compared.columns] == ["critical", "ok"]
        assert compared.columns.to_pandas()["statistics.psi.value"][0] > 0.25
    assert not driftgauge.compare(rows(), rows()).drifted


def test_a_notebook_shows_it_as_a_table_that_cannot_carry_markup() -> None:
    shown = driftgauge.compare(rows(), rows(1))._repr_html_()
    assert "<b>Verdict: critical</b>" in shown
    assert "&lt;b&gt;" in shown and "<td style='text-align:left'><b>" not in shown
    assert "critical" in str(driftgauge.compare(rows(), rows(1)))


def test_what_cannot_be_compared_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(driftgauge.ConfigurationError, match=r"none\.csv"):
        driftgauge.compare(rows(), tmp_path / "none.csv")
    with pytest.raises(driftgauge.ConfigurationError, match="nothere"):
        driftgauge.compare(rows(), rows(), options=["--ignore", "nothere"])
    monkeypatch.setenv("DRIFTGAUGE_CLI", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(driftgauge.ConfigurationError, match="DRIFTGAUGE_CLI"):
        driftgauge.compare(rows(), rows())
