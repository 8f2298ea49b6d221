import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiFixture, FULL_KEY, type ApiFixture } from '../../support/api.ts'
import { describeBrowser, settled, startBrowser, type Browser } from '../../support/pages/browser.ts'

/** What changes something says one of these. */
const CHANGES =
  /acknowledge|silence|withdraw|retrain|approve|reject|cancel|send again|end now|annotate|incident|replay/i

describeBrowser('with a key that may only read', () => {
  let fixture: ApiFixture
  let browsers: Record<'reader' | 'writer', Browser>
  let firing: string
  beforeAll(async () => {
    fixture = await apiFixture()
    const { body } = await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })
    firing = (await fixture.call('GET', '/alerts?status=firing')).body.alerts[0].id
    const matchers = [{ field: 'model', op: '=', value: 'shop' }]
    const end = new Date(Date.now() + 3_600_000).toISOString()
    await fixture.call('POST', '/silences', { matchers, end, author: 'Ann', comment: 'known' })
    browsers = { reader: await startBrowser(), writer: await startBrowser() }
    for (const [browser, key] of [
      [browsers.reader, body.key],
      [browsers.writer, FULL_KEY],
    ])
      await browser.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
  }, 120_000)
  afterAll(async () => {
    for (const browser of Object.values(browsers)) {
      await browser.close()
      expect(browser.faults).toEqual([])
    }
  })

  async function buttons(path: string, browser: Browser) {
    const page = await browser.open(`${fixture.service.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page)
    const names = await page.getByRole('main').getByRole('button').allTextContents()
    await page.close()
    return names.map((name) => name.trim()).filter((name) => CHANGES.test(name))
  }

  test.each(['alert', 'alerts', 'silences', 'retrains'])(
    'the page %s shows no button that would be refused',
    async (name) => {
      const path = name === 'alert' ? `/alerts/${firing}` : `/${name}`
      // With a key that may, there are some.
      if (name === 'alert' || name === 'silences')
        expect(await buttons(path, browsers.writer)).not.toEqual([])
      expect(await buttons(path, browsers.reader)).toEqual([])
    },
  )
})
