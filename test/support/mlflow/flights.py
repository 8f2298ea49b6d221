"""Flights around now, whose distances grow at an instant: flights.py data CSV CHANGE ROWS
What a registered version says of those of a period, as NDJSON: flights.py score CSV URI VERSION FROM TO"""

import json
import sys
from pathlib import Path

import pandas as pd

PROJECT = Path(__file__).parents[3] / "examples" / "mlproject"
sys.path.insert(0, str(PROJECT))


def data(path: str, change: str, rows: str) -> None:
    from make_data import flights

    made = flights(int(rows))
    moved = pd.Timestamp(change) - pd.Timestamp("2001-04-01", tz="UTC")
    ts = pd.to_datetime(made["ts"], utc=True) + moved
    made.assign(ts=ts.dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_csv(path, index=False)


def score(path: str, uri: str, version: str, start: str, end: str) -> None:
    import mlflow

    mlflow.set_tracking_uri(uri)
    model = mlflow.sklearn.load_model(f"models:/flights/{version}")
    rows = pd.read_csv(path)
    rows["id"] = "f" + rows.index.astype(str)
    ts = pd.to_datetime(rows["ts"], utc=True)
    rows = rows[(ts >= pd.Timestamp(start)) & (ts < pd.Timestamp(end))]
    features = rows[["distance", "hour", "carrier"]]
    scores = model.predict_proba(features)[:, 1]
    for row, given, chance in zip(rows.itertuples(), features.to_dict("records"), scores):
        event = {"id": row.id, "ts": row.ts, "version": version, "features": given}
        print(json.dumps({**event, "prediction": int(chance >= 0.5), "score": chance, "label": row.label}))


if __name__ == "__main__":
    {"data": data, "score": score}[sys.argv[1]](*sys.argv[2:])
