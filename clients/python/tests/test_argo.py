"""The example for Argo: its form by Argo's own models, and its steps as they stand, without a cluster."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import hera.workflows.models as argo
import pytest
from ruamel.yaml import YAML

import driftgauge
from support import Listener, Service, status
from test_examples import EXAMPLES, SECRET, requested, serving

SOURCE = Path(__file__).parents[1] / "src"


@pytest.fixture(scope="module")
def manifest() -> Any:
    return YAML(typ="safe", pure=True).load(EXAMPLES / "argo/retraining_workflow.yaml")


def as_argo_reads(model: Any, data: Any) -> Any:
    """Fields that Argo does not know are lost on the way."""
    return model(**data).model_dump(mode="json", by_alias=True, exclude_unset=True)


def submitted(listener: Listener, body: bytes, headers: dict[str, str], answers: list[int]) -> list[int]:
    settings = {
        "RETRAIN_SECRET": SECRET,
        "ARGO_URL": listener.url,
        "ARGO_NAMESPACE": "ml",
        "ARGO_TOKEN": "token",
        "PYTHONPATH": str(SOURCE),
    }
    listener.answers = [status(code) for code in answers]
    kept = {name: value for name, value in headers.items() if name.lower().startswith("webhook-")}
    with serving("argo_receiver:app", EXAMPLES / "argo", settings) as http:
        codes = [http.post("/retraining", content=body, headers=kept).status_code for _ in answers]
        assert http.post("/retraining", content=body + b" ", headers=kept).status_code == 401
    return codes


class Workflow:
    """Runs one script after the other, as Argo would: with the tags replaced, in a process of its own."""

    def __init__(self, manifest: Any, values: dict[str, str]) -> None:
        self._templates = {one["name"]: one for one in manifest["spec"]["templates"]}
        self._values = values

    def run(self, template: str, **inputs: str) -> str:
        script = self._templates[template]["script"]
        declared = {one["name"] for one in self._templates[template].get("inputs", {}).get("parameters", [])}
        assert declared == set(inputs)
        values = {**self._values, **{f"inputs.parameters.{name}": value for name, value in inputs.items()}}
        assert "{{" not in script["source"], "values are data, and never become code"
        variables = {
            one["name"]: re.sub(r"{{(.*?)}}", lambda tag: values[tag[1]], one["value"]) for one in script["env"]
        }
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), **variables}
        command = [sys.executable if script["command"] == ["python"] else script["command"][0], "-"]
        done = subprocess.run(command, input=script["source"], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        printed: str = done.stdout
        return printed.strip()


def test_argo_knows_every_field_of_the_template(manifest: Any) -> None:
    assert as_argo_reads(argo.WorkflowTemplate, manifest) == manifest
    names = {one["name"] for one in manifest["spec"]["templates"]}
    steps = [step for one in manifest["spec"]["templates"] for group in one.get("steps", []) for step in group]
    used = {manifest["spec"]["entrypoint"], manifest["spec"]["onExit"], *(step["template"] for step in steps)}
    assert used == names


def test_the_receiver_submits_a_workflow_that_reports(
    service: Service, model: driftgauge.Model, listener: Listener, manifest: Any
) -> None:
    headers, body = requested(service, model.name, listener)
    assert submitted(listener, body, headers, [200, 409, 500]) == [202, 202, 503]
    path, sent, raw = listener.heard[1]
    assert (path, sent["authorization"]) == ("/api/v1/workflows/ml/submit", "Bearer token")
    submit = json.loads(raw)
    assert as_argo_reads(argo.WorkflowSubmitRequest, submit) == submit
    assert submit["resourceName"] == manifest["metadata"]["name"]
    name, value = submit["submitOptions"]["parameters"][0].split("=", 1)
    assert [name] == [one["name"] for one in manifest["spec"]["arguments"]["parameters"]]
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", value), "Argo finds no tags in it"

    workflow = Workflow(manifest, {f"workflow.parameters.{name}": value})
    version = workflow.run("train")
    assert [one["status"] for one in model.retrainings()] == ["running"]
    workflow.run("report-success", version=version)
    assert [(one["status"], one["version"]) for one in model.retrainings()] == [("succeeded", version)]


def test_the_exit_handler_reports_a_failure(
    service: Service, model: driftgauge.Model, listener: Listener, manifest: Any
) -> None:
    headers, body = requested(service, model.name, listener)
    submitted(listener, body, headers, [200])
    options = json.loads(listener.heard[1][2])["submitOptions"]
    name, value = options["parameters"][0].split("=", 1)
    values = {f"workflow.parameters.{name}": value, "workflow.name": options["name"], "workflow.status": "Failed"}
    Workflow(manifest, values).run("report-failure")
    (found,) = model.retrainings()
    assert (found["status"], found["note"]) == ("failed", f"Workflow {options['name']}: Failed")
