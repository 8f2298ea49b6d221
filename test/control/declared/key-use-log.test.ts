import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKeyUseLog } from '../../../control/declared/key-use-log.ts'

const MINUTE = 60_000
const at = (second: number) => new Date(1000 * second)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function logOf(write: () => Promise<void> = () => Promise.resolve()) {
  const written: [string, Date][][] = []
  const failures: unknown[] = []
  const log = createKeyUseLog({
    write: async (uses) => {
      await write()
      written.push([...uses])
    },
    everyMs: MINUTE,
    onFailure: (error) => failures.push(error),
  })
  return { log, written, failures }
}

test('a thousand uses within a minute are two writes: the first, and the last of each key', async () => {
  const { log, written } = logOf()
  for (let i = 1; i <= 1000; i++) log.used(i % 2 ? 'a' : 'b', at(i))
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(written).toHaveLength(2)
  expect(new Map(written[1])).toEqual(new Map([['a', at(999)], ['b', at(1000)]])) // prettier-ignore
  await vi.advanceTimersByTimeAsync(5 * MINUTE)
  expect(written).toHaveLength(2)
})

test('what could not be written is written later, and never over a newer use', async () => {
  let isAway = true
  const { log, written, failures } = logOf(() =>
    isAway ? Promise.reject(new Error('read-only')) : Promise.resolve(),
  )
  log.used('a', at(1))
  log.used('b', at(1))
  await vi.advanceTimersByTimeAsync(0)
  log.used('a', at(2))
  isAway = false
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(failures).toHaveLength(1)
  expect(new Map(written[0])).toEqual(new Map([['a', at(2)], ['b', at(1)]])) // prettier-ignore
})

test('a stop writes what is left', async () => {
  const { log, written } = logOf()
  log.used('a', at(1))
  log.used('a', at(2))
  await log.stop()
  expect(new Map(written.flat()).get('a')).toEqual(at(2))
  expect(log.unwritten().size).toBe(0)
})
