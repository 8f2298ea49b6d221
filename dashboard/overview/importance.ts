import type { ImportancePoint } from '../../charts/importance/importance.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import type { Answer } from '../queries/answer.ts'

type Row = Pick<
  Answer<'getHeatmap'>['rows'][number],
  'kind' | 'column' | 'importance' | 'verdicts' | 'effects'
>

/** The worst of a period for each feature that has an importance, and how many features cannot be placed. */
export function importancePoints(rows: readonly Row[]): { points: ImportancePoint[]; without: number } {
  const features = rows.filter(({ kind }) => kind === 'feature')
  const points = features.flatMap(({ column, importance, verdicts, effects }): ImportancePoint[] => {
    const verdict = VERDICTS.findLast((one) => verdicts.includes(one))
    const worst = effects.flatMap((effect, i) => (effect !== null && verdicts[i] === verdict ? [effect] : []))
    if (importance === null || verdict === undefined || worst.length === 0) return []
    return [{ column, importance, effect: Math.max(...worst), verdict }]
  })
  return { points, without: features.length - points.length }
}
