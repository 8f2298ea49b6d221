"""Writes flights.csv: two months of made-up flights, whose distances grow on 2001-04-01.

    python make_data.py flights.csv
"""

import sys

import numpy as np
import pandas as pd

ROWS = 20_000


def flights(rows: int = ROWS) -> pd.DataFrame:
    random = np.random.default_rng(7)
    seconds = np.sort(random.integers(0, 61 * 24 * 3600, rows))
    ts = pd.Timestamp("2001-03-01", tz="UTC") + pd.to_timedelta(seconds, unit="s")
    later = ts >= pd.Timestamp("2001-04-01", tz="UTC")
    distance = random.gamma(3.0, np.where(later, 420.0, 240.0)) + 80
    hour = ts.hour.to_numpy()
    carrier = random.choice(["AA", "DL", "UA", "WN"], rows, p=[0.3, 0.25, 0.25, 0.2])
    logit = -2.2 + 0.11 * (hour - 6) + 0.0004 * distance + np.where(carrier == "UA", 0.5, 0.0)
    late = random.random(rows) < 1 / (1 + np.exp(-logit))
    return pd.DataFrame(
        {
            "ts": ts.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "distance": distance.round(),
            "hour": hour.astype(float),
            "carrier": carrier,
            "label": late.astype(int),
        }
    )


if __name__ == "__main__":
    flights().to_csv(sys.argv[1], index=False)
