import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { atEnd } from '../support/runner/at-end.ts'
import { ROOT } from '../support/root.ts'

/** A repository where TypeScript is not installed, so that a build which is not skipped fails. */
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'driftgauge-build-'))
  const own = root
  atEnd(() => rmSync(own, { recursive: true, force: true }))
  mkdirSync(join(root, 'scripts'))
  cpSync(join(ROOT, 'scripts/build.mjs'), join(root, 'scripts/build.mjs'))
  for (const path of ['main.ts', 'dashboard/App.svelte', 'scripts/build.mjs']) change(path, 1_000)
  for (const path of ['dist/main.js', 'dist/dashboard/index.html']) change(path, 2_000)
})

function change(path: string, seconds: number): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  if (path !== 'scripts/build.mjs') writeFileSync(file, '')
  utimesSync(file, seconds, seconds)
}

const isSkipped = () =>
  spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed']).status === 0

test('nothing is compiled while dist/ is newer than all it is made from', () => {
  expect(isSkipped()).toBe(true)
  change('test/new.test.ts', 3_000)
  change('docs/new.txt', 3_000)
  change('README.md', 3_000)
  expect(isSkipped()).toBe(true)
})

test.each(['main.ts', 'dashboard/App.svelte', 'store/new.ts', 'package.json'])(
  'what was compiled before a change of %s is compiled again',
  (path) => {
    change(path, 3_000)
    expect(isSkipped()).toBe(false)
  },
)

test.each(['dist/main.js', 'dist/dashboard/index.html'])('a dist/ without %s is compiled', (path) => {
  rmSync(join(root, path))
  expect(isSkipped()).toBe(false)
})
