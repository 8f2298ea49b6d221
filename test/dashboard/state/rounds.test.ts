import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRounds } from '../../../dashboard/state/rounds.ts'
import type { Invalidation } from '../../../dashboard/queries/invalidate.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Rounds that are answered by hand. */
function rounds() {
  const asked: string[][] = []
  const answers: (() => void)[] = []
  const change = createRounds((changes: readonly Invalidation[]) => {
    asked.push(changes.map(({ topic }) => topic))
    return new Promise<void>((resolve) => answers.push(resolve))
  })
  return { asked, answer: () => answers.shift()!(), change: (topic: string) => change({ topic }) }
}

test('a change is asked for at once, and those that come meanwhile together once it is answered', async () => {
  const { asked, answer, change } = rounds()
  change('results')
  expect(asked).toEqual([['results']])
  change('alerts')
  change('volume')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toEqual([['results']])
  answer()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toEqual([['results'], ['alerts', 'volume']])
})

test('a change after the last round is asked for at once again', async () => {
  const { asked, answer, change } = rounds()
  change('results')
  answer()
  await vi.advanceTimersByTimeAsync(2_000)
  change('alerts')
  expect(asked).toEqual([['results'], ['alerts']])
})

test('an answer that never comes does not stop the rounds', async () => {
  const { asked, change } = rounds()
  change('results')
  change('alerts')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(asked).toEqual([['results'], ['alerts']])
})
