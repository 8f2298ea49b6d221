import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './support/root.ts'

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const SUITES = [
  'ClickHouse',
  'PostgreSQL',
  'Kafka',
  'browser',
  'disk',
  'clock',
  'nginx',
  'Python',
  'within another suite two',
  'control state, on PostgreSQL',
]

interface Report {
  testResults: {
    message: string
    assertionResults: { ancestorTitles: string[]; title: string; status: string; failureMessages: string[] }[]
  }[]
}

/** Runs a suite of everything that a machine may lack as on one that has only Node.js. */
async function runBare(environment: Record<string, string>) {
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
    execFile(
      process.execPath,
      [VITEST, 'run', '--root=test/fixtures/bare-machine', '--reporter=json'],
      { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME, TEST_BARE: '1', ...environment } },
      (error, out) => resolve({ code: error?.code ?? 0, stdout: out }),
    ),
  )
  const report = JSON.parse(stdout) as Report
  const tests = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map((one) => ({ ...one, suite: one.ancestorTitles.join(' ') })),
  )
  return { code, tests, messages: report.testResults.map(({ message }) => message) }
}

test('what a machine lacks leaves one skipped test, which names it, in each suite', async () => {
  const { code, tests, messages } = await runBare({})
  expect({ code, messages }).toEqual({ code: 0, messages: [''] })
  expect(tests.map(({ suite, title, status }) => [suite, title, status])).toEqual([
    ...SUITES.slice(0, -1).map((suite) => [suite, expect.stringMatching(/^SKIPPED: ./), 'skipped']),
    ['control state, on SQLite', 'is in a database', 'passed'],
    [SUITES.at(-1), expect.stringMatching(/^SKIPPED: ./), 'skipped'],
  ])
})

test('and with REQUIRE_ALL fails each suite', async () => {
  const { code, tests } = await runBare({ REQUIRE_ALL: '1' })
  expect(code).toBe(1)
  expect(tests.filter(({ status }) => status === 'failed').map(({ suite }) => suite)).toEqual(SUITES)
})
