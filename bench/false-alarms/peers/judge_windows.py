"""Judges windows by Evidently or NannyML.

Reads directories with a plan and recordings. Prints a line of JSON for each recording: the drifted columns by window.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SIGNIFICANCE = 0.05
MULTIPLIER = 5
# Windows that NannyML is given at once: all of them would need gigabytes.
BATCH = 200

library, setting = sys.argv[1:3]


def windows(frame, hours, plan):
    """Cuts rows into sliding windows, by the number of rows of each hour."""
    ends = np.cumsum(hours)[plan["windowHours"] - 1 :]
    return [frame.iloc[end - plan["rows"] : end] for end in ends]


def nannyml_drifted(baseline, current, plan):
    from nannyml import UnivariateDriftCalculator
    from nannyml.thresholds import StandardDeviationThreshold

    strict = StandardDeviationThreshold(std_lower_multiplier=None, std_upper_multiplier=MULTIPLIER)
    calculator = UnivariateDriftCalculator(
        column_names=list(baseline.columns),
        treat_as_categorical=categorical_of(plan),
        chunk_size=plan["rows"],
        thresholds={"jensen_shannon": strict} if setting == "strict" else None,
    )
    calculator.fit(baseline)
    for start in range(0, len(current), BATCH):
        batch = pd.concat(current[start : start + BATCH], ignore_index=True)
        result = calculator.calculate(batch).filter(period="analysis").to_df()
        alerts = [result[(name, "jensen_shannon", "alert")].to_numpy(bool) for name in baseline.columns]
        yield from (np.flatnonzero(window).tolist() for window in np.column_stack(alerts))


def evidently_drifted(baseline, current, plan, check):
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    # What the report calls for each column, without its tables and plots: the same verdicts in far less time. The order
    # of the rows makes no difference, and those in order are compared faster.
    columns = []
    categorical = categorical_of(plan)
    for name in baseline.columns:
        kind = ColumnType.Categorical if name in categorical else ColumnType.Numerical
        reference = baseline[name].dropna().sort_values()
        method, threshold = None, None
        if setting == "strict":
            method = "chisquare" if name in categorical else "ks"
            threshold = SIGNIFICANCE / plan["features"]
        test = get_stattest(reference, current[0][name].dropna(), kind, method)
        columns.append((name, reference, kind, test, threshold))

    def result(column, window):
        name, reference, kind, test, threshold = column
        return test(reference, window[name].dropna(), kind, threshold)

    if check:
        check_with_report(baseline, current[0], plan, {column[0]: result(column, current[0]) for column in columns})
    for window in current:
        yield [i for i, column in enumerate(columns) if result(column, window).drifted]


def check_with_report(baseline, window, plan, results):
    """Fails unless the report says the same of a window."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    level = SIGNIFICANCE / plan["features"]
    strict = {"num_method": "ks", "cat_method": "chisquare", "num_threshold": level, "cat_threshold": level}
    preset = DataDriftPreset(**(strict if setting == "strict" else {}))
    categorical = categorical_of(plan)
    numeric = [name for name in baseline.columns if name not in categorical]
    definition = DataDefinition(numerical_columns=numeric, categorical_columns=categorical)
    datasets = [Dataset.from_pandas(frame, definition) for frame in (window, baseline)]
    metrics = Report([preset]).run(*datasets).dict()["metrics"]
    scores = {metric["config"]["column"]: metric["value"] for metric in metrics if "column" in metric["config"]}
    drifted = next(metric["value"]["count"] for metric in metrics if "DriftedColumnsCount" in metric["metric_name"])
    assert scores.keys() == results.keys()
    for name, result in results.items():
        assert np.isclose(scores[name], result.drift_score), (name, scores[name], result)
    assert drifted == sum(result.drifted for result in results.values()), (drifted, results)


def categorical_of(plan):
    return [f"f{i}" for i, kind in enumerate(plan["kinds"]) if kind == "categorical"]


def judge(directory):
    plan = json.loads((directory / "plan.json").read_text())
    for index, hours in enumerate(plan["hours"]):
        values = np.fromfile(directory / f"{index}.f64").reshape(len(plan["kinds"]), -1).T
        frame = pd.DataFrame(values, columns=[f"f{i}" for i in range(len(plan["kinds"]))])
        baseline, current = frame.iloc[: plan["baselineRows"]], frame.iloc[plan["baselineRows"] :]
        cut = windows(current, hours, plan)
        drifted = (
            evidently_drifted(baseline, cut, plan, check=index == 0)
            if library == "evidently"
            else nannyml_drifted(baseline, cut, plan)
        )
        print(json.dumps(list(drifted)), flush=True)


for line in sys.stdin:
    judge(Path(line.rstrip("\n")))
