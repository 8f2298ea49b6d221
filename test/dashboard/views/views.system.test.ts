import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  setLook,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { THEMES } from '../../support/pages/picture.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-32-characters-0123456789'

describeBrowser('saved views', () => {
  let browser: Browser
  let service: TestService
  let keys: Record<string, string>
  const call = (method: string, path: string, body?: unknown) =>
    service.call(method, path, body, { authorization: `Bearer ${KEY}` })
  beforeAll(async () => {
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    await call('POST', '/models', { name: 'shop', task: 'binary', features: { price: 'numeric' } })
    const made = ['read', 'write'].map(async (scope) => {
      const { body } = await call('POST', '/keys', { name: scope, scopes: ['read', scope] })
      return [scope, body.key as string] as const
    })
    keys = Object.fromEntries(await Promise.all(made))
  })
  afterAll(() => browser.close())

  async function open(path: string, scope: string, viewport = { width: 1280, height: 900 }, scheme: 'light' | 'dark' = 'light') {
    browser = await startBrowser(viewport, scheme)
    await browser.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(keys[scope])})`)
    const page = await browser.open(`${service.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  } // prettier-ignore

  test('one is saved by mouse with its filters, found by all, and opened with a read key', async () => {
    const page = await open('/models/shop?range=7d&segment=city%3DOslo', 'write')
    await page.getByRole('button', { name: 'Saved views' }).click()
    const menu = page.getByRole('group', { name: 'Saved views' })
    await menu.getByText('No views are saved yet.').waitFor()
    await expectAccessible(page, 'menu of views')
    await menu.getByRole('button', { name: 'Save this view…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save this view' })
    expect(await dialog.getByLabel('Name').inputValue()).toBe('shop')
    await dialog.getByLabel('Name').fill('Oslo <b>this week</b>')
    await expectAccessible(page, 'form of a view')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('status').getByText('Saved the view “Oslo <b>this week</b>”.').waitFor()
    expect((await call('GET', '/views')).body.views).toMatchObject([{ path: '/models/shop?range=7d&segment=city%3DOslo', saved_by: expect.stringContaining('"write"') as string }]) // prettier-ignore

    // A second one of that name is refused, and the form says why.
    await page.getByRole('button', { name: 'Saved views' }).click()
    await menu.getByRole('button', { name: 'Save this view…' }).click()
    await dialog.getByLabel('Name').fill('Oslo <b>this week</b>')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.getByText('is saved already. Choose another name').waitFor()
    expect(browser.faults.filter((fault) => !/409/.test(fault))).toEqual([])
    await browser.close()

    const reader = await open('/alerts', 'read')
    await reader.getByRole('button', { name: 'Saved views' }).click()
    const seen = reader.getByRole('group', { name: 'Saved views' })
    await seen.getByRole('link', { name: 'Oslo <b>this week</b>' }).waitFor()
    expect(await seen.getByRole('button').count()).toBe(0)
    await seen.getByRole('link', { name: 'Oslo <b>this week</b>' }).click()
    await reader.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    const { pathname, searchParams } = new URL(reader.url())
    expect([pathname, searchParams.get('range'), searchParams.get('segment')]).toEqual(['/models/shop', '7d', 'city=Oslo']) // prettier-ignore
    expect(browser.faults).toEqual([])
    await browser.close()
  })

  test('one is saved and opened from the palette, by the keyboard alone', async () => {
    const page = await open('/alerts?model=shop', 'write')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Go to a model or column…').fill('save this')
    await page.getByRole('option', { name: 'Save this view…' }).waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Save this view' })
    await dialog.getByLabel('Name').fill('Alerts of the shop')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Saved the view “Alerts of the shop”.').waitFor()
    await page.goto(`${service.url}/`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Go to a model or column…').fill('alerts of the')
    await page.getByRole('option', { name: /^Alerts of the shop/ }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toBe(`${service.url}/alerts?model=shop`)
    expect(browser.faults).toEqual([])
    await browser.close()
  })

  test('one that was removed comes back by undoing', async () => {
    await call('POST', '/views', { name: 'Old', path: '/silences' })
    const page = await open('/', 'write')
    await page.getByRole('button', { name: 'Saved views' }).click()
    const menu = page.getByRole('group', { name: 'Saved views' })
    await menu.getByRole('button', { name: 'Remove the view Old' }).click()
    await page.getByText('Removed the view “Old”.').waitFor()
    const names = async () => ((await call('GET', '/views')).body.views as { name: string }[]).map(({ name }) => name) // prettier-ignore
    expect(await names()).not.toContain('Old')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await names()).toContain('Old')
    expect(browser.faults).toEqual([])
    await browser.close()
  })

  test.each(THEMES)('the menu fits and is accessible, %s', async (scheme) => {
    const page = await open('/', 'write', { width: 390, height: 900 }, scheme)
    for (const width of [390, 1440, 2200]) {
      await setLook(page, width, scheme)
      await page.getByRole('button', { name: 'Saved views' }).click()
      await page.getByRole('group', { name: 'Saved views' }).getByRole('button', { name: 'Save this view…' }).waitFor() // prettier-ignore
      await expectAccessible(page, `views, ${scheme}, ${width}`)
      await expectFits(page, `views, ${scheme}, ${width}`)
      await page.keyboard.press('Escape')
      await page.getByRole('group', { name: 'Saved views' }).waitFor({ state: 'hidden' })
    }
    await browser.close()
  })
})
