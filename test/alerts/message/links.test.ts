import { expect, test } from 'vitest'
import { alertPath, chartPath } from '../../../alerts/message/links.ts'

test('the chart of an experiment is its page, and the event keeps a page of its own', () => {
  const event = { id: 'a'.repeat(32), model: 'shop', monitor: 'v2 "x"/y', windowEnd: new Date(0) }
  const member = {
    ...{ kind: 'experiment', column: event.monitor, segment: '', version: '' },
    ...{ severity: 'warning' as const, since: new Date(0).toISOString() },
  }
  expect(chartPath(event, member)).toBe('/experiments/v2%20%22x%22%2Fy')
  expect(alertPath(event)).toBe(`/alerts/${event.id}`)
})
