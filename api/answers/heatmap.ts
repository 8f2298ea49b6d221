import { DRIFT_KINDS } from '../../domain/drift-kind.ts'
import type { HeatmapRow } from '../../store/views/heatmap.ts'
import type { Model } from '../../control/declared/model.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import type { Heatmap } from '../contract/heatmap.ts'

/** The rows of a heatmap: by kind, the largest effect of each first. */
export function toHeatmapRows(stored: readonly HeatmapRow[], { features }: Model): Heatmap['rows'] {
  const importance = new Map(features.map((feature) => [feature.name, feature.importance]))
  const ordered = stored
    .map((row) => ({ row, kind: kindRank(row.kind), effect: largest(row.effects) }))
    .sort(
      (a, b) => a.kind - b.kind || descending(a.effect, b.effect) || (a.row.column < b.row.column ? -1 : 1),
    )
  return ordered.map(({ row: { verdicts, ...member } }) => ({
    ...member,
    importance: (member.kind === 'feature' ? importance.get(member.column) : undefined) ?? null,
    verdicts: verdicts.map((rank) => (rank === 0 ? null : VERDICTS[rank - 1])),
  }))
}

function kindRank(kind: string): number {
  const rank = DRIFT_KINDS.findIndex((one) => one === kind)
  return rank < 0 ? DRIFT_KINDS.length : rank
}

const largest = (effects: readonly (number | null)[]) =>
  effects.reduce<number>((most, effect) => Math.max(most, effect ?? -Infinity), -Infinity)

/** Not a difference, which two infinities do not have. */
const descending = (a: number, b: number) => (a === b ? 0 : a > b ? -1 : 1)
