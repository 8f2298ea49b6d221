import { expect, test } from 'vitest'
import type { ModelReport } from '../../report/model/data.ts'
import { headline } from '../../report/model/words.ts'

/** A report without alerts, in which these verdicts were reached by column. */
const quiet = (columns: Record<string, string[]>, watched = true) =>
  ({
    alerts: [],
    monitors: watched ? [{}] : [],
    drift: [
      {
        monitor: 'daily',
        heatmap: {
          status: 'ready',
          data: { rows: Object.entries(columns).map(([column, verdicts]) => ({ column, verdicts })) },
        },
      },
      { monitor: 'weekly', heatmap: { status: 'unavailable', reason: 'not evaluated' } },
    ],
  }) as unknown as ModelReport

test.each([
  ['nothing drifted', quiet({ hour: ['ok', 'insufficient_data'] }), 'No alert fired.'],
  ['one column drifted', quiet({ hour: ['ok', 'critical'] }), 'No alert fired, but 1 column drifted.'],
  ['two did', quiet({ hour: ['warning'], origin: ['critical'] }), 'No alert fired, but 2 columns drifted.'],
  ['nobody looked', quiet({}, false), 'No monitor watches this model.'],
])('without an alert where %s', (_, report, said) => {
  expect(headline(report)).toBe(said)
})
