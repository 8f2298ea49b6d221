import { NO_DATA_FINDING } from '../../alerts/state/policy.ts'
import { columnOfFinding, type QualitySummary } from '../../domain/data-finding.ts'
import { RANKS, type FindingsRow } from '../../store/views/findings.ts'
import type { Findings } from '../contract/data-quality/findings.ts'

type ColumnFindings = Findings['columns'][number]
type ModelFinding = Findings['model'][number]

const severitiesOf = (ranks: FindingsRow['ranks']) =>
  ranks.map((rank) => (rank === null ? null : RANKS[rank]))

/** Columns with what was found of them, the most severe first: now, then ever in the period, then by its share. */
export function toColumnFindings(
  rows: readonly FindingsRow[],
  newest: QualitySummary | undefined,
): ColumnFindings[] {
  const latest = new Map(newest?.columns.map((shares) => [shares.column, shares]))
  const columns = rows
    .filter(({ finding }) => finding === '')
    .map(({ column, ranks, finding: _, share: __, ...shares }): ColumnFindings => ({
      ...columnOfFinding(column),
      decided: latest.get(column)?.decided ?? false,
      severities: severitiesOf(ranks),
      ...shares,
      findings: (latest.get(column)?.findings ?? []) as ColumnFindings['findings'],
    }))
  const keys = new Map(columns.map((column) => [column, severityKey(column)]))
  return columns.toSorted((a, b) => {
    const [left, right] = [keys.get(a)!, keys.get(b)!]
    const place = left.findIndex((value, i) => value !== right[i])
    return place < 0 ? (a.column < b.column ? -1 : 1) : right[place] - left[place]
  })
}

function severityKey({ findings, severities }: ColumnFindings): number[] {
  const rank = (severity: string | null) => RANKS.findIndex((one) => one === severity)
  return [
    Math.max(0, ...findings.map(({ severity }) => rank(severity))),
    Math.max(0, ...severities.map(rank)),
    Math.max(0, ...findings.map(({ share }) => share)),
  ]
}

/** Findings about all data, with `no_data` where windows had none. */
export function toModelFindings(
  rows: readonly FindingsRow[],
  newest: QualitySummary | undefined,
  withoutData: readonly boolean[],
): ModelFinding[] {
  const found = rows.flatMap(({ finding, ranks, share }): ModelFinding[] => {
    if (finding === '') return []
    const now = newest?.model.find((one) => one.finding === finding)
    return [
      {
        finding: finding as ModelFinding['finding'],
        severities: severitiesOf(ranks),
        shares: share,
        newest: now === undefined ? null : { severity: now.severity, explanation: now.explanation },
      },
    ]
  })
  if (!withoutData.includes(true)) return found
  const silence: ModelFinding = {
    finding: NO_DATA_FINDING,
    severities: withoutData.map((isEmpty) => (isEmpty ? 'warning' : null)),
    shares: withoutData.map(() => null),
    newest: withoutData.at(-1)
      ? {
          severity: 'warning',
          explanation: 'No data arrived in the newest window, although some was expected.',
        }
      : null,
  }
  return [silence, ...found]
}
