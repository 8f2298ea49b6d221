"""Draws pairs of columns and has SciPy compute what the detectors compute.

Writes one frame a pair to stdout: the length of the header (uint32, little endian), the header (JSON, UTF-8), then the
baseline and the window as float64. Categories are numbers here; what they are called does not matter to a count.

    python second-opinion.py [PAIRS]
"""

import json
import struct
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

EXACT_PRODUCT = 1_000_000


def normal(random, size, moved):
    return random.normal(moved, 1 + 0.2 * moved, size)


def skewed(random, size, moved):
    return random.lognormal(0.2 * moved, 1.5, size)


def heavy(random, size, moved):
    return random.standard_t(2, size) + moved


def rounded(random, size, moved):
    return np.round(random.normal(50 + 5 * moved, 10, size))


def few(random, size, moved):
    return random.poisson(2 + moved, size).astype(float)


def zero_inflated(random, size, moved):
    return np.where(random.random(size) < 0.7 - 0.1 * moved, 0.0, random.exponential(10, size))


def offset(random, size, moved):
    return 1e9 + np.round(random.normal(moved, 1, size), 3)


NUMERIC = [normal, skewed, heavy, rounded, few, zero_inflated, offset]


def categories(random, size, weights):
    return random.choice(len(weights), size, p=weights / weights.sum()).astype(float)


def size(random):
    return int(np.exp(random.uniform(np.log(5), np.log(100_000))))


def draw(random, i):
    moved = random.choice([0.0, 0.02, 0.1, 0.5, 2.0])
    n_b, n_c = size(random), size(random)
    if i % 8 == 7:
        weights = random.pareto(1, random.integers(2, 200)) + 1e-3
        changed = weights * np.exp(moved * random.normal(0, 1, len(weights)))
        return "categorical", categories(random, n_b, weights), categories(random, n_c, changed)
    kind = NUMERIC[i % 8]
    return kind.__name__, kind(random, n_b, 0.0), kind(random, n_c, moved)


def opinion(kind, b, c):
    keys = np.unique(np.concatenate([b, c]))
    inner = keys[1:] if kind == "categorical" else np.unique(np.quantile(b, np.arange(1, 10) / 10))
    counts = [np.bincount(np.searchsorted(inner, side, side="right"), minlength=len(inner) + 1) for side in (b, c)]
    table = np.array(counts)[:, np.sum(counts, axis=0) > 0]
    plain = stats.chi2_contingency(table, correction=False)
    corrected = stats.chi2_contingency(table, correction=True)
    found = {
        "kind": kind,
        "n": [len(b), len(c)],
        "inner": inner.tolist(),
        "chi_square": [plain.statistic, plain.pvalue, int(plain.dof)],
        "yates": [corrected.statistic, corrected.pvalue],
        "jensen_shannon": jensenshannon(counts[0], counts[1], base=2),
    }
    if table.shape[1] > 1:
        found["cramers_v"] = stats.contingency.association(table, method="cramer")
    if kind != "categorical":
        asymptotic = stats.ks_2samp(b, c, method="asymp")
        found["ks"] = [asymptotic.statistic, asymptotic.pvalue]
        if len(b) * len(c) <= EXACT_PRODUCT:
            found["ks_exact"] = stats.ks_2samp(b, c, method="exact").pvalue
        found["wasserstein"] = stats.wasserstein_distance(b, c)
    return found


def main(pairs):
    warnings.simplefilter("error", RuntimeWarning)
    random = np.random.default_rng(20010103)
    for i in range(pairs):
        kind, b, c = draw(random, i)
        header = json.dumps(opinion(kind, b, c), default=float).encode()
        sys.stdout.buffer.write(struct.pack("<I", len(header)) + header)
        sys.stdout.buffer.write(b.astype("<f8").tobytes() + c.astype("<f8").tobytes())


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
