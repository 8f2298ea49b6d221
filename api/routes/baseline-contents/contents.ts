import { z } from 'zod'
import { compareBaselines, type ComparedColumn } from '../../../detectors/baselines/compare-baselines.ts'
import { previewOf } from '../../../detectors/baselines/preview.ts'
import { rowsOf } from '../../../detectors/verdict/column-input.ts'
import { sum } from '../../../domain/sum.ts'
import { storedColumns, type StoredColumn } from '../../../store/profiles/baselines.ts'
import { labelledBaselines } from '../../../store/labelled/labelled-profiles.ts'
import { baselineAnswer } from '../../answers/baseline.ts'
import { binsOf } from '../../answers/bins.ts'
import { storedBaselineOr404, type ApiContext } from '../../context.ts'
import type { baselineContentRoutes } from '../../contract/baseline-contents/contents.ts'
import { pageOfAll } from '../../paging.ts'
import { invalid } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

const positionCursor = z.tuple([z.number()])

/** What baselines hold, from their stored counts. */
export const baselineContentHandlers: HandlersOf<typeof baselineContentRoutes> = (context) => ({
  async listBaselineColumns({ params, query }) {
    const baseline = await storedBaselineOr404(context, params.model, params.version)
    const all = await columnsOf(context, baseline)
    const sought = query.search?.toLowerCase() ?? ''
    const matching = all
      .map((column, position) => ({ column, position }))
      .filter(({ column }) => column.name.toLowerCase().includes(sought))
    const { items, next_cursor } = pageOfAll(matching, query, positionCursor, ({ position }) => [position])
    return {
      status: 200,
      body: {
        total: all.length,
        matching: matching.length,
        columns: items.map(({ column }) => previewAnswer(column)),
        next_cursor,
      },
    }
  },
  async compareBaselines({ params, query }) {
    if (query.with === params.version)
      throw invalid('with', 'must be another baseline than the one in the path')
    const [older, newer] = await Promise.all(
      [params.version, query.with]
        .toSorted((a, b) => a - b)
        .map((version) => storedBaselineOr404(context, params.model, version)),
    )
    const comparison = compareBaselines(await columnsOf(context, older), await columnsOf(context, newer))
    const labelled = await labelledBaselines(context.store, older.model)
    const places = (columns: readonly { name: string; role: string }[]) =>
      columns.map(({ name, role }) => ({ column: name, role }))
    return {
      status: 200,
      body: {
        older: baselineAnswer(older, labelled),
        newer: baselineAnswer(newer, labelled),
        columns: comparison.compared.map(comparedAnswer),
        not_compared: comparison.refused.map(({ name, role, reason }) => ({ column: name, role, reason })),
        only_older: places(comparison.onlyOlder),
        only_newer: places(comparison.onlyNewer),
      },
    }
  },
})

/** Without the confidence, which only performance is estimated from. */
async function columnsOf(
  { store }: ApiContext,
  baseline: { model: string; binning: string; version: number },
): Promise<StoredColumn[]> {
  const stored = await storedColumns(store, baseline)
  return [...stored.values()].filter(({ role }) => role !== 'confidence')
}

function previewAnswer({ name, role, binning, profile }: StoredColumn) {
  const { leftOut, range, ...shown } = previewOf({ binning, profile })
  const { min = null, median = null, max = null } = range ?? {}
  return { column: name, role, kind: binning.kind, ...shown, left_out: leftOut, min, median, max }
}

function comparedAnswer({ name, role, input, precision, merged, judgement }: ComparedColumn) {
  const bins = binsOf(input)
  const parts = bins.flatMap(({ contribution }) => contribution ?? [])
  const side = (profile: typeof input.window) => {
    const { n, missing } = rowsOf(profile)
    return { rows: n, missing }
  }
  return {
    column: name,
    role,
    kind: input.binning.kind,
    verdict: judgement.verdict,
    reason: judgement.reason,
    effect: judgement.effect ?? null,
    noise_floor: judgement.noiseFloor ?? null,
    psi: parts.length === 0 ? null : sum(parts),
    d: judgement.distance?.value ?? null,
    precision,
    merged,
    baseline: side(input.baseline),
    window: side(input.window),
    bins,
  }
}
