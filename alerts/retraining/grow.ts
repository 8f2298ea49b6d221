import type {
  Exclusion,
  RetrainAlert,
  RetrainEvidence,
  RetrainMember,
} from '../../control/alerting/retrains.ts'
import { alertKey, compareLead } from './lead.ts'

export const MAX_MEMBERS = 20

/**
 * The evidence of a request that further alerts join. Pure. Of one alert the later event counts; what is said of the
 * leading alert is said by the side that it comes from.
 */
export function grow(before: RetrainEvidence, added: RetrainEvidence): RetrainEvidence {
  const byKey = new Map([...before.alerts, ...added.alerts].map((alert) => [alertKey(alert), alert]))
  const alerts = [...byKey.values()].sort(compareLead)
  // A person who asked without an alert is the reason whatever joins.
  const isManual = before.alerts.length === 0 || before.severity === undefined
  const base = !isManual && added.alerts.some(({ id }) => id === alerts[0].id) ? added : before
  const { severity, summary } = isManual ? before : alerts[0]
  return {
    ...base,
    alerts,
    severity,
    summary,
    members: worstInTurn(alerts, [...added.members, ...before.members]),
    training: joinedTraining(before, added),
  }
}

function joinedTraining({ training: a }: RetrainEvidence, { training: b }: RetrainEvidence) {
  const earlier = b.from < a.from ? b : a
  return {
    from: earlier.from,
    to: a.to < b.to ? b.to : a.to,
    basis: earlier.basis,
    exclude: mergePeriods([...a.exclude, ...b.exclude]),
  }
}

/** The kinds take turns in the order of their alerts, so that the columns of each are named before the list is full. */
function worstInTurn(alerts: readonly RetrainAlert[], members: readonly RetrainMember[]): RetrainMember[] {
  const named = new Set<string>()
  const unique = members.filter((one) => !named.has(nameOf(one)) && named.add(nameOf(one)))
  const kinds = [...new Set([...alerts, ...unique].map(({ kind }) => kind))]
  const queues = kinds.map((kind) =>
    unique.filter((member) => member.kind === kind).toSorted((a, b) => rank(a) - rank(b)),
  )
  const turns = Math.max(0, ...queues.map(({ length }) => length))
  return Array.from({ length: turns }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1)))
    .flat()
    .slice(0, MAX_MEMBERS)
}

const nameOf = ({ kind, column, segment, version }: RetrainMember) =>
  JSON.stringify([kind, column, segment, version])
const rank = ({ severity }: RetrainMember) => (severity === 'critical' ? 0 : 1)

/** Periods that touch are one, with all their reasons. */
export function mergePeriods(periods: readonly Exclusion[]): Exclusion[] {
  const merged: (Exclusion & { reasons: Set<string> })[] = []
  for (const { reason, ...period } of periods.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = merged.at(-1)
    const reasons = reason.split(', ')
    if (last === undefined || last.to < period.from)
      merged.push({ ...period, reason, reasons: new Set(reasons) })
    else {
      for (const one of reasons) last.reasons.add(one)
      if (last.to < period.to) last.to = period.to
    }
  }
  return merged.map(({ from, to, reasons }) => ({ from, to, reason: [...reasons].join(', ') }))
}
