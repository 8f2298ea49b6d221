import type { DistributionBin } from '../../../charts/data.ts'
import type { Verdict } from '../../../domain/verdict.ts'
import type { CompareReport } from '../../../report/compare/data.ts'

type Column = CompareReport['columns'][number]

/** Names that would like to be markup, to leave their line, to turn it around, or never to end. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'שלום עולם',
  '\u202egnp.exe',
  'two\nlines | and `code` [x](http://example.com) @team #12',
  'x'.repeat(5000),
  '\u0000\ud800',
]

export function comparedColumn(column: string, verdict: Verdict, bins = 10): Column {
  const effect = { critical: 0.4, warning: 0.15, unconfirmed: 0.12, insufficient_data: 0, ok: 0.004 }[verdict]
  return {
    column,
    kind: 'numeric',
    verdict,
    explanation: `The distribution of "${column.slice(0, 60)}" shifted.`,
    effect,
    figures: {
      effect: effect.toFixed(3),
      psi: '0.401',
      distance: 'D 0.218…0.223',
      p: '<1e-300',
      missing: '0 → 8.9',
    },
    statistics: [
      ['PSI', '0.401'],
      ['Wasserstein distance', '0.135'],
    ],
    bins: Array.from({ length: bins }, (_, i): DistributionBin => ({
      label: `[${i}.25, ${i + 1}.25)`,
      kind: 'range',
      baselineShare: 1 / bins,
      windowShare: (2 * (i + 1)) / (bins * (bins + 1)),
      contribution: 0.01 * i,
    })),
  }
}

export function compareReport(columns: readonly Column[], more: Partial<CompareReport> = {}): CompareReport {
  return {
    headline: 'Drift: 1 of 2 columns drifted.',
    verdict: columns[0]?.verdict ?? 'ok',
    baseline: { name: 'january.parquet', rows: 12_000 },
    current: { name: 'storm.parquet', rows: 11_000 },
    columns,
    thresholds: { warning: 0.1, critical: 0.25 },
    quality: { judged: columns.length, findings: [] },
    notes: [],
    method: [['effect', 'PSI above noise']],
    release: '1.2.3',
    createdAt: new Date('2026-01-31T10:00:00Z'),
    ...more,
  }
}
