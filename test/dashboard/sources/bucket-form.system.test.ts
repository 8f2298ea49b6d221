/** A source in S3, declared on the form and run. */
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
import { describeS3, S3Server } from '../../support/s3/server.ts'

const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString()

describeBrowser('the form of a source', () => {
  describeS3('in S3', (python) => {
    let server: S3Server
    let service: TestService
    let browser: Browser
    beforeAll(async () => {
      server = await S3Server.start(python)
      await server.createBucket('acme-ml')
      const rows = Array.from({ length: 7 }, (_, i) => `r${i},${hourAgo()},0.4,${i}\n`).join('')
      await server.put('acme-ml', 'scored/day=1/part-0.csv', `id,ts,score,price\n${rows}`)
      await server.put('acme-ml', 'scored/notes.txt', 'not data')
      const { accessKeyId, secretAccessKey } = await server.createUser('reader', ['s3:ListBucket', 's3:GetObject']) // prettier-ignore
      await server.guard()
      ;({ service, browser } = await openService({
        DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
        DRIFTGAUGE_SOURCE_LAKE_ACCESS_KEY_ID: accessKeyId,
        DRIFTGAUGE_SOURCE_LAKE_SECRET_ACCESS_KEY: secretAccessKey,
      }))
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      await server?.close()
      expect(faultsOf(browser)).toEqual([])
    })

    test('says what is wrong with the location, and what is right about it, and its file is taken', async () => {
      const page = await newSource(browser, service, 'lake', 's3')
      await field(page, 'Bucket').fill('acme-lm')
      await field(page, 'Prefix (optional)').fill('scored/')
      await field(page, 'Endpoint (optional)').fill(server.url)
      await field(page, 'Credentials (optional)').fill('lakes')
      await check(page)
      await page
        .getByText(/DRIFTGAUGE_SOURCE_LAKES_ACCESS_KEY_ID/)
        .first()
        .waitFor(LATER)
      await field(page, 'Credentials (optional)').fill('lake')
      await check(page)
      await page
        .getByText(/acme-lm/)
        .first()
        .waitFor(LATER)
      await look(page, 'wrong-bucket')
      await field(page, 'Bucket').fill('acme-ml')
      await check(page)
      await page.getByText('1 file would be taken, 1 file left out.').waitFor(LATER)
      await page.getByText('day=1/part-0.csv').first().waitFor()
      await look(page, 'right-bucket')
      await saveAndRun(page, 'lake', '7')
      await page.close()
    }, 120_000)
  })
})
