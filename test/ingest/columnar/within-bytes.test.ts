import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { withinBytes } from '../../../ingest/columnar/within-bytes.ts'

const LONG_MS = 1_500

/** A client that says, look by look, how large the table is; where it says nothing, the look fails. */
function watcher(...sizes: (number | undefined)[]) {
  const killed: string[] = []
  const exec = () => {
    const bytes = sizes.shift()
    return bytes === undefined
      ? Promise.reject(new Error('not available'))
      : Promise.resolve({ stream: Readable.from([`${JSON.stringify({ bytes })}\n`]) })
  }
  const command = ({ query }: { query: string }) => Promise.resolve(killed.push(query))
  return { client: { exec, command } as unknown as ClickHouseClient, killed }
}

test('a look that fails neither ends the filling nor the watching', async () => {
  const { client, killed } = watcher(undefined, 10, 100, 100, 100, 100, 100)
  expect(await withinBytes(client, 'staging_x', 50, () => delay(LONG_MS))).toBe('ended')
  expect(killed[0]).toMatch(/KILL QUERY.*staging_x/)
})

test('when every look fails, the table is filled', async () => {
  const { client } = watcher()
  expect(await withinBytes(client, 'staging_x', 50, () => delay(LONG_MS))).toBe('filled')
})
