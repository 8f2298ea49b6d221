"""The examples run as they stand."""

from __future__ import annotations

import datetime
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import driftgauge
from support import CLI, Listener, Service, status, until

EXAMPLES = Path(__file__).parents[1] / "examples"
SECRET = "a-secret-of-enough-letters"


@pytest.fixture
def environment(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setenv("DRIFTGAUGE_URL", service.url)
    monkeypatch.setenv("DRIFTGAUGE_CLI", CLI)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "src"))
    yield dict(os.environ)


@contextmanager
def serving(app: str, directory: Path, environment: dict[str, str]) -> Iterator[httpx.Client]:
    """The app in uvicorn, and ended as a platform ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", app, f"--port={port}", "--log-level=warning"]
    process = subprocess.Popen(command, cwd=directory, env={**os.environ, **environment})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            until(lambda: is_listening(port))
            yield http
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_listening(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_the_service_with_fastapi_logs_what_it_predicts(service: Service, environment: dict[str, str]) -> None:
    service.declare("flights")
    with serving("fastapi_app:app", EXAMPLES, environment) as http:
        predicted = http.post("/predict", json={"hour": 17, "origin": "ORD"}).json()
        assert predicted["prediction"] == "late"
        until(lambda: http.get("/metrics/driftgauge").json() == {"accepted": 1, "rejected": 0, "dropped": 0})
        assert http.post(f"/outcomes/{predicted['id']}", json={"label": "on-time"}).status_code == 200
    found = service.stored("flights", [predicted["id"]])
    assert (found["predictions"], found["labels"] + found["waiting_labels"]) == (1, 1), "the end sends the label"


def test_the_batch_job_stores_its_day(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "batch_scoring.py"], env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("2000 predictions and 2000 labels are stored.\n", 0), done.stderr


@contextmanager
def judging(service: Service, monitor: str) -> Iterator[None]:
    """Has the monitor judge yesterday as soon as there is something to judge, instead of within a minute."""
    is_over = threading.Event()
    today = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)

    def judge() -> None:
        while not is_over.wait(1):
            url = f"{service.url}/api/v1/monitors/{monitor}/run"
            httpx.post(url, json={"asOf": today.isoformat()}, timeout=60)

    thread = threading.Thread(target=judge)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.usefixtures("environment")
def test_the_notebook_runs(service: Service) -> None:
    import nbclient
    import nbformat

    notebook = nbformat.reads((EXAMPLES / "notebook.ipynb").read_text(), as_version=4)
    with judging(service, "notebook-daily"):
        nbclient.NotebookClient(notebook, timeout=240).execute()
    shown = [str(output.get("data", {})) for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("<b>Verdict: critical</b>" in output for output in shown)
    assert any("critical" in output and "statistics.psi" in output for output in shown)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(EXAMPLES / "airflow"))
    import retraining_tasks

    return retraining_tasks


def requested(service: Service, model: str, listener: Listener) -> tuple[dict[str, str], bytes]:
    """The call that the service makes when a retraining is requested."""

    listener.answers = [status(202)]
    service.call("POST", "/channels", {"name": model, "webhook": {"url": f"{listener.url}/", "secret": SECRET}})
    service.call("POST", "/monitors", {"name": model, "model": model, "retrain": {"target": model}})
    service.call("POST", "/retrains", {"monitor": model})
    until(lambda: listener.heard)
    return listener.heard[0][1], listener.heard[0][2]


def test_the_tasks_of_airflow_serve_a_request(
    service: Service, model: driftgauge.Model, listener: Listener, tasks: Any
) -> None:
    headers, body = requested(service, model.name, listener)
    asked = driftgauge.Retraining.from_webhook(headers, body, SECRET)
    assert asked is not None
    version = tasks.train(asked.data)
    assert [one["status"] for one in model.retrainings()] == ["running"]
    tasks.report_success(asked.data, version)
    assert [(one["status"], one["version"]) for one in model.retrainings()] == [("succeeded", version)]


def test_the_tasks_of_airflow_report_a_failure(
    service: Service, model: driftgauge.Model, listener: Listener, tasks: Any
) -> None:
    headers, body = requested(service, model.name, listener)
    asked = driftgauge.Retraining.from_webhook(headers, body, SECRET)
    assert asked is not None
    tasks.report_failure(asked.data, "Task train failed: out of memory")
    (found,) = model.retrainings()
    assert (found["status"], found["note"]) == ("failed", "Task train failed: out of memory")


def test_the_receiver_starts_a_run_of_airflow_once(
    service: Service, model: driftgauge.Model, listener: Listener, environment: dict[str, str]
) -> None:
    headers, body = requested(service, model.name, listener)
    settings = {"RETRAIN_SECRET": SECRET, "AIRFLOW_URL": listener.url, "AIRFLOW_TOKEN": "token"}
    listener.answers = [status(200), status(409), status(500)]
    kept = {name: value for name, value in headers.items() if name.lower().startswith("webhook-")}
    with serving("retraining_receiver:app", EXAMPLES / "airflow", {**environment, **settings}) as http:
        codes = [http.post("/retraining", content=body, headers=kept).status_code for _ in range(3)]
        assert codes == [202, 202, 503]
        assert http.post("/retraining", content=body + b" ", headers=kept).status_code == 401
    path, sent, run = listener.heard[1]
    assert (path, sent["authorization"]) == ("/api/v2/dags/driftgauge_retraining/dagRuns", "Bearer token")
    assert b"driftgauge__" in run and b"callback" in run


def test_the_dag_serves_a_request_in_airflow(
    service: Service, model: driftgauge.Model, listener: Listener, tasks: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Needs Airflow 3, a migrated database, and examples/airflow as AIRFLOW__CORE__DAGS_FOLDER."""
    pytest.importorskip("airflow")
    headers, body = requested(service, model.name, listener)
    asked = driftgauge.Retraining.from_webhook(headers, body, SECRET)
    assert asked is not None
    import retraining_dag

    run = retraining_dag.dag_object.test(run_conf=asked.data)
    assert str(run.state) == "success"
    assert [one["status"] for one in model.retrainings()] == ["succeeded"]
