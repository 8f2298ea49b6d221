import { basename } from 'node:path'
import { beforeAll, describe } from 'vitest'
import { crashSuite, type ControlCopies } from '../suites/crash.ts'
import { describeOnPostgres, query, startPostgres, type PostgresServer } from '../support/stores/postgres.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { byDay } from '../support/runner/by-day.ts'

describeOnPostgres('SIGKILL at the writes of a tick, with control state in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
    atEnd(() => server.stop())
  })

  for (const moment of ['before', 'after'] as const)
    describe(moment, () => {
      const nameOf = (directory: string) => `"${moment} ${basename(directory)}"`
      const control: ControlCopies = {
        locate: (directory) => {
          const url = new URL(server.url)
          url.pathname = `/${moment} ${basename(directory)}`
          return { url: url.href }
        },
        copy: async (from, to) => {
          const template = from === undefined ? 'template1' : nameOf(from)
          await query(server.url, `CREATE DATABASE ${nameOf(to)} TEMPLATE ${template}`)
        },
        remove: async (directory) => {
          await query(server.url, `DROP DATABASE ${nameOf(directory)} WITH (FORCE)`)
        },
      }
      crashSuite(moment, { control, stride: byDay(15, 1) })
    })
})
