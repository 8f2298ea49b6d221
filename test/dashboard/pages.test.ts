import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pagePaths } from '../support/pages/page-paths.ts'
import { ROOT } from '../support/root.ts'

test('docs/dashboard.md has a row for every page', () => {
  const text = readFileSync(join(ROOT, 'docs/dashboard.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `(\/[^`]*)` +\|/gm)].map(([, path]) => path)
  expect(rows.sort()).toEqual([...pagePaths].sort())
})
