"""A batch job with scikit-learn: declares the model, uploads the baseline, scores a day and sends it.

DRIFTGAUGE_URL=http://127.0.0.1:8080 python batch_scoring.py
"""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

import driftgauge

FEATURES = ["hour", "distance"]
NAME = "delays"


def flights(count: int, seed: int) -> pd.DataFrame:
    """Replace this by your data: features, and a label where it is known."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"hour": random.integers(0, 24, count), "distance": random.gamma(2, 600, count)})
    is_late = random.random(count) < 0.1 + 0.02 * frame["hour"]
    return frame.assign(label=np.where(is_late, "late", "on-time"))


def scored(estimator: LogisticRegression, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its predictions and scores."""
    score = estimator.predict_proba(frame[FEATURES])[:, list(estimator.classes_).index("late")]
    return frame.assign(prediction=estimator.predict(frame[FEATURES]), score=score)


def main() -> None:
    training, holdout = flights(5_000, seed=1), flights(5_000, seed=2)
    estimator = LogisticRegression(max_iter=1_000).fit(training[FEATURES], training["label"])
    day = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    with driftgauge.Client() as client:
        declared = {
            "name": NAME,
            "task": "binary",
            "positive": "late",
            "features": dict.fromkeys(FEATURES, "numeric"),
        }
        client.apply({"models": [declared]})
        model = client.model(NAME)
        model.baseline(scored(estimator, holdout), name="holdout")

        batch = scored(estimator, flights(2_000, seed=3))
        batch["id"] = [f"{day:%Y%m%d}-{i}" for i in range(len(batch))]
        sent = model.log_frame(batch.drop(columns="label"), ts=day, version="1").raise_if_rejected()
        labels = model.label_frame(batch.assign(prediction_ts=day), label_delay="1h").raise_if_rejected()
        print(f"{sent.accepted} predictions and {labels.accepted} labels are stored.")


if __name__ == "__main__":
    main()
