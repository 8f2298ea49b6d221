/** The names under which statistics are stored, asked for and printed. */
export const STATISTIC_NAMES = [
  'psi',
  'ks',
  'chi_square',
  'cramers_v',
  'jensen_shannon',
  'hellinger',
  'total_variation',
  'l_infinity',
  'kl_divergence',
  'wasserstein',
] as const
export type StatisticName = (typeof STATISTIC_NAMES)[number]

/** Those added after the first release, none so far. That earlier results lack them is no difference to `reproduce`. */
export const LATER_STATISTICS: ReadonlySet<StatisticName> = new Set()

export interface Statistic {
  value: number
  /** In [0, 1]; only of `psi` (Pearson on the same groups), `ks` and `chi_square`. */
  pValue?: number
  /** Only of `ks` and `wasserstein`: the exact value lies in [value, value + bound]; 0 means exact. */
  bound?: number
}

/** What does not apply to the column, or cannot be computed from its rows, is absent. */
export type Statistics = Partial<Record<StatisticName, Statistic>>
