import { expect, test } from 'vitest'
import { standingOfAll, type ModelOverview } from '../../../dashboard/standing.ts'

const model = (state: string, ...severities: string[]) =>
  ({ state, firing: severities.map((severity) => ({ severity })) }) as unknown as ModelOverview

test.each([
  [[model('evaluated', 'critical', 'critical', 'warning')], '3 alerts firing, 2 critical.'],
  [[model('evaluated', 'critical')], '1 alert firing, critical.'],
  [[model('evaluated', 'warning')], '1 alert firing.'],
  [
    [model('evaluated', 'critical'), model('evaluated', 'critical'), model('evaluated')],
    '2 alerts firing on 2 of 3 models, all critical.',
  ],
  [[model('evaluated'), model('no_monitor')], 'No alerts firing on 2 models, 1 of them evaluated.'],
  [[model('no_events')], '1 model, none evaluated yet.'],
])('how all models stand, %#', (models, sentence) => {
  expect(standingOfAll(models)).toBe(sentence)
})
