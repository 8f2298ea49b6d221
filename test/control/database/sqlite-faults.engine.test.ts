import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { asProblem, notStored } from '../../../api/problem.ts'
import type { Control } from '../../../control/database/control.ts'
import { count } from '../../../control/database/counters.ts'
import { documents } from '../../../control/database/documents.ts'
import { ControlFull, ControlRefused, ControlUnavailable } from '../../../control/database/errors.ts'
import { openControl } from '../../../control/database/open.ts'
import { sqliteFault } from '../../../control/database/sqlite-faults.ts'
import { atEnd } from '../../support/runner/at-end.ts'

const now = new Date('2026-01-05T00:00:00Z')
const notes = documents<{ text: string }>('channels')

async function open(): Promise<Control> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-control-'))
  const control = await openControl({ path: join(directory, 'control.db') })
  atEnd(async () => {
    await control.destroy()
    rmSync(directory, { recursive: true, force: true })
  })
  return control
}

describe('a disk that is full', () => {
  test('fails what is written, takes back all of its transaction, and is written to again once there is room', async () => {
    const control = await open()
    await notes.put(control, 'before', { text: 'a' }, now)
    const limitPages = (pages: string) => sql`PRAGMA max_page_count = ${sql.raw(pages)}`.execute(control)
    await limitPages('1')
    const long = { text: 'x'.repeat(100_000) }
    await expect(notes.put(control, 'alone', long, now)).rejects.toThrow(ControlFull)
    const transaction = control.transaction().execute(async (within) => {
      await count(within, 'half')
      await notes.put(within, 'within', long, now)
    })
    await expect(transaction).rejects.toThrow('The disk of the data directory is full.')
    expect(await notes.list(control)).toEqual([{ text: 'a' }])
    await limitPages('100000')
    await notes.put(control, 'after', long, now)
    expect(await count(control, 'half')).toBe(1)
  })

  test('is answered with 507, or 503 where it is not ours, and when to ask again', () => {
    for (const [own, status] of [
      [true, 507],
      [false, 503],
    ] as const)
      for (const problem of [asProblem(new ControlFull(own)), notStored(new ControlFull(own))])
        expect(problem).toMatchObject({ status, retryAfter: 5, message: expect.stringContaining('is full') })
  })
})

describe('a file', () => {
  const temporary = () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-control-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    return directory
  }

  test('in a directory that cannot be made is refused by its name', async () => {
    const directory = join(temporary(), 'file')
    writeFileSync(directory, '')
    const path = join(directory, 'control.db')
    await expect(openControl({ path })).rejects.toThrow(
      `The file ${path} cannot be used: EEXIST. Check that its directory exists`,
    )
  })

  test('that is a directory is refused by its name, in words', async () => {
    const path = temporary()
    await expect(openControl({ path })).rejects.toThrow(
      `The file ${path} cannot be used: it cannot be opened.`,
    )
  })

  test.each([
    ['SQLITE_READONLY_DIRECTORY', ControlRefused, 503],
    ['SQLITE_CANTOPEN', ControlRefused, 503],
    ['SQLITE_CORRUPT', ControlRefused, 503],
    ['SQLITE_IOERR_WRITE', ControlUnavailable, 503],
    ['SQLITE_BUSY', ControlUnavailable, 503],
    ['SQLITE_FULL', ControlFull, 507],
    ['ENOSPC', ControlFull, 507],
  ])('that fails with %s', (code, type, status) => {
    const fault = sqliteFault('/data/control.db', Object.assign(new Error('failed'), { code }))
    expect(fault).toBeInstanceOf(type)
    expect(asProblem(fault)?.status).toBe(status)
    // Where the file is, is for the operator.
    expect(asProblem(fault)?.message).not.toContain('/data')
  })

  test('that refuses what is wrong with a statement leaves the error as it is', async () => {
    const control = await open()
    await expect(sql`SELECT nothing`.execute(control)).rejects.toMatchObject({ code: 'SQLITE_ERROR' })
    await notes.put(control, 'a', { text: 'a' }, now)
    const twice = sql`INSERT INTO channels SELECT * FROM channels`.execute(control)
    await expect(twice).rejects.toMatchObject({ code: expect.stringMatching(/^SQLITE_CONSTRAINT/) })
  })
})
