import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { rememberReads } from '../../store/engine/remembered-reads.ts'

/** A store that answers each statement with how many it has answered. */
function counting() {
  let answered = 0
  const exec = () => Promise.resolve({ stream: Readable.from([`{"n":${++answered}}\n`]) })
  return { store: { read: { exec } } as unknown as Store, answered: () => answered }
}

test('the same statement is answered once, for all stores that remember together', async () => {
  const { store, answered } = counting()
  const remembering = rememberReads()
  const first = await rows(remembering(store).read, 'SELECT 1 AS n')
  expect(await rows(remembering(store).read, 'SELECT 1 AS n')).toEqual(first)
  expect(answered()).toBe(1)
})

test('other statements and other parameters are asked for', async () => {
  const { store, answered } = counting()
  const { read } = rememberReads()(store)
  await rows(read, 'SELECT {x:Int32} AS n', { x: 1 })
  await rows(read, 'SELECT {x:Int32} AS n', { x: 2 })
  await rows(read, 'SELECT 1 AS n')
  expect(answered()).toBe(3)
})

test('a statement that failed is asked again', async () => {
  let fails = true
  const exec = () =>
    fails ? Promise.reject(new Error('away')) : Promise.resolve({ stream: Readable.from(['{"n":1}\n']) })
  const { read } = rememberReads()({ read: { exec } } as unknown as Store)
  await expect(rows(read, 'SELECT 1 AS n')).rejects.toThrow('away')
  fails = false
  expect(await rows(read, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
})
