/** That every bench still runs; how fast things are is not tested. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { BENCHES, type Bench } from '../../bench/benches.ts'
import { describeKafka } from '../support/kafka/broker.ts'
import { describeBrowser } from '../support/pages/browser.ts'
import { ROOT } from '../support/root.ts'
import { byDay } from '../support/runner/by-day.ts'
import { describeOnServer } from '../support/stores/clickhouse-server.ts'

const DESCRIBE: Record<NonNullable<Bench['needs']>, (name: string, tests: () => void) => void> = {
  Kafka: describeKafka,
  'a browser': describeBrowser,
  'a ClickHouse server': describeOnServer,
}

/** For busy machines; alone, each takes seconds. */
const TIMEOUT_MS = 180_000

/** The first of those that need the same. */
const isFirst = ({ needs }: Bench, i: number) =>
  Object.values(BENCHES).findIndex((other) => other.needs === needs) === i
const tried = Object.entries(BENCHES).filter(([, bench], i) => byDay(isFirst(bench, i), true))

for (const [name, { needs, run }] of tried) {
  const describeBench = needs === undefined ? describe : DESCRIBE[needs]
  describeBench(`the bench ${name}`, () => {
    test(
      'runs at its tiny size and prints its figures',
      async () => {
        const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
        try {
          await run({ tiny: true })
          const printed = write.mock.calls.map(([text]) => String(text)).join('')
          expect(printed).toMatch(/\d/)
          expect(printed).not.toMatch(/NaN|Infinity|undefined/)
        } finally {
          write.mockRestore()
        }
      },
      TIMEOUT_MS,
    )
  })
}

test('a bench that does not exist is refused without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', 'nothing'],
    { cwd: ROOT, encoding: 'utf8' },
  )
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^There is no bench "nothing"; there are rollup, .+\n$/)
})
