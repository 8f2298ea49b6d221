"""Trains on a period, registers the model, and keeps its hold-out data as a baseline. README.md has the commands."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["distance", "hour"]
CATEGORIES = ["carrier"]
LABEL = "label"
THRESHOLD = 0.5
LEAST_ROWS = 200


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="CSV file with a column ts")
    parser.add_argument("--training-from", required=True)
    parser.add_argument("--training-to", required=True)
    parser.add_argument("--retrain-id", default="", help="empty for a training that nobody requested")
    parser.add_argument("--registered-model", required=True)
    return parser.parse_args()


def excluded_periods() -> list:
    """Periods with broken data, which the request lists."""
    path = os.environ.get("DRIFTGAUGE_REQUEST_FILE")
    if not path:
        return []
    return json.loads(Path(path).read_text())["training"].get("exclude", [])


def rows_of(path: str, start: str, end: str, exclude: list) -> pd.DataFrame:
    rows = pd.read_csv(path)
    ts = pd.to_datetime(rows["ts"], utc=True)
    wanted = (ts >= pd.Timestamp(start)) & (ts < pd.Timestamp(end))
    for period in exclude:
        broken = (ts >= pd.Timestamp(period["from"])) & (ts < pd.Timestamp(period["to"]))
        print(f"leaves out {int((wanted & broken).sum())} rows: {period.get('reason', '')}")
        wanted &= ~broken
    return rows[wanted]


def fit(rows: pd.DataFrame):
    columns = make_column_transformer(
        (StandardScaler(), NUMBERS), (OneHotEncoder(handle_unknown="ignore"), CATEGORIES)
    )
    return make_pipeline(columns, LogisticRegression()).fit(rows[NUMBERS + CATEGORIES], rows[LABEL])


def baseline_of(model, holdout: pd.DataFrame) -> pd.DataFrame:
    """What the model predicts for rows that it has not seen, with their labels."""
    features = holdout[NUMBERS + CATEGORIES]
    score = model.predict_proba(features)[:, 1]
    return features.assign(
        prediction=(score >= THRESHOLD).astype(int), score=score, label=holdout[LABEL]
    )


def main() -> None:
    asked = arguments()
    rows = rows_of(asked.data, asked.training_from, asked.training_to, excluded_periods())
    if len(rows) < LEAST_ROWS or rows[LABEL].nunique() < 2:
        sys.exit(f"{len(rows)} usable rows from {asked.training_from} to {asked.training_to} are too few.")
    train, holdout = train_test_split(rows, test_size=0.3, random_state=7, stratify=rows[LABEL])
    print(f"trains on {len(train)} rows, holds out {len(holdout)}")
    model = fit(train)
    baseline = baseline_of(model, holdout)

    with mlflow.start_run(), tempfile.TemporaryDirectory() as folder:
        mlflow.log_metric("log_loss", log_loss(baseline["label"], baseline["score"]))
        file = Path(folder) / "baseline.parquet"
        baseline.to_parquet(file, index=False)
        mlflow.log_artifact(str(file), "monitoring")
        features = train[NUMBERS + CATEGORIES]
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(features, model.predict(features)),
            registered_model_name=asked.registered_model,
        )
        version = str(info.registered_model_version)
        if asked.retrain_id:
            mlflow.MlflowClient().set_model_version_tag(
                asked.registered_model, version, "driftgauge.retrain_id", asked.retrain_id
            )
    print(f"registered version {version} of {asked.registered_model}")

    # The last step: after an interruption, a result file counts as success.
    result = os.environ.get("DRIFTGAUGE_RESULT_FILE")
    if result:
        Path(result).write_text(json.dumps({"version": version}))


if __name__ == "__main__":
    main()
