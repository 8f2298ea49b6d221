"""Trains, logs and registers a version of a model: train.py URI NAME SEED [--baseline] [--alias ALIAS]"""

import argparse
import tempfile
from pathlib import Path

import mlflow
import numpy
import pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

options = argparse.ArgumentParser()
options.add_argument("uri")
options.add_argument("name")
options.add_argument("seed", type=int)
options.add_argument("--baseline", action="store_true")
options.add_argument("--alias")
given = options.parse_args()

mlflow.set_tracking_uri(given.uri)
mlflow.set_experiment("training")
client = mlflow.MlflowClient()

random = numpy.random.default_rng(given.seed)
rows = 2_000
frame = pandas.DataFrame(
    {
        "hour": random.integers(0, 24, rows),
        "distance": random.gamma(2.0, 500.0, rows),
        "carrier": random.choice(["AA", "B6", "UA"], rows),
        "weekend": random.random(rows) < 2 / 7,
    }
)
late = (frame["hour"] + random.normal(0, 6, rows) > 18).astype("int64")
numbers = FunctionTransformer(lambda data: data[["hour", "distance"]])
model = make_pipeline(numbers, StandardScaler(), LogisticRegression()).fit(frame, late)
prediction = model.predict(frame)

with mlflow.start_run() as run:
    mlflow.log_metric("accuracy", float((prediction == late).mean()))
    mlflow.sklearn.log_model(
        model,
        name="model",
        serialization_format="cloudpickle",
        signature=infer_signature(frame, prediction),
        registered_model_name=given.name,
        pip_requirements=[],
    )
    if given.baseline:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "baseline.parquet"
            scores = model.predict_proba(frame)[:, 1]
            frame.assign(prediction=prediction, score=scores, label=late).to_parquet(path)
            mlflow.log_artifact(str(path), "monitoring")

versions = client.search_model_versions(f"name='{given.name}' and run_id='{run.info.run_id}'")
version = versions[0].version
if given.alias:
    client.set_registered_model_alias(given.name, given.alias, version)
print(version)
