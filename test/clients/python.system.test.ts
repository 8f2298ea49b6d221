/** The Python package: its own tests, which run against a service of this build, its types and its form. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ENTRY } from '../support/entry.ts'
import { describeWithPython } from '../support/python.ts'
import { ROOT } from '../support/root.ts'

const MINUTE = 60_000
const MODULES = [
  ...[
    'build',
    'fastapi',
    'gunicorn',
    'hatchling',
    'hera',
    'httpx',
    'ipykernel',
    'mypy',
    'nbclient',
    'numpy',
    'pandas',
  ],
  ...['polars', 'pyarrow', 'pytest', 'ruamel.yaml', 'ruff', 'sklearn'],
]
const CLI = [process.execPath, ...ENTRY]

describeWithPython('the Python package', MODULES, (python) => {
  const run = (...line: string[]) =>
    new Promise<{ code: unknown; output: string }>((resolve) => {
      const environment = { DRIFTGAUGE_CLI: CLI.map((part) => `'${part}'`).join(' ') }
      execFile(
        python,
        ['-m', ...line],
        { cwd: join(ROOT, 'clients/python'), env: { ...process.env, ...environment } },
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      )
    })

  test('passes its tests', { timeout: 10 * MINUTE }, async () => {
    const { code, output } = await run('pytest', '-q')
    expect(code, output).toBe(0)
    expect(output).toMatch(/\d{3} passed/)
  })

  test('has strict types', { timeout: 5 * MINUTE }, async () => {
    const { code, output } = await run('mypy')
    expect(code, output).toBe(0)
    expect(output).toContain('Success: no issues found')
  })

  test.each([['check'], ['format', '--check']])('is clean by ruff %s', async (...line) => {
    const { code, output } = await run('ruff', ...line)
    expect(code, output).toBe(0)
  })
})
