/** Batch sources by mouse: declare one, check it, run it, and see what became of its files. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { picture, THEMES } from '../../support/pages/picture.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { testService, type TestService } from '../../support/service.ts'
import { faultsOf } from '../../support/sources/source-form.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const AUTHORIZED = { authorization: `Bearer ${KEY}` }
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-sources-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))
const folder = join(directory, 'scores')

const HEADER = 'request,ts,score,price\n'
const rows = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${prefix}${i},${new Date(Date.now() - 3_600_000).toISOString()},0.4,${i}\n`).join('') // prettier-ignore
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
  // Long enough ago not to be taken for a file that is still written.
  const changed = (Date.now() - 600_000) / 1000
  utimesSync(join(folder, path), changed, changed)
}

describeBrowser('batch sources', () => {
  let browser: Browser
  let service: TestService
  let readKey = ''
  const call = (method: string, path: string, body?: unknown) => service.call(method, path, body, AUTHORIZED)

  async function open(from: Browser, key: string, path: string): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${service.url}${path}`)
  }
  const row = (page: Page, path: string) =>
    page.getByRole('region', { name: 'Table of files' }).getByRole('row').filter({ hasText: path })

  beforeAll(async () => {
    write('day=1/part-0.csv', HEADER + rows('a', 4))
    write('notes.txt', 'not data')
    service = await testService(undefined, {
      DRIFTGAUGE_API_KEYS: KEY,
      DRIFTGAUGE_SOURCE_FOLDERS: folder,
    })
    readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
    await call('POST', '/models', { name: 'shop', task: 'binary', features: { price: 'numeric' } })
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    expect(faultsOf(browser)).toEqual([])
  })

  test('one is declared with a look at what it would take, and run', async () => {
    const page = await open(browser, KEY, '/')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click()
    await page.getByText('No sources yet').waitFor()
    await expectAccessible(page, 'no sources')
    await page.getByRole('link', { name: 'New source' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('nightly')
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('shop')
    await page.getByRole('textbox', { name: 'Path' }).fill('/etc')
    await page.getByRole('button', { name: 'Check location' }).click()
    await page.getByText('The service may not read /etc.').waitFor()
    await page.getByRole('textbox', { name: 'Path' }).fill(folder)
    await page.getByRole('textbox', { name: 'Id', exact: true }).fill('request')
    await page.getByRole('button', { name: 'Check location' }).click()
    await page.getByText('1 file would be taken, 1 file left out.').waitFor()
    await page.getByText('day=1/part-0.csv').waitFor()
    await page.getByText('Valid: the service accepts this declaration.').waitFor()
    await expectAccessible(page, 'form')
    await page.getByRole('button', { name: 'Create source' }).click()

    await page.getByRole('heading', { level: 1, name: 'nightly' }).waitFor()
    await page.getByText('Not looked at yet').waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    await row(page, 'day=1/part-0.csv').getByText('Taken').waitFor({ timeout: 30_000 })
    await page.getByText('4 records accepted').waitFor()
    await page.getByText('In order').waitFor()
    expect((await call('GET', '/sources/nightly')).body).toMatchObject({
      columns: { id: 'request' },
      state: { files: { taken: 1 }, accepted: 4 },
    })
    await page.close()
  }, 90_000)

  test('a file that fails says why, and is taken once it is asked for again', async () => {
    const page = await open(browser, KEY, '/sources/nightly')
    write('day=2/bad.csv', 'request,price\nx,1\n')
    await page.getByRole('button', { name: 'Run now' }).click()
    const bad = row(page, 'day=2/bad.csv')
    await bad.getByText('Failed').waitFor({ timeout: 30_000 })
    await bad.getByText(/ts/).first().waitFor()
    await page.getByText('1 file failed').waitFor()
    await page.getByRole('combobox', { name: 'State' }).selectOption('failed')
    await row(page, 'part-0.csv').waitFor({ state: 'detached' })
    await expectAccessible(page, 'failed file')
    await page.reload()
    await bad.getByText('Failed').waitFor()

    await call('PATCH', '/sources/nightly', { undated: 'modified' })
    await page.getByRole('button', { name: 'Retry failed files' }).click()
    await page.getByText('No files in this state').waitFor({ timeout: 30_000 })
    await page.getByRole('combobox', { name: 'State' }).selectOption('')
    await bad.getByText('Taken').waitFor()
    await bad.getByRole('button', { name: 'Take again' }).click()
    await bad.getByText('Taken').waitFor()
    await page.close()
  }, 90_000)

  test('the list shows a location that cannot be read first, and pages fit at every width', async () => {
    await call('POST', '/sources', { name: 'a-lost-one', model: 'shop', folder: { path: directory } })
    await call('POST', '/sources/a-lost-one/run', {})
    write('day=3/bad.parquet', 'this is no Parquet')
    const run = async () => (await call('POST', '/sources/nightly/run', {})).body.running as boolean
    await expect.poll(run, { timeout: 30_000 }).toBe(false)
    const page = await open(browser, KEY, '/sources')
    const first = page.getByRole('region', { name: 'Batch sources' }).getByRole('listitem').first()
    await first.getByText('Cannot be read').waitFor()
    await first.getByText(/DRIFTGAUGE_SOURCE_FOLDERS/).waitFor()
    for (const path of ['/sources', '/sources/nightly', '/sources/a-lost-one', '/declare/source/nightly']) {
      await page.goto(`${service.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme })
        await expectAccessible(page, `${path} ${colorScheme}`)
      }
      for (const width of [390, 1100, 1440, 2200]) {
        await page.setViewportSize({ width, height: 900 })
        await settled(page)
        await expectFits(page, `${path} at ${width}`)
        await picture(page, `${path.replaceAll('/', '_')}-${width}`)
      }
    }
    await page.close()
  }, 120_000)

  test('a change is listed before it is saved, and a removal asks for the name', async () => {
    const page = await open(browser, KEY, '/sources/a-lost-one')
    await page.getByRole('link', { name: 'Change source…' }).click()
    await page.getByRole('textbox', { name: 'Look every' }).fill('2h')
    await page.getByRole('button', { name: 'Review and save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save 1 change?' })
    await dialog.getByText('every').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved the source a-lost-one.').waitFor()
    expect((await call('GET', '/sources/a-lost-one')).body.every).toBe('2h')
    await page.getByRole('link', { name: 'Change source…' }).click()
    await page.getByRole('button', { name: 'Remove source…' }).click()
    const removal = page.getByRole('dialog', { name: 'Remove a-lost-one?' })
    await removal.getByRole('textbox').fill('a-lost-one')
    await removal.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sources' }).waitFor()
    await page.getByText('Removed the source a-lost-one.').waitFor()
    expect((await call('GET', '/sources/a-lost-one')).status).toBe(404)
    await page.close()
  }, 60_000)

  test('a key that may only read sees files and reasons, and no button that would be refused', async () => {
    const reader = await startBrowser()
    const page = await open(reader, readKey, '/sources')
    await page.getByRole('link', { name: 'nightly' }).click()
    await page.getByText('running or changing it needs the scope “write”').waitFor()
    await row(page, 'day=3/bad.parquet').getByText('Failed').waitFor()
    expect(await page.getByRole('button', { name: /Run|Retry|Take again/ }).count()).toBe(0)
    await reader.close()
    expect(reader.faults).toEqual([])
  }, 60_000)
})
