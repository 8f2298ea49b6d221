import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { rows } from '../../store/engine/query.ts'
import { syncSilver } from '../../store/events/silver.ts'
import { ROOT } from '../support/root.ts'
import { temporaryStore } from '../support/stores/store.ts'

const page = readFileSync(join(ROOT, 'docs/store.md'), 'utf8')
/** Tables with an entry of their own: their names, in backquotes, begin a row of a table of the page. */
const tablesIn = (text: string) => new Set(text.match(/^\| `\w+`/gm)?.map((cell) => cell.slice(3, -1)))
const documented = tablesIn(page)

let created: string[]
let control: string[]
beforeAll(async () => {
  const store = await temporaryStore()
  await syncSilver(store, { name: 'flights', task: 'binary', positive: 'late', features: [], segments: [] })
  const found = await rows<{ name: string }>(
    store.read,
    'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
  )
  const inControl = await sql<{ name: string }>`
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`.execute(store.control)
  control = inControl.rows.map(({ name }) => name)
  created = [...found.map(({ name }) => name.replace(/_flights$/, '_MODEL')), ...control]
})

test('docs/store.md describes every table that the service creates', () => {
  expect(created).toEqual(expect.arrayContaining(['predictions_MODEL', 'alert_events']))
  expect(created.filter((name) => !documented.has(name))).toEqual([])
})

test('and no table that it does not create', () => {
  // These exist only while labels settle or a file is read.
  const temporary = ['settling_labels_MODEL', 'staging_ID']
  expect([...documented].filter((name) => !created.includes(name))).toEqual(temporary)
})

test('and describes those of the control database apart from those of ClickHouse', () => {
  const section = page.split(/^## /m).find((text) => text.startsWith('Tables of the control database'))
  expect([...tablesIn(section ?? '')].sort()).toEqual([...control].sort())
})
