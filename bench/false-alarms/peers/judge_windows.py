"""Judges windows by Evidently or NannyML. Prints a line of JSON for each recording: the drifted columns by window."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SIGNIFICANCE = 0.05
MULTIPLIER = 5
# Windows that NannyML is given at once: all of them would need gigabytes.
BATCH = 200

library, setting, directory = sys.argv[1], sys.argv[2], Path(sys.argv[3])
plan = json.loads((directory / "plan.json").read_text())
kinds, features, rows = plan["kinds"], plan["features"], plan["rows"]
names = [f"f{i}" for i in range(len(kinds))]
numeric = [name for name, kind in zip(names, kinds) if kind == "numeric"]
categorical = [name for name in names if name not in numeric]


def windows(frame, hours):
    """Cuts rows into sliding windows, by the number of rows of each hour."""
    ends = np.cumsum(hours)[plan["windowHours"] - 1 :]
    return [frame.iloc[end - rows : end] for end in ends]


def nannyml_drifted(baseline, current):
    from nannyml import UnivariateDriftCalculator
    from nannyml.thresholds import StandardDeviationThreshold

    strict = StandardDeviationThreshold(std_lower_multiplier=None, std_upper_multiplier=MULTIPLIER)
    calculator = UnivariateDriftCalculator(
        column_names=names,
        treat_as_categorical=categorical,
        chunk_size=rows,
        thresholds={"jensen_shannon": strict} if setting == "strict" else None,
    )
    calculator.fit(baseline)
    for start in range(0, len(current), BATCH):
        batch = pd.concat(current[start : start + BATCH], ignore_index=True)
        result = calculator.calculate(batch).filter(period="analysis").to_df()
        alerts = np.column_stack([result[(name, "jensen_shannon", "alert")].to_numpy(bool) for name in names])
        yield from (np.flatnonzero(window).tolist() for window in alerts)


def evidently_drifted(baseline, current):
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    # What the report calls for each column, without its tables and plots: the same verdicts in far less time. The order
    # of the rows makes no difference, and those in order are compared faster.
    columns = []
    for name in names:
        kind = ColumnType.Numerical if name in numeric else ColumnType.Categorical
        reference = baseline[name].dropna().sort_values()
        method = ("ks" if name in numeric else "chisquare") if setting == "strict" else None
        test = get_stattest(reference, current[0][name].dropna(), kind, method)
        threshold = SIGNIFICANCE / features if setting == "strict" else None
        columns.append((name, reference, kind, test, threshold))

    def result(column, window):
        name, reference, kind, test, threshold = column
        return test(reference, window[name].dropna(), kind, threshold)

    check_with_report(baseline, current[0], {column[0]: result(column, current[0]) for column in columns})
    for window in current:
        yield [i for i, column in enumerate(columns) if result(column, window).drifted]


def check_with_report(baseline, window, results):
    """Fails unless the report says the same of a window."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    level = SIGNIFICANCE / features
    strict = {"num_method": "ks", "cat_method": "chisquare", "num_threshold": level, "cat_threshold": level}
    preset = DataDriftPreset(**(strict if setting == "strict" else {}))
    definition = DataDefinition(numerical_columns=numeric, categorical_columns=categorical)
    datasets = [Dataset.from_pandas(frame, definition) for frame in (window, baseline)]
    metrics = Report([preset]).run(*datasets).dict()["metrics"]
    scores = {metric["config"]["column"]: metric["value"] for metric in metrics if "column" in metric["config"]}
    drifted = next(metric["value"]["count"] for metric in metrics if "DriftedColumnsCount" in metric["metric_name"])
    assert scores.keys() == results.keys()
    for name, result in results.items():
        assert np.isclose(scores[name], result.drift_score), (name, scores[name], result)
    assert drifted == sum(result.drifted for result in results.values()), (drifted, results)


judges = {"evidently": evidently_drifted, "nannyml": nannyml_drifted}
for index, hours in enumerate(plan["hours"]):
    values = np.fromfile(directory / f"{index}.f64").reshape(len(names), -1).T
    frame = pd.DataFrame(values, columns=names)
    baseline, current = frame.iloc[: plan["baselineRows"]], frame.iloc[plan["baselineRows"] :]
    drifted = judges[library](baseline, windows(current, hours))
    print(json.dumps(list(drifted)), flush=True)
