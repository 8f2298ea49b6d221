/** A source in PostgreSQL, declared on the form and run. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, type Browser } from '../../support/pages/browser.ts'
import type { TestService } from '../../support/service.ts'
import {
  check,
  faultsOf,
  field,
  LATER,
  look,
  newSource,
  openService,
  saveAndRun,
} from '../../support/sources/source-form.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { describeOnPostgres, query, startPostgres } from '../../support/stores/postgres.ts'

describeBrowser('the form of a source', () => {
  describeOnPostgres('in PostgreSQL', () => {
    let url: string
    let service: TestService
    let browser: Browser
    beforeAll(async () => {
      const server = await startPostgres()
      atEnd(() => server.stop())
      url = await server.createSchema()
      await query(url, 'CREATE TABLE scores (id text, scored_at timestamptz, price double precision, score double precision)') // prettier-ignore
      await query(url, `INSERT INTO scores SELECT 'k' || i, now() - interval '1 hour' - i * interval '1 second', i, 0.5 FROM generate_series(1, 9) i`) // prettier-ignore
      ;({ service, browser } = await openService({ DRIFTGAUGE_SOURCE_APP_URL: url }))
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      expect(faultsOf(browser)).toEqual([])
    })

    test('says what is wrong with the query, and what is right about it, and its rows are taken', async () => {
      const page = await newSource(browser, service, 'app-scores', 'postgres')
      await field(page, 'Connection').fill('apps')
      await field(page, 'Query').fill('SELECT id, scored_at AS ts, price, score FROM scored')
      await field(page, 'Cursor').fill('ts')
      await check(page)
      await page
        .getByText(/DRIFTGAUGE_SOURCE_APPS_URL/)
        .first()
        .waitFor(LATER)
      await field(page, 'Connection').fill('app')
      await check(page)
      await page.getByText(/relation “scored” does not exist/).waitFor(LATER)
      await look(page, 'wrong-table')
      await field(page, 'Query').fill('SELECT id, scored_at AS ts, price, score FROM scores')
      await field(page, 'Cursor').fill('scored_at')
      await check(page)
      await page
        .getByText(/scored_at/)
        .nth(1)
        .waitFor(LATER)
      await look(page, 'wrong-cursor')
      await field(page, 'Cursor').fill('ts')
      await check(page)
      await page.getByText('1 piece would be taken.').waitFor(LATER)
      await look(page, 'right-query')
      await saveAndRun(page, 'app-scores', '9')
      expect(await page.content()).not.toContain(new URL(url).password)
      await page.close()
    }, 120_000)
  })
})
