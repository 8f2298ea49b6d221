import { isBreach, VERDICTS, type Verdict } from '../../../domain/verdict.ts'
import { isOfModel } from '../../../domain/words/wording.ts'
import type { Heatmap, ModelReport, WorstColumn } from '../../../report/model/data.ts'
import { MAX_POINTS } from '../../contract/results.ts'
import { required, type Ask } from './ask.ts'

/** Columns that a report shows with their charts. */
const MOST = 6

type Row = Heatmap['rows'][number] & { monitor: string }

/** The columns with the worst verdicts in the period, each in the worst of its windows. */
export async function worstColumns(
  ask: Ask,
  model: string,
  period: { from: string; to: string },
  drift: ModelReport['drift'],
): Promise<WorstColumn[]> {
  const rows = drift.flatMap(({ monitor, heatmap }) =>
    heatmap.status === 'ready' ? heatmap.data.rows.map((row): Row => ({ ...row, monitor })) : [],
  )
  const candidates = rows
    .filter(({ kind, verdicts }) => !isOfModel(kind) && verdicts.some(isBreach))
    .map((row) => ({ row, worst: worstOf(cellsOf(row))! }))
    .toSorted((a, b) => compare(b.worst, a.worst))
  const found: WorstColumn[] = []
  for (const { row } of candidates.slice(0, MOST)) {
    const { monitor, kind, column, segment, version } = row
    const query = { ...period, monitor, kind, column, segment, version, limit: String(MAX_POINTS) }
    const { results } = required(await ask('listResults', { params: { model }, query }))
    const worst = worstOf(
      results.map(({ id, verdict, effect }) => ({ id, verdict: verdict as Verdict, effect })),
    )
    // Without one, it was evaluated again in between, and is not as bad any more.
    if (worst === undefined) continue
    const result = required(await ask('getResult', { params: { result: worst.id } }))
    found.push({ monitor, results, result })
  }
  return found
}

interface Judged {
  verdict: Verdict
  effect: number | null
}

const cellsOf = ({ verdicts, effects }: Row): Judged[] =>
  verdicts.flatMap((verdict, i) => (verdict === null ? [] : [{ verdict, effect: effects[i] ?? null }]))

/** The gravest and, among those, the largest; of equal ones the newest. */
function worstOf<One extends Judged>(all: readonly One[]): One | undefined {
  return all.reduce<One | undefined>((worst, one) => (worst === undefined || compare(one, worst) >= 0 ? one : worst), undefined) // prettier-ignore
}

const compare = (a: Judged, b: Judged) =>
  VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
  (a.effect ?? -Number.MAX_VALUE) - (b.effect ?? -Number.MAX_VALUE)
