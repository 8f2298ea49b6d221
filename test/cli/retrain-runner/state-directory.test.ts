import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RunState } from '../../../cli/retrain-runner/record.ts'
import { openStateDirectory } from '../../../cli/retrain-runner/state-directory.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-runner-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const START = Date.UTC(2026, 0, 1)
const days = (count: number) => new Date(START + count * 86_400_000)
const record = (id: string, state: RunState, receivedAt = days(0)) => ({
  id,
  model: 'flights',
  training: { from: '2025-12-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
  callback: { url: 'https://drift.example.com/callback', token: 'token' },
  receivedAt: receivedAt.toISOString(),
  state,
})

test('requests that ended are forgotten with their files after 90 days, others never', () => {
  let now = days(0)
  const state = openStateDirectory(directory, () => now)
  state.add(record('ended', { status: 'succeeded', version: '2' }), {})
  state.add(record('waits', { status: 'queued' }), {})
  writeFileSync(state.files('ended').log, 'trained')
  now = days(90)
  state.add(record('newer', { status: 'failed', message: 'No.' }, now), {})
  expect(state.all().map(({ id }) => id)).toEqual(['ended', 'waits', 'newer'])
  now = days(91)
  state.add(record('newest', { status: 'queued' }, now), {})
  expect(state.all().map(({ id }) => id)).toEqual(['waits', 'newer', 'newest'])
  expect(existsSync(join(directory, 'ended'))).toBe(false)
  state.release()

  now = days(181)
  expect(
    openStateDirectory(directory, () => now)
      .all()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(['newest', 'waits'])
})
