import { beforeAll, describe } from 'vitest'
import type { Control } from '../../control/database/control.ts'
import { openControl } from '../../control/database/open.ts'
import { describeOnPostgres, startPostgres, type PostgresServer } from './postgres.ts'
import { atEnd } from './runner/at-end.ts'

/** Describes tests on each database that control state can be in; `open` gives them a new one, closed after the file. */
export function describeOnBoth(name: string, tests: (open: () => Promise<Control>) => void): void {
  describe(`${name}, on SQLite`, () => tests(() => opened('memory')))
  describeOnPostgres(`${name}, on PostgreSQL`, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
      atEnd(() => server.stop())
    })
    tests(async () => opened({ url: await server.createSchema() }))
  })
}

async function opened(location: Parameters<typeof openControl>[0]): Promise<Control> {
  const control = await openControl(location)
  atEnd(() => control.destroy())
  return control
}
