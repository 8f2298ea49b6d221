"""PSI over the deciles of the baseline and the two-sample Kolmogorov-Smirnov test, column by column: the plainest script."""

import sys

import numpy as np
import pandas as pd
from scipy import stats

baseline, current = (pd.read_parquet(path) for path in sys.argv[1:3])


def psi(expected, found):
    expected, found = (np.clip(np.asarray(shares, float), 1e-6, None) for shares in (expected, found))
    return float(((expected - found) * np.log(expected / found)).sum())


for column in baseline.columns:
    before, after = baseline[column].dropna(), current[column].dropna()
    if pd.api.types.is_numeric_dtype(before):
        edges = np.unique(np.quantile(before, np.linspace(0, 1, 11)))
        edges[0], edges[-1] = -np.inf, np.inf
        shares = [np.histogram(values, edges)[0] / len(values) for values in (before, after)]
        statistic = stats.ks_2samp(before, after, method="asymp")
        print(column, psi(*shares), statistic.statistic, statistic.pvalue)
    else:
        expected = before.value_counts(normalize=True)
        found = after.value_counts(normalize=True).reindex(expected.index, fill_value=0)
        print(column, psi(expected, found))
