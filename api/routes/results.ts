import { DAY_MS } from '../../domain/time.ts'
import { z } from 'zod'
import type { ColumnEvaluation } from '../../detectors/verdict/evaluate.ts'
import { binRows } from '../../detectors/reproduce/bin-rows.ts'
import { reproduce } from '../../detectors/reproduce/reproduce.ts'
import { findResult } from '../../store/results/result-detail.ts'
import { readResults, type CountedHours } from '../../store/results/results.ts'
import { contributionsOf } from '../answers/bins.ts'
import { explainedOf } from '../answers/explained.ts'
import { labelRatesOf } from '../answers/label-rates.ts'
import { modelOr404 } from '../context.ts'
import type { resultRoutes } from '../contract/results.ts'
import { decodeCursor, pageOf } from '../paging.ts'
import { invalid, notFound, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const DEFAULT_PERIOD_MS = 30 * DAY_MS
const position = z.tuple([z.int(), z.string(), z.string(), z.string(), z.string(), z.string()])

/** Results: what charts are drawn from, and all that one was computed from. */
export const resultHandlers: HandlersOf<typeof resultRoutes> = (context) => ({
  async listResults({ params, query }) {
    const { name } = await modelOr404(context, params.model)
    const { from, to = context.clock(), limit, cursor, ...filter } = query
    const found = await readResults(context.store, {
      ...filter,
      model: name,
      from: from ?? new Date(to.getTime() - DEFAULT_PERIOD_MS),
      to,
      after: decodeCursor(cursor, position),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (result) => [
      Date.parse(result.window_end) / 1000,
      result.monitor,
      result.kind,
      result.column,
      result.segment,
      result.version,
    ])
    const { statistic } = filter
    const results =
      statistic === undefined
        ? items
        : items.map((item) => ({ ...item, statistics: { [statistic]: item.statistics[statistic] } }))
    return { status: 200, body: { results, next_cursor } }
  },
  async getResult({ params }) {
    const found = await findResult(context.store, params.result)
    if (found === undefined) throw notFound(`result ${params.result}`)
    const { binning, bins, baseline, ...result } = found
    return {
      status: 200,
      body: {
        ...result,
        baseline: { ...baseline, hours: hoursAnswer(baseline.hours) },
        binning: { id: binning, bins },
        unseen_values: [...((found.evaluation as Partial<ColumnEvaluation>).unseenValues ?? [])],
        contributions: contributionsOf(found),
        label_rates: labelRatesOf(found),
        explained: explainedOf(found),
      },
    }
  },
  async getResultRows({ params, query }) {
    const result = await findResult(context.store, params.result)
    if (result === undefined) throw notFound(`result ${params.result}`)
    const bins = contributionsOf(result)
    if (bins.length === 0)
      throw new Problem(
        409,
        'No bins',
        `A result of kind "${result.kind}" without stored bins has no rows to show.`,
      )
    if (query.bin >= bins.length) throw invalid('bin', `must be below ${bins.length}, the number of bins`)
    const rows = await binRows(context.store, await context.models.find(result.model), result, query.bin)
    if (rows.status === 'unavailable')
      throw new Problem(409, 'Rows not available', `The rows cannot be read: ${rows.reason}.`)
    const { rules: _, examples, ...found } = rows.found
    return {
      status: 200,
      body: {
        bin: bins[query.bin].label,
        ...found,
        examples: examples.map(({ ts, ...row }) => ({ ...row, ts: new Date(ts).toISOString() })),
      },
    }
  },
  async reproduceResult({ params }) {
    const found = await findResult(context.store, params.result)
    if (found === undefined) throw notFound(`result ${params.result}`)
    const checks = await reproduce(context.store, await context.models.find(found.model), found)
    const agrees =
      checks.evaluation.status === 'agrees' &&
      Object.values(checks).every(({ status }) => status !== 'differs')
    const code_version = { stored: found.code_version, running: context.codeVersion }
    return { status: 200, body: { agrees, ...checks, code_version } }
  },
})

function hoursAnswer(hours: CountedHours | null) {
  if (hours === null) return null
  const { spans, version } = hours
  const times = spans.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }))
  return { spans: times, ...(version === undefined ? {} : { version }) }
}
