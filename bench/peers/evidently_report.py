"""The data drift preset of Evidently, as it comes or with one statistic for all columns."""

import sys

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

baseline, current = (pd.read_parquet(path) for path in sys.argv[1:3])
numeric = [name for name in baseline.columns if pd.api.types.is_numeric_dtype(baseline[name])]
categorical = [name for name in baseline.columns if name not in numeric]
definition = DataDefinition(numerical_columns=numeric, categorical_columns=categorical)
preset = DataDriftPreset() if sys.argv[3] == "default" else DataDriftPreset(method=sys.argv[3])
datasets = [Dataset.from_pandas(frame, definition) for frame in (current, baseline)]
print(len(Report([preset]).run(*datasets).dict()["metrics"]))
