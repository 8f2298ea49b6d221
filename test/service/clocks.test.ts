import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/time.ts'
import { clockWarning, earlier } from '../../service/clocks.ts'

const STORE = new Date('2026-03-01T12:00:00Z')
const warning = (ahead: number) => clockWarning(new Date(STORE.getTime() + ahead), STORE)

describe('clocks', () => {
  test.each([0, 2 * MINUTE_MS, -2 * MINUTE_MS])('%d ms apart are nothing to speak of', (ahead) => {
    expect(warning(ahead)).toBeUndefined()
  })

  test.each([
    [2 * MINUTE_MS + 1, '2m ahead'],
    [100 * MINUTE_MS, '100m ahead'],
    [-5 * HOUR_MS - MINUTE_MS, '5h behind'],
    [70 * HOUR_MS, '3d ahead'],
    [-40 * DAY_MS, '40d behind'],
  ])('%d ms apart are told', (ahead, words) => {
    expect(warning(ahead)).toContain(`is ${words}`)
  })

  test('the earlier one decides', () => {
    const later = new Date(STORE.getTime() + 1)
    expect([earlier(STORE, later), earlier(later, STORE)]).toEqual([STORE, STORE])
  })
})
