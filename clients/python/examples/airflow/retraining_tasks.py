"""What the DAG does, without Airflow: train on the period that Driftgauge suggests, and report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftgauge import Retraining


def train(request: Mapping[str, Any]) -> str:
    """Trains, deploys, and returns the version that future predictions carry."""
    retraining = Retraining.from_data(request)
    retraining.running()
    # Replace this: train on the rows from `from_` to `to` without the periods of `exclude`.
    print(f"Training {retraining.model} on {retraining.from_} to {retraining.to}: {retraining.summary}")
    return f"{retraining.to:%Y%m%d%H}"


def report_success(request: Mapping[str, Any], version: str) -> None:
    """Ends the retraining; the version gets a baseline as the monitor's policy says."""
    Retraining.from_data(request).succeeded(version)


def report_failure(request: Mapping[str, Any], reason: str) -> None:
    """Ends the retraining; the channels of the monitor are notified."""
    Retraining.from_data(request).failed(reason)
