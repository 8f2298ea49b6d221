import { expect, test } from 'vitest'
import { replayAll, type ReplayBatch, type ReplayProgress } from '../../dashboard/replay-all.ts'

const because = (reason: string, letters: number) => ({
  reason,
  letters,
  id: `p:0:${letters}`,
  detail: reason,
})
const BATCHES: ReplayBatch[] = [
  { replayed: 3, rejected: 1, reasons: [because('bad_ts', 1)], remaining: 6, next_cursor: 'a' },
  {
    replayed: 0,
    rejected: 4,
    reasons: [because('bad_id', 3), because('bad_ts', 1)],
    remaining: 2,
    next_cursor: 'b',
  },
  { replayed: 2, rejected: 0, reasons: [], remaining: 0 },
]

function served(asked: (string | undefined)[]) {
  return (cursor: string | undefined) => Promise.resolve(BATCHES[asked.push(cursor) - 1])
}

test('batches follow one another, and their outcomes and reasons add up', async () => {
  const asked: (string | undefined)[] = []
  const seen: ReplayProgress[] = []
  for await (const total of replayAll(served(asked))) seen.push(total)
  expect(asked).toEqual([undefined, 'a', 'b'])
  expect(seen.map(({ replayed, rejected, remaining }) => [replayed, rejected, remaining])).toEqual([
    [3, 1, 6],
    [3, 5, 2],
    [5, 5, 0],
  ])
  expect(seen[2].reasons).toEqual([because('bad_id', 3), { ...because('bad_ts', 1), letters: 2 }])
})

test('whoever stops listening stops the replay', async () => {
  const asked: (string | undefined)[] = []
  for await (const { replayed } of replayAll(served(asked))) {
    expect(replayed).toBe(3)
    break
  }
  expect(asked).toEqual([undefined])
})

test('a failure ends it after what was reported', async () => {
  const seen: number[] = []
  const failing = async () => {
    for await (const { replayed } of replayAll((cursor) =>
      cursor === undefined ? Promise.resolve(BATCHES[0]) : Promise.reject(new Error('away')),
    ))
      seen.push(replayed)
  }
  await expect(failing()).rejects.toThrow('away')
  expect(seen).toEqual([3])
})
