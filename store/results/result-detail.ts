import type { ColumnBinning } from '../profiles/binning.ts'
import { rows } from '../engine/query.ts'
import { SUMMARY, type CountedHours, type ResultSummary } from './results.ts'
import { literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export interface StoredResult extends ResultSummary {
  model: string
  evaluation: unknown
  rule: unknown
  monitor_hash: string
  code_version: string
  binning: string
  /** Bins of the column, unless they are no longer stored. */
  bins: ColumnBinning | null
  /** `hours`: what it was counted from, where it is no stored one; then `version` only gave the bins. */
  baseline: { version: number; hash: string; profile: StoredArrays; hours: CountedHours | null }
  window: { profile: StoredArrays }
  /** What was judged where it is not the profiles of a column; null where it is. */
  inputs: unknown
}

export interface StoredArrays {
  counts: number[]
  /** Null stands for NaN or an infinity. */
  sums: (number | null)[]
  squares: number | null
}

/** One result with all that it was computed from. */
export async function findResult(store: Store, id: string): Promise<StoredResult | undefined> {
  const arrays = ['baseline', 'window'].flatMap((side) => [
    `${side}_counts`,
    `${side}_sums`,
    `${side}_squares`,
  ])
  const [found] = await rows<Record<string, unknown> & ResultSummary & { model: string; binning: string }>(
    store.read,
    `SELECT ${SUMMARY}, model, evaluation, rule, monitor_hash, code_version, binning, baseline, baseline_hash,
       baseline_hours, inputs, ${arrays.join(', ')}
     FROM results WHERE id = ${literal(id)} ORDER BY results.evaluated_at DESC LIMIT 1`,
  )
  if (found === undefined) return undefined
  const { baseline, baseline_hash: hash, baseline_hours: hours, evaluation, rule, inputs, ...rest } = found
  const profile = (side: string) =>
    ({
      counts: found[`${side}_counts`],
      sums: found[`${side}_sums`],
      squares: found[`${side}_squares`],
    }) as StoredArrays
  const plain = Object.fromEntries(Object.entries(rest).filter(([name]) => !arrays.includes(name)))
  return {
    ...(plain as Omit<StoredResult, 'evaluation' | 'rule' | 'bins' | 'baseline' | 'window' | 'inputs'>),
    evaluation: JSON.parse(evaluation as string) as unknown,
    rule: JSON.parse(rule as string) as unknown,
    bins: (await binsOf(store, found)) ?? null,
    baseline: {
      version: baseline as number,
      hash: hash as string,
      profile: profile('baseline'),
      hours: decodeHours(hours as string),
    },
    window: { profile: profile('window') },
    inputs: inputs === '' ? null : (JSON.parse(inputs as string) as unknown),
  }
}

function decodeHours(text: string): CountedHours | null {
  if (text === '') return null
  const { spans, version } = JSON.parse(text) as { spans: Record<'from' | 'to', string>[]; version?: string }
  return { spans: spans.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })), version }
}

/**
 * Scores are a form of prediction: their results are of that kind, under their own column name. What was judged by
 * labels as well is looked for among outcomes first: features of the same name are not judged by them.
 */
async function binsOf(
  store: Store,
  { model, binning, kind, column }: Pick<StoredResult, 'model' | 'binning' | 'kind' | 'column'>,
): Promise<ColumnBinning | undefined> {
  const roles = { prediction: ['prediction', 'score'], concept: ['score', 'prediction', 'feature'] }[
    kind as string
  ] ?? [kind]
  const [found] = await rows<{ document: string }>(
    store.read,
    `SELECT document FROM binnings FINAL WHERE model = ${literal(model)} AND binning = ${literal(binning)}
       AND role IN (${roles.map(literal).join(', ')}) AND column = ${literal(column)}
     ORDER BY indexOf([${roles.map(literal).join(', ')}], role) LIMIT 1`,
  )
  return found === undefined ? undefined : (JSON.parse(found.document) as ColumnBinning)
}
