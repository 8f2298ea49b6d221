from __future__ import annotations

from pathlib import Path

import pytest

from driftgauge import ApiError, Client, ConfigurationError
from support import Service

YAML = """
models:
  - name: applied
    task: binary
    positive: late
    features: { hour: numeric, origin: categorical }
channels:
  - name: applied-train
    webhook: { url: "${APPLIED_URL}", secret: "${APPLIED_SECRET:-a-secret-of-enough-letters}" }
monitors:
  - name: applied-daily
    model: applied
    window: 24h
    retrain: { target: applied-train, on: [feature] }
"""


@pytest.mark.parametrize("as_file", [True, False])
def test_yaml_is_applied_with_variables(
    service: Service, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_file: bool
) -> None:
    monkeypatch.setenv("APPLIED_URL", "http://127.0.0.1:9/hook")
    path = tmp_path / "driftgauge.yaml"
    path.write_text(YAML)
    applied = client.apply(path if as_file else YAML)
    assert applied.declared == ["models/applied", "channels/applied-train", "monitors/applied-daily"]
    assert service.call("GET", "/monitors/applied-daily")["retrain"]["on"] == ["feature"]
    assert service.call("GET", "/channels/applied-train")["target"] == "http://127.0.0.1:9/hook"


def test_the_example_file_is_read_as_the_command_line_reads_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from driftgauge._declarations import read_declarations

    for name in ("SLACK_WEBHOOK_URL", "RETRAIN_SECRET", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, "value")
    read = read_declarations(Path(__file__).parents[3] / "examples" / "retraining.yaml")
    (monitor,) = read["monitors"]
    assert monitor["retrain"]["on"] == ["feature", "label"], "YAML 1.1 would read the key as true"


def test_a_dry_run_declares_nothing(service: Service, client: Client) -> None:
    applied = client.apply(
        {"models": [{"name": "dry", "task": "binary", "features": {"x": "numeric"}}]}, dry_run=True
    )
    assert applied.declared == []
    assert "dry" not in [one["name"] for one in service.call("GET", "/models")["models"]]


def test_a_fault_is_said_before_anything_is_declared(service: Service, client: Client) -> None:
    wrong = {
        "models": [
            {"name": "first", "task": "binary", "features": {"x": "numeric"}},
            {"name": "second", "task": "?"},
        ]
    }
    with pytest.raises(ApiError, match=r"models\.1\.task"):
        client.apply(wrong)
    assert "first" not in [one["name"] for one in service.call("GET", "/models")["models"]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": []}, 'no section "model"'),
        ({"models": [{"name": "${UNSET_HERE}"}]}, "UNSET_HERE is not set"),
        ({"models": [{"name": "${a b}"}]}, "cannot be read"),
        ({"models": [{"name": "${OPEN"}]}, "cannot be read"),
        ("none.yaml", "none.yaml cannot be read"),
        ("a: [\n", "The YAML cannot be read"),
        ("- a\n- b\n", "not a mapping"),
    ],
)
def test_what_cannot_be_read_is_said(client: Client, given: object, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        client.apply(given)  # type: ignore[arg-type]


def test_a_dollar_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from driftgauge._declarations import read_declarations

    assert read_declarations({"models": [{"name": "$${A} $5"}]})["models"] == [{"name": "${A} $5"}]
