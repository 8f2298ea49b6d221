import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const entry = join(import.meta.dirname, '../dist/main.js')

test('the demo tells its story and ends with a stable ready line', { timeout: 300_000 }, async () => {
  expect(existsSync(entry), 'run "npm run build" first').toBe(true)
  const child = spawn(process.execPath, [entry, 'demo', '--exit'], { env: { ...process.env, PORT: '18080' } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^311,799 predictions, 311,799 labels/m)
  expect(stdout).toMatch(/^Label drift on 13 of 148 days/m)
  expect(stdout).toMatch(/^Found the incident \(injected: distance sent in kilometres/m)
  expect(stdout).toMatch(/distance drifted from 2001-04-16 to 2001-04-22, 7 days/)
  expect(stdout).toContain('On no other day did it move.')
  expect(stdout).toMatch(/^Held on every day.*hour.*destination.*prediction.*score/m)
  expect(stdout).toMatch(/^1[0-9] alerts, told in [0-9]+ signed messages/m)
  expect(stdout).toMatch(/■ 2001-04-17 12:00 to 2001-04-24 12:00 {2}feature drift: distance/)
  expect(stdout).toMatch(/^first alert: http:\/\/127\.0\.0\.1:\d+\/alerts\/[0-9a-f]{32}$/m)
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^ready: http:\/\/127\.0\.0\.1:\d+$/)
})
