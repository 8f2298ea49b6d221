import type { z } from 'zod'
import type { Routes } from '../api/contract/routes.ts'

type Row = z.output<Routes['getHeatmap']['answers'][200]>['rows'][number]

/** The newest verdict of a column. */
interface Newest {
  verdict: string
  effect: number | null
}

export interface ColumnOfBoth {
  kind: string
  column: string
  /** Undefined where no window of the version was evaluated. */
  champion: Newest | undefined
  challenger: Newest | undefined
}

const RANK: Record<string, number> = { critical: 0, warning: 1, unconfirmed: 2 }
const rank = (one: Newest | undefined) => RANK[one?.verdict ?? ''] ?? 3

/** The newest verdicts of two versions by column, those that drift most first. */
export function newestOfBoth(champion: readonly Row[], challenger: readonly Row[]): ColumnOfBoth[] {
  const found = new Map<string, ColumnOfBoth>()
  const note = (rows: readonly Row[], side: 'champion' | 'challenger') => {
    for (const { kind, column, verdicts, effects } of rows) {
      const key = JSON.stringify([kind, column])
      const both = found.get(key) ?? { kind, column, champion: undefined, challenger: undefined }
      const at = verdicts.findLastIndex((verdict) => verdict !== null)
      const verdict = verdicts[at]
      if (at >= 0 && verdict !== null) both[side] = { verdict, effect: effects[at] }
      found.set(key, both)
    }
  }
  note(champion, 'champion')
  note(challenger, 'challenger')
  const worst = (one: ColumnOfBoth) => Math.min(rank(one.champion), rank(one.challenger))
  return [...found.values()].sort((a, b) => worst(a) - worst(b))
}
