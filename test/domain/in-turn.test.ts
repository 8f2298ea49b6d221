import { expect, test } from 'vitest'
import { inTurn } from '../../domain/in-turn.ts'

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

test('results are in the order of the items, whoever ends first', async () => {
  const results = await inTurn(['a', 'b'], [3, 0, 1, 0, 2], async (worker, turns) => {
    for (let turn = 0; turn < turns; turn++) await later()
    return `${worker === 'a' || worker === 'b'} ${turns}`
  })
  expect(results).toEqual(['true 3', 'true 0', 'true 1', 'true 0', 'true 2'])
})

test('each worker has one item at a time, and each item is worked on once', async () => {
  const busy = new Set<number>()
  const seen: number[] = []
  await inTurn([1, 2, 3], [...Array(20).keys()], async (worker, item) => {
    expect(busy.has(worker)).toBe(false)
    busy.add(worker)
    await later()
    seen.push(item)
    busy.delete(worker)
  })
  expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()])
})

test('after a failure nothing is begun, and what was begun has ended', async () => {
  const begun: number[] = []
  const ended: number[] = []
  const run = inTurn([1, 2], [0, 1, 2, 3, 4], async (_, item) => {
    begun.push(item)
    if (item === 0) throw new Error('broken')
    await later()
    ended.push(item)
  })
  await expect(run).rejects.toThrow('broken')
  expect(begun).toEqual([0, 1])
  expect(ended).toEqual([1])
})

test('without items there is nothing to do', async () => {
  expect(await inTurn([1], [], () => Promise.resolve())).toEqual([])
})
