"""Draws pairs of columns and has SciPy compute what the detectors compute.

    python second-opinion.py pairs N

writes one frame a pair to stdout: the length of the header (uint32, little endian), the header (JSON, UTF-8), then the
baseline and the window as float64. Categories are numbers here; what they are called does not matter to a count.

    python second-opinion.py tails N

writes N random points in the tails of the normal and of the chi-square distribution, as JSON.
"""

import json
import struct
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

EXACT_PRODUCT = 1_000_000
# Rows up to which the tests that no verdict takes are tried too.
SMALL = 20_000


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


def quantile(ascending, i, of):
    """Hyndman and Fan's type 7, from the nearer end as numpy has it, with a position that is exact at whole ranks."""
    position = (len(ascending) - 1) * i / of
    below = int(position)
    low, high = ascending[below], ascending[min(below + 1, len(ascending) - 1)]
    part = position - below
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)


def count(inner, side):
    """Rows per bin `[a, b)` between inner edges, the outermost bins open."""
    return np.bincount(np.searchsorted(inner, side, side="right"), minlength=len(inner) + 1)


def known_and_rest(known, side):
    """Rows of each known value, and of all others together."""
    at = np.searchsorted(known, side)
    at = np.where(known[np.minimum(at, len(known) - 1)] == side, at, len(known))
    return np.bincount(at, minlength=len(known) + 1)


def groups(kind, b, c):
    """Counts over PSI's groups: a category or value each and the rest; or heavy values, and quantiles of the others."""
    distinct, rows = np.unique(b, return_counts=True)
    if kind == "categorical" or len(distinct) <= 20:
        return [known_and_rest(distinct, side) for side in (b, c)]
    atoms = distinct[10 * rows >= len(b)]
    others = np.sort(b[~np.isin(b, atoms)])
    parts = max(2, int(10 * len(others) / len(b) + 0.5))
    edges = np.unique([quantile(others, i, parts) for i in range(1, parts)])
    if edges[-1] == others[0]:
        edges = np.append(edges, others[others > others[0]][0])
    return [
        np.concatenate([[np.sum(side == atom) for atom in atoms], count(edges, side[~np.isin(side, atoms)])])
        for side in (b, c)
    ]


def occupied(counts):
    table = np.array(counts)
    return table[:, np.sum(table, axis=0) > 0]


def chi_square(counts, **options):
    test = stats.chi2_contingency(occupied(counts), **{"correction": False, **options})
    return [test.statistic, test.pvalue, int(test.dof)]


def rank_tests(kind, b, c):
    found = {
        "mann_whitney": list(stats.mannwhitneyu(b, c, method="asymptotic")),
        "sturges": np.histogram_bin_edges(b, "sturges").tolist(),
        "doane": np.histogram_bin_edges(b, "doane").tolist(),
    }
    if len(np.unique(np.concatenate([b, c]))) > 1:
        anderson = stats.anderson_ksamp([b, c], midrank=True)
        found["anderson"] = [anderson.statistic, anderson.pvalue]
    # Means of 1e9 keep too few digits of a difference of 0.02 for nine of them to agree.
    if kind != "offset" and np.ptp(b) > 0 and np.ptp(c) > 0:
        found["student"] = list(stats.ttest_ind(b, c))
        found["welch"] = list(stats.ttest_ind(b, c, equal_var=False))
    return found


def opinion(kind, b, c):
    grouped = groups(kind, b, c)
    found = {
        "kind": kind,
        "n": [len(b), len(c)],
        "groups": {
            "chi_square": chi_square(grouped),
            "yates": chi_square(grouped, correction=True),
            "jensen_shannon": jensenshannon(*grouped, base=2),
        },
    }
    if kind == "categorical":
        keys = np.unique(np.concatenate([b, c]))
        table = [known_and_rest(keys, side) for side in (b, c)]
        found["chi_square"] = chi_square(table)
        if len(keys) > 1:
            found["cramers_v"] = stats.contingency.association(occupied(table), method="cramer")
        return found
    exact = len(b) * len(c) <= EXACT_PRODUCT
    found["ks"] = list(stats.ks_2samp(b, c, method="exact" if exact else "asymp"))
    if exact:
        found["ks_asymptotic"] = stats.ks_2samp(b, c, method="asymp").pvalue
    found["wasserstein"] = stats.wasserstein_distance(b, c)
    found["deviation"] = np.std(b) if np.ptp(b) > 0 else 0.0
    if len(b) + len(c) <= SMALL:
        found["tests"] = rank_tests(kind, b, c)
    return found


def pairs(number):
    warnings.simplefilter("error", RuntimeWarning)
    # Anderson and Darling's table ends at 0.001 and 0.25, and SciPy says so each time.
    warnings.filterwarnings("ignore", message="p-value (capped|floored)")
    random = np.random.default_rng(20010103)
    for i in range(number):
        kind, b, c = draw(random, i)
        header = json.dumps(opinion(kind, b, c), default=float).encode()
        sys.stdout.buffer.write(struct.pack("<I", len(header)) + header)
        sys.stdout.buffer.write(b.astype("<f8").tobytes() + c.astype("<f8").tobytes())


def tails(number):
    random = np.random.default_rng(20010104)
    p = 10 ** random.uniform(-300, 0, number)
    z = stats.norm.isf(p)
    df = np.round(10 ** random.uniform(0, np.log10(2000), number))
    x = stats.chi2.isf(p, df)
    found = {
        "normal": np.transpose([z, stats.norm.sf(z)]).tolist(),
        "chi_square": np.transpose([x, df, stats.chi2.sf(x, df)]).tolist(),
    }
    json.dump(found, sys.stdout)


{"pairs": pairs, "tails": tails}[sys.argv[1]](int(sys.argv[2]))
