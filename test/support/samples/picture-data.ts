import type { PictureData } from '../../../alerts/channels/email/picture.ts'

const HOUR_MS = 3_600_000
const END = Date.parse('2001-04-02T14:00:00Z')

/** Two weeks of distance, in kilometres since yesterday. */
export const pictureData: PictureData = {
  windowEnd: new Date(END).toISOString(),
  series: {
    statistic: 'effect',
    of: 'distance',
    thresholds: { warning: 0.1, critical: 0.25 },
    points: Array.from({ length: 336 }, (_, i) => {
      const value = i > 310 ? 0.02 * (i - 310) : 0.02 + 0.015 * Math.sin(i / 9)
      return {
        windowEnd: new Date(END - (335 - i) * HOUR_MS).toISOString(),
        value,
        noiseFloor: 0.03,
        verdict:
          value >= 0.25 ? ('critical' as const) : value >= 0.1 ? ('warning' as const) : ('ok' as const),
      }
    }),
  },
  distribution: {
    column: 'distance',
    bins: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1].map((share, i) => ({
      label: i === 0 ? 'below 184' : i === 9 ? '1,620 and above' : `${184 * i} to ${184 * (i + 1)}`,
      kind: 'range' as const,
      baselineShare: share,
      windowShare: [0.05, 0.06, 0.07, 0.07, 0.08, 0.09, 0.1, 0.11, 0.129, 0.241][i],
      contribution: 0.01 * i,
    })),
  },
}
