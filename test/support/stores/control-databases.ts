import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe } from 'vitest'
import type { Control, ControlLocation } from '../../../control/database/control.ts'
import { openControl } from '../../../control/database/open.ts'
import { describeOnPostgres, startPostgres, type PostgresServer } from './postgres.ts'
import { atEnd } from '../runner/at-end.ts'

let running: Promise<PostgresServer> | undefined

/** One server for all test files of this process: starting it takes longer than most of them. It ends with us. */
function sharedPostgres(): Promise<PostgresServer> {
  running ??= startPostgres()
  return running
}

/** Describes tests on each database that control state can be in; `locate` gives them the place of a new one. */
export function describeAtBoth(name: string, tests: (locate: () => Promise<ControlLocation>) => void): void {
  describe(`${name}, on SQLite`, () =>
    tests(() => {
      const directory = mkdtempSync(join(tmpdir(), 'driftgauge-control-'))
      atEnd(() => rmSync(directory, { recursive: true, force: true }))
      return Promise.resolve({ path: join(directory, 'control.db') })
    }))
  describeOnPostgres(`${name}, on PostgreSQL`, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await sharedPostgres()
    })
    tests(async () => ({ url: await server.createSchema() }))
  })
}

/** As {@link describeAtBoth}; `open` gives a new one that is open, and closed after the file. */
export function describeOnBoth(name: string, tests: (open: () => Promise<Control>) => void): void {
  describeAtBoth(name, (locate) =>
    tests(async () => {
      const control = await openControl(await locate())
      atEnd(() => control.destroy())
      return control
    }),
  )
}
