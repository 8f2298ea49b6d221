import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import { count } from '../../../control/database/counters.ts'
import { ControlRefused, ControlUnavailable } from '../../../control/database/errors.ts'
import { openControl, type Waiting } from '../../../control/database/open.ts'
import { freePorts } from '../../support/free-ports.ts'
import {
  describeOnPostgres,
  query,
  startPostgres,
  type PostgresServer,
} from '../../support/stores/postgres.ts'
import { atEnd } from '../../support/runner/at-end.ts'

describeOnPostgres('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
    atEnd(() => server.stop())
  })
  const changed = (change: (url: URL) => void) => {
    const url = new URL(server.url)
    change(url)
    return url.href
  }
  const openAt = (url: string, waiting?: (tried: Waiting) => void) => openControl({ url }, { waiting })

  describe('that has to be corrected fails at once, without the password', () => {
    const waiting = () => expect.fail('waits')
    test.each<[string, (url: URL) => void, RegExp]>([
      [
        'a wrong password',
        (url) => (url.password = 'geheim'),
        /password authentication failed for user "postgres"/,
      ],
      [
        'an unknown user',
        (url) => (url.username = 'nobody'),
        /password authentication failed for user "nobody"/,
      ],
      ['an unknown database', (url) => (url.pathname = '/none'), /database "none" does not exist/],
      ['encryption where there is none', (url) => (url.search = '?sslmode=verify-full'), /SSL/],
    ])('%s', async (_, change, reason) => {
      const error = await openAt(changed(change), waiting).then(() => undefined, (cause: unknown) => cause) // prettier-ignore
      expect(error).toBeInstanceOf(ControlRefused)
      expect((error as Error).message).toMatch(reason)
      expect((error as Error).message).toContain('DATABASE_URL')
      expect((error as Error).message).not.toMatch(/geheim/)
    })

    test('a user who may not create tables', async () => {
      await query(server.url, `CREATE ROLE reader LOGIN PASSWORD 'password'`)
      const url = changed((one) => (one.username = 'reader'))
      await expect(openAt(url, waiting)).rejects.toThrow(/permission denied.*may create tables/s)
    })

    test('a database that cannot hold every character', async () => {
      await query(
        server.url,
        `CREATE DATABASE latin ENCODING LATIN1 LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
      )
      const url = changed((one) => (one.pathname = '/latin'))
      await expect(openAt(url, waiting)).rejects.toThrow(/encoding LATIN1.*UTF8/)
    })
  })

  test('that is away is an error, or is waited for, with a word each time', async () => {
    const [port] = await freePorts(1)
    await expect(openAt(changed((url) => (url.port = String(port))))).rejects.toThrow(
      'PostgreSQL is not available (ECONNREFUSED).',
    )
    await server.kill()
    const tried: Waiting[] = []
    const opening = openAt(server.url, (one) => tried.push(one))
    while (tried.length < 2) await delay(20)
    await server.start()
    const control = await opening
    atEnd(() => control.destroy())
    expect(tried.slice(0, 2)).toEqual([
      { reason: 'PostgreSQL is not available (ECONNREFUSED).', attempt: 1, retryInMs: 1_000 },
      { reason: 'PostgreSQL is not available (ECONNREFUSED).', attempt: 2, retryInMs: 2_000 },
    ])
    expect(await count(control, 'a')).toBe(1)
  })

  test('is no longer waited for by whoever is to stop', async () => {
    const [port] = await freePorts(1)
    const stopping = new AbortController()
    const url = changed((one) => (one.port = String(port)))
    const opening = openControl({ url }, { waiting: () => stopping.abort(), signal: stopping.signal })
    await expect(opening).rejects.toThrow(/abort/)
  })

  describe('that goes away and comes back', () => {
    let control: Control
    beforeAll(async () => {
      control = await openAt(await server.createSchema())
      atEnd(() => control.destroy())
    })

    test('fails statements and transactions meanwhile, and loses nothing that was answered', async () => {
      for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGINT'] as const) {
        const name = `counter ${signal}`
        let answered = 0
        const interrupted = (async () => {
          for (;;) answered = await count(control, name)
        })().catch((cause: unknown) => cause)
        while (answered < 20) await delay(5)
        await server.kill(signal)
        expect(await interrupted, signal).toBeInstanceOf(ControlUnavailable)
        await expect(count(control, name)).rejects.toThrow(/^PostgreSQL is not available \(/)
        const transaction = control.transaction().execute((within) => count(within, name))
        await expect(transaction).rejects.toThrow(ControlUnavailable)
        await server.start()
        // One more may have been done without an answer.
        expect([answered + 1, answered + 2], signal).toContain(await count(control, name))
      }
    })

    test('in the middle of a transaction takes all of it back', async () => {
      const transaction = control.transaction().execute(async (within) => {
        await count(within, 'half')
        await server.kill()
        await count(within, 'half')
      })
      await expect(transaction).rejects.toThrow(ControlUnavailable)
      await server.start()
      expect(await count(control, 'half')).toBe(1)
    })

    test('leaves a process running whose connections were idle', async () => {
      await Promise.all(Array.from({ length: 5 }, () => count(control, 'idle')))
      await server.kill('SIGINT')
      await server.start()
      expect(await count(control, 'idle')).toBe(6)
    })
  })

  test('that ends a statement for lack of time or to break a deadlock may be asked again', async () => {
    const control = await openAt(await server.createSchema())
    atEnd(() => control.destroy())
    await Promise.all(['a', 'b'].map((name) => count(control, name)))
    const cross = (first: string, second: string) =>
      control.transaction().execute(async (within) => {
        await count(within, first)
        await delay(100)
        await count(within, second)
      })
    const outcomes = await Promise.allSettled([cross('a', 'b'), cross('b', 'a')])
    const failed = outcomes.filter((one) => one.status === 'rejected')
    expect(failed).toHaveLength(1)
    expect(failed[0].reason).toBeInstanceOf(ControlUnavailable)
  })
})
