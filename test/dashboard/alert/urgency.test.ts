import { expect, test } from 'vitest'
import { byUrgency } from '../../../dashboard/components/alert/urgency.ts'

const DATA = { by: 'origin of monitor daily', alert: null, summary: '', members: 1 }
const alert = (id: string, day: number, rest: Partial<Parameters<typeof byUrgency>[0][number]> = {}) => ({
  id,
  status: 'firing' as const,
  severity: 'critical' as const,
  inhibited: null,
  window_end: `2001-06-${day}T00:00:00.000Z`,
  ...rest,
})

test('firing comes before resolved, critical before warning, the cause before what follows from it, then the newest', () => {
  const alerts = [
    alert('critical, but resolved', 30, { status: 'resolved' }),
    alert('follows from the data', 29, { inhibited: DATA }),
    alert('warning', 28, { severity: 'warning' }),
    alert('older', 23),
    alert('newer', 24),
    alert('warning that resolved later', 31, { status: 'resolved', severity: 'warning' }),
  ]
  expect(byUrgency(alerts).map(({ id }) => id)).toEqual([
    'newer',
    'older',
    'follows from the data',
    'warning',
    'warning that resolved later',
    'critical, but resolved',
  ])
})
