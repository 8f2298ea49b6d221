"""Trains when Driftgauge asks for it, for Airflow 3. Each request is the `conf` of a run of its own.

`retraining_receiver.py` starts the runs. `conf` contains the token of the request, which allows nothing but its
reports; who may read runs in Airflow can read it.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, get_current_context, task

import retraining_tasks


def request_of_run() -> dict[str, Any]:
    """The request that this run serves."""
    conf: dict[str, Any] = get_current_context()["dag_run"].conf
    return conf


def on_failure(context: Any) -> None:
    """Reports what failed, once the retries of the task are used up."""
    reason = f"Task {context['task_instance'].task_id} failed: {context.get('exception')}"
    retraining_tasks.report_failure(context["dag_run"].conf, reason)


@dag(schedule=None, max_active_runs=1, default_args={"on_failure_callback": on_failure})
def driftgauge_retraining() -> None:
    """Train, then report the new version."""

    @task
    def train() -> str:
        return retraining_tasks.train(request_of_run())

    @task
    def report(version: str) -> None:
        retraining_tasks.report_success(request_of_run(), version)

    report(train())


dag_object = driftgauge_retraining()
