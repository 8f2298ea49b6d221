"""Prints the tables of constants.ts.

    python test/scipy/constants.py > test/scipy/constants.ts && npx prettier --write test/scipy/constants.ts

Chi-square and normal tails by mpmath at 50 digits; Kolmogorov and two-sample Kolmogorov-Smirnov by SciPy. SciPy's exact
one-sided p falls back to an approximation where its path counts overflow: those are left out (null).
"""

import warnings

import mpmath
import numpy as np
import scipy
from scipy import special, stats

mpmath.mp.dps = 50


def chi_square_sf(x, df):
    return mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, mpmath.inf, regularized=True)


def chi_square_isf(p, df):
    def excess(x):
        return mpmath.log(chi_square_sf(x, df)) - mpmath.log(mpmath.mpf(p))

    return float(mpmath.findroot(excess, mpmath.mpf(float(stats.chi2.isf(p, df)))))


def normal_sf(z):
    return float(mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2)) / 2)


def table(name, columns, rows):
    print(f"\n/** `[{', '.join(columns)}]` */")
    print(f"export const {name}: [{', '.join(f'{c}: number' for c in columns)}][] = [")
    for row in rows:
        print(f"  [{', '.join(repr(x) for x in row)}],")
    print("]")


def kolmogorov():
    for n in [1, 2, 5, 10, 50, 139, 140, 141, 200, 1000, 5000, 99999, 100000, 100001, 10**6, 10**7]:
        for z in [0.5, 0.8, 1.2, 1.45, 1.5, 2, 3, 7.6, 15.2]:
            d = round(z / n**0.5, 6)
            if d < 1:
                yield d, n, float(stats.kstwo.sf(d, n))


def two_samples():
    shapes = [(5, 7, 4, 0), (20, 20, 6, 0.5), (50, 70, 8, 0.3), (100, 100, 10, 0.1), (300, 1000, 9, 0.1),
              (997, 1000, 7, 0.05), (1000, 1000, 12, 0.3), (4000, 2500, 6, 0.05), (9999, 10000, 5, 0.02),
              (10000, 10000, 8, 0.01), (10000, 9, 5, 2)]
    for seed, (n_b, n_c, cells, slope) in enumerate(shapes):
        random = np.random.default_rng(seed)
        weights = 1 + slope * np.arange(cells)
        b = random.multinomial(n_b, np.ones(cells) / cells)
        c = random.multinomial(n_c, weights / weights.sum())
        x, y = np.repeat(np.arange(cells), b), np.repeat(np.arange(cells), c)
        tests = []
        for alternative in ["two-sided", "less", "greater"]:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                exact = stats.ks_2samp(x, y, alternative=alternative, method="exact")
            asymptotic = stats.ks_2samp(x, y, alternative=alternative, method="asymp").pvalue
            p = "null" if caught else repr(float(exact.pvalue))
            tests.append(f"['{alternative}', {float(exact.statistic)!r}, {p}, {float(asymptotic)!r}]")
        yield f"  {{ b: {b.tolist()}, c: {c.tolist()}, tests: [{', '.join(tests)}] }},"


print("/**")
print(" * Reference values for the tests, printed by constants.py beside this file:")
print(f" * scipy {scipy.__version__}, numpy {np.__version__}, mpmath {mpmath.__version__}.")
print(" */")
dfs, levels = [1, 2, 5, 9, 30, 99, 250, 1000, 2000], [1e-300, 1e-100, 1e-10, 0.01, 0.5, 0.999]
table("chiSquareQuantiles", ["p", "df", "x"], [(p, df, chi_square_isf(p, df)) for df in dfs for p in levels])
tails = [(float(stats.chi2.isf(p, df)), df) for df in dfs for p in levels]
table("chiSquareTails", ["x", "df", "p"], [(x, df, float(chi_square_sf(x, df))) for x, df in tails])
table("normalTails", ["z", "p"], [(z, normal_sf(z)) for z in [-8, -1, 0, 1.96, 5, 8, 20, 30, 37]])
table("kolmogorovTails", ["d", "n", "p"], kolmogorov())
limits = [0.3, 0.5, 0.81, 0.83, 1.2, 2, 5, 15]
table("kolmogorovLimits", ["z", "p"], [(z, float(special.kolmogorov(z))) for z in limits])
print("\n/** Counts with ties, and `[alternative, D, exact p, asymptotic p]`. */")
print("export const twoSampleTests: {")
print("  b: number[]\n  c: number[]")
print("  tests: ['two-sided' | 'less' | 'greater', d: number, exact: number | null, asymptotic: number][]\n}[] = [")
print("\n".join(two_samples()))
print("]")
