/** Commands in processes of their own; a terminal is a pseudo terminal that Python opens. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { apiFixture, FULL_KEY, type ApiFixture } from '../../support/api.ts'
import { runCommand } from '../../support/child.ts'
import { ENTRY } from '../../support/entry.ts'
import { describeWithPython } from '../../support/python.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { ROOT } from '../../support/root.ts'

/** Runs a command on a terminal, answers its question, and prints what the terminal showed and the exit code. */
const ON_A_TERMINAL = `
import os, pty, sys
answer, line = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(line[0], line)
shown, answered = b'', False
while True:
    try:
        read = os.read(terminal, 1024)
    except OSError:
        break
    if not read:
        break
    shown += read
    if b'[y/N]' in shown and not answered:
        answered = True
        os.write(terminal, answer.encode())
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
`

describeWithPython('on a terminal', ['pty'], (python) => {
  let fixture: ApiFixture
  beforeAll(async () => {
    fixture = await apiFixture()
  })

  async function run(answer: string, line: string, environment: Record<string, string> = {}) {
    const args = ['-c', ON_A_TERMINAL, answer, process.execPath, ...ENTRY, ...line.split(' ')]
    const env = {
      PATH: process.env.PATH,
      TERM: 'xterm-256color',
      DRIFTGAUGE_URL: fixture.service.url,
      DRIFTGAUGE_API_KEY: FULL_KEY,
      ...environment,
    }
    try {
      const { stdout } = await promisify(execFile)(python, args, { cwd: ROOT, env })
      return { code: 0, shown: stdout }
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string }
      return { code, shown: stdout }
    }
  }
  const exists = async (path: string) => (await fixture.call('GET', path)).status === 200

  test('a declaration is removed when the question is answered with yes, and only then', async () => {
    for (const answer of ['n\n', '\n', 'nay y\n', '\u0004', '\u0003']) {
      const { code, shown } = await run(answer, 'route remove critical')
      expect([code, shown]).toEqual([2, expect.stringContaining('Nothing was changed.')])
      expect(await exists('/routes/critical')).toBe(true)
    }
    const { code, shown } = await run('y\n', 'route remove critical')
    expect([code, shown]).toEqual([0, expect.stringContaining('Removed the route "critical".')])
    expect(shown).toContain('This removes the route "critical". Alerts that match it are no longer sent to its channels. Continue? [y/N]') // prettier-ignore
    expect(await exists('/routes/critical')).toBe(false)
  }, 120_000)

  test('a name that does not exist is told before anything is asked', async () => {
    const { code, shown } = await run('y\n', 'route remove nobody')
    expect([code, shown]).toEqual([2, expect.stringContaining('There is no route "nobody".')])
    expect(shown).not.toContain('[y/N]')
  })

  test('what fires is in colour, unless the environment says otherwise', async () => {
    const coloured = '\u001b['
    for (const line of ['status', 'alert list', 'monitor run daily --as-of 2026-01-09T01:00:00Z']) {
      expect((await run('', line)).shown).toContain(coloured)
      expect((await run('', line, { NO_COLOR: '1' })).shown).not.toContain(coloured)
    }
  })
})

test('the state of a data directory without a service is not the state of now: exit code 3', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-status-'))
  atEnd(() => rmSync(directory, { recursive: true, force: true }))
  const status = runCommand({ DRIFTGAUGE_DATA: directory, LOG_LEVEL: 'silent' }, 'status')
  const { code, stderr } = await status.ended
  expect([code, stderr]).toEqual([3, ''])
  expect(status.lines).toContain('No models are declared. "driftgauge apply -f FILE" declares them.')
  expect(status.lines.join(' ')).toContain(
    '! No service is running: this is the last state in the data directory.',
  )
})
