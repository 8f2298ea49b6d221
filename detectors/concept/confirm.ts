import type { Finding } from '../run-request.ts'

const RANK: Record<string, number> = { insufficient_data: 0, ok: 1, warning: 2, critical: 3 }

/**
 * Features tell where the relation broke, not that it did: with correlated features P(Y given one of them) moves under
 * a mere shift of another. So none is graver than the gravest of the columns that decide.
 */
export function confirm(deciding: readonly Finding[], features: readonly Finding[]): Finding[] {
  const gravest = deciding.reduce((a, b) => (RANK[b.verdict] > RANK[a.verdict] ? b : a))
  const names = deciding.map(({ column }) => `"${column}"`)
  const given = names.length === 1 ? `${names[0]}, which decides` : 'the scores, which decide'
  return [
    ...deciding,
    ...features.map((feature) =>
      RANK[feature.verdict] < RANK.warning || RANK[feature.verdict] <= RANK[gravest.verdict]
        ? feature
        : RANK[gravest.verdict] >= RANK.warning
          ? { ...feature, verdict: gravest.verdict }
          : {
              ...feature,
              verdict: gravest.verdict,
              reason: 'unconfirmed',
              explanation: `${feature.explanation.replace(/\.$/, '')}; but not given ${given}.`,
            },
    ),
  ]
}
