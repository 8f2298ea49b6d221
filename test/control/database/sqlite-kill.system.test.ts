import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { count } from '../../../control/database/counters.ts'
import { openControl } from '../../../control/database/open.ts'
import { runScript } from '../../support/child.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { byDay } from '../../support/runner/by-day.ts'

const TIMES = byDay(3, 40)

test(
  'a process that is killed while it writes loses nothing that it was answered, and leaves a sound file',
  { timeout: 300_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-control-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    const path = join(directory, 'control.db')
    for (let time = 0; time < TIMES; time++) {
      const child = runScript(
        `const { openControl } = await import('./control/database/open.ts')
         const { count } = await import('./control/database/counters.ts')
         const control = await openControl({ path: process.env.CONTROL })
         for (;;) {
           const value = await control.transaction().execute(async (within) => {
             await count(within, 'first')
             return count(within, 'second')
           })
           console.log(value)
           await new Promise(setImmediate)
         }`,
        { environment: { CONTROL: path } },
      )
      await child.line(/^\d+$/)
      while (child.lines.length < 20 + 7 * time) await new Promise(setImmediate)
      child.process.kill('SIGKILL')
      expect((await child.ended).signal).toBe('SIGKILL')
      const answered = Number(child.lines.at(-1))
      const control = await openControl({ path })
      const [first, second] = [await count(control, 'first', 0), await count(control, 'second', 0)]
      expect(first).toBe(second)
      expect(second).toBeGreaterThanOrEqual(answered)
      const { rows } = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(control)
      expect(rows).toEqual([{ integrity_check: 'ok' }])
      await control.destroy()
    }
  },
)
