"""The univariate drift calculator of NannyML over one chunk, as it comes or with one statistic for all columns."""

import sys

import nannyml
import pandas as pd

baseline, current = (pd.read_parquet(path) for path in sys.argv[1:3])
method = sys.argv[3]
methods = {} if method == "default" else {"continuous_methods": [method], "categorical_methods": [method]}
calculator = nannyml.UnivariateDriftCalculator(column_names=list(baseline.columns), chunk_number=1, **methods)
calculator.fit(baseline)
print(calculator.calculate(current).to_df().shape)
