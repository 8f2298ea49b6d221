import type { Finding } from '../run/run-request.ts'

const RANK: Record<string, number> = { insufficient_data: 0, ok: 1, unconfirmed: 2, warning: 3, critical: 4 }

/**
 * Features tell where the relation broke, not that it did: with correlated features P(Y given one of them) moves under
 * a mere shift of another. So none is graver than the gravest of the columns that decide.
 */
export function confirm(deciding: readonly Finding[], features: readonly Finding[]): Finding[] {
  const { verdict: gravest } = deciding.reduce((a, b) => (RANK[b.verdict] > RANK[a.verdict] ? b : a))
  const [first, ...others] = deciding.map(({ column }) => `"${column}"`)
  const decider = (one: string, several: string) =>
    others.length === 0 ? `${first}, which decides, ${one}` : `the scores, which decide, ${several}`
  const but = (feature: Finding, what: string) => `${feature.explanation.replace(/\.$/, '')}; but ${what}.`
  return [
    ...deciding,
    ...features.map((feature) => {
      if (RANK[feature.verdict] < RANK.warning || RANK[feature.verdict] <= RANK[gravest]) return feature
      if (RANK[gravest] >= RANK.warning)
        return {
          ...feature,
          verdict: gravest,
          explanation: but(feature, decider(`shows only a ${gravest}`, `show only a ${gravest}`)),
        }
      if (gravest === 'insufficient_data')
        return {
          ...feature,
          verdict: gravest,
          reason: 'unconfirmed',
          explanation: but(feature, decider('has no verdict', 'have no verdict')),
        }
      if (gravest === 'unconfirmed')
        return {
          ...feature,
          verdict: gravest,
          reason: 'not_significant',
          explanation: but(feature, decider('shows no change beyond chance', 'show no change beyond chance')),
        }
      return {
        ...feature,
        verdict: 'unconfirmed',
        reason: 'unconfirmed',
        explanation: but(feature, decider('shows no such change', 'show no such change')),
      }
    }),
  ]
}
