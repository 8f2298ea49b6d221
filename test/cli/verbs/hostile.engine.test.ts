/** A service whose every text tries to act on the terminal that it is shown on. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import { apiFixture, FULL_KEY } from '../../support/api.ts'
import { command } from '../../support/command.ts'

/** Clears the screen, turns the direction of writing, begins a line, and ends with a C1 control. */
const HOSTILE = '\u001b[2J\u202e\nbad\u009b31m'
const FIRING = '3'.repeat(32)
/** What is not free text, so that no name can stand in it. */
const FIXED = new Set(['status', 'severity', 'verdict', 'state', 'scope', 'id', 'type', 'current', 'next_cursor']) // prettier-ignore

let url = ''

beforeAll(async () => {
  const { service } = await apiFixture()
  const proxy = createServer((request, response) => {
    void (async () => {
      const body = request.method === 'GET' ? undefined : await text(request)
      const headers = { authorization: `Bearer ${FULL_KEY}`, 'content-type': 'application/json' }
      const answer = await fetch(`${service.url}${request.url}`, { method: request.method!, headers, ...(body ? { body } : {}) }) // prettier-ignore
      const answered: unknown = await answer.json()
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(spoilt('', answered)))
    })()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return () => proxy.close()
})

function spoilt(key: string, value: unknown): unknown {
  if (typeof value === 'string')
    return FIXED.has(key) || /^\d{4}-\d\d-\d\dT/.test(value) ? value : value + HOSTILE
  if (Array.isArray(value)) return value.map((one) => spoilt(key, one))
  if (value instanceof Object)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(name, one)]))
  return value
}

test.each([
  'status',
  'status --json',
  'status --system',
  'model list',
  'model show shop',
  'model show shop --json',
  'model show nobody',
  'monitor list',
  'monitor show daily',
  'monitor run daily --as-of 2026-01-09T01:00:00Z',
  'channel list',
  'channel show hook',
  'channel test hook',
  'route list',
  'route show critical',
  'topic list',
  'topic show flat',
  'alert list',
  `alert show ${FIRING}`,
  `alert ack ${FIRING}`,
  'key create x --scope read',
  'key list',
  'baseline list shop',
])('%s prints nothing that a terminal would obey', async (line) => {
  const { stdout, stderr } = await command(line.split(' '), { DRIFTGAUGE_URL: url })
  const shown = stdout + stderr
  expect(shown).toContain('bad')
  // JSON is for programs: what turns the direction of writing stays as it is.
  const obeyed = line.endsWith('--json') ? /\p{Cc}/u : /[\p{Cc}\u202e]/u
  expect(shown.replaceAll('\n', '')).not.toMatch(obeyed)
  expect(shown, 'a name cannot begin a line').not.toMatch(/^bad/m)
})
