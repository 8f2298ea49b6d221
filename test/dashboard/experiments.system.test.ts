import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  setLook,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { fillExperiments, look, NASTY } from '../support/pages/experiments.ts'
import { picture, pictureInAll } from '../support/pages/picture.ts'
import { testService, type TestService } from '../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'

describeBrowser('experiments on the dashboard', () => {
  let browser: Browser
  let service: TestService
  let readKey = ''
  const call = (method: string, path: string, body?: unknown) =>
    service.call(method, path, body, { authorization: `Bearer ${KEY}` })
  async function open(from: Browser, path: string, key = KEY): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${service.url}${path}`)
  }
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
  /** What is there once a page has its data. */
  const shown = (page: Page) =>
    page.getByRole('link', { name: 'shop' }).or(page.getByRole('button', { name: 'Create experiment' }))
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

  beforeAll(async () => {
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    await fillExperiments(service, { authorization: `Bearer ${KEY}` })
    readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
  })

  test('the model lists them, and the page of one says how it stands, whatever versions are called', async () => {
    const page = await open(browser, '/models/shop')
    const card = page.getByRole('region', { name: 'Experiments' })
    await card.getByText('Challenger better').waitFor()
    await card.getByText('In progress', { exact: true }).waitFor()
    await card.getByRole('link', { name: 'better-shadow' }).click()
    await heading(page, 'better-shadow').waitFor()
    await page.getByText(/^The challenger is better: its Brier score is lower by/).waitFor()
    await page
      .getByRole('heading', { level: 2, name: `Challenger: performance of version “${NASTY}”` })
      .waitFor()
    await page.getByText('5,760 predictions of the champion, 5,760 pairs compared.').waitFor()
    const worst = page.getByRole('region', { name: 'Difference in each segment' }).getByRole('row').nth(1)
    await worst.getByText('Worse').waitFor()
    expect(await worst.getByRole('cell').first().textContent()).toBe(`origin = ${NASTY}`)
    const drift = page.getByRole('region', { name: 'Drift of both versions by column' })
    await expect.poll(() => drift.getByRole('row').count()).toBe(3)
    await settled(page)
    expect(await page.title()).toBe('better-shadow · Driftgauge')
    await expectAccessible(page, 'experiment')
    await page.close()
  })

  test('the list leads to those that wait, which are promoted only nevertheless', async () => {
    const page = await open(browser, '/experiments')
    await page.getByRole('main').getByRole('listitem').filter({ hasText: 'Challenger better' }).waitFor()
    await settled(page)
    await expectAccessible(page, 'experiments')
    await picture(page, 'experiments')
    await page.getByRole('link', { name: 'needs-more' }).click()
    await page.getByRole('progressbar', { name: /Rows of each version/ }).waitFor()
    await button(page, 'Promote the challenger…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/was not found better or equivalent/).waitFor()
    const promote = dialog.getByRole('button', { name: 'Promote' })
    expect(await promote.isDisabled()).toBe(true)
    await dialog.getByLabel('Promote anyway').check()
    expect(await promote.isEnabled()).toBe(true)
    await settled(page)
    await picture(page, 'experiment-nevertheless')
    await expectAccessible(page, 'promotion')
    await page.close()
  })

  test('its alert leads to it and to no monitor', async () => {
    const page = await open(browser, '/alerts')
    await page.getByRole('link', { name: 'Decided experiment in shop' }).click()
    await heading(page, 'Decided experiment in shop').waitFor()
    await settled(page)
    expect(await page.getByText(/^Monitor /).count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: 'better-shadow' }).first().click()
    await heading(page, 'better-shadow').waitFor()
    await page.close()
  })

  test('a key that may only read sees no buttons', async () => {
    const own = await startBrowser()
    const page = await open(own, '/experiments/better-shadow', readKey)
    await page.getByText(/promoting or keeping needs the scope “write”/).waitFor()
    for (const name of ['Promote the challenger…', 'Keep the champion…', 'Remove experiment…'])
      expect(await button(page, name).count()).toBe(0)
    await page.goto(`${service.url}/new-experiment?model=shop`)
    await page.getByText(/creating one needs the scope “write”/).waitFor()
    await own.close()
  })

  test('is readable in both themes and on a phone', async () => {
    for (const path of [
      '/experiments/better-shadow',
      '/experiments/needs-more',
      '/experiments',
      '/new-experiment?model=shop',
    ]) {
      const own = await startBrowser({ width: 390, height: 900 })
      const page = await open(own, path)
      await shown(page).first().waitFor()
      for (const [width, scheme] of [
        [390, 'light'],
        [1280, 'dark'],
      ] as const) {
        await setLook(page, width, scheme)
        await expectAccessible(page, `${path} ${width} ${scheme}`)
        await expectFits(page, `${path} ${width}`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    }
    const pictured = (path: string) => async (own: Browser) => {
      const page = await open(own, path)
      await shown(page).first().waitFor()
      await settled(page)
      return page
    }
    await pictureInAll('experiment', pictured('/experiments/better-shadow'))
    await pictureInAll('experiment-waits', pictured('/experiments/needs-more'))
    await pictureInAll('new-experiment', pictured('/new-experiment?model=shop'))
  }, 240_000)

  test('a person promotes the challenger with a comment, and the page says so from then on', async () => {
    const [page, other] = [
      await open(browser, '/experiments/better-shadow'),
      await open(browser, '/experiments'),
    ]
    await other.getByRole('link', { name: 'better-shadow' }).waitFor()
    await other.getByText('Live', { exact: true }).waitFor()
    await button(page, 'Promote the challenger…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/Driftgauge does not switch traffic/).waitFor()
    expect(await dialog.getByLabel('Promote anyway').count()).toBe(0)
    await dialog.getByLabel(/Comment/).fill(`Better in the audit too. ${NASTY}`)
    await dialog.getByRole('button', { name: 'Promote' }).click()
    const said = page.getByRole('status').filter({ hasText: 'promoted by' })
    await said.getByText(`Better in the audit too. ${NASTY}`).waitFor()
    await page.getByText('Promoted', { exact: true }).waitFor()
    expect(await button(page, 'Keep the champion…').count()).toBe(0)
    await other.getByText('Promoted', { exact: true }).waitFor()
    expect((await call('GET', '/experiments/better-shadow')).body.standing.closed).toMatchObject({
      decision: 'promoted',
    })
    expect(await page.title()).toBe('better-shadow · Driftgauge')
    await settled(page)
    await picture(page, 'experiment-promoted')
    await page.close()
    await other.close()
  })

  test('one is declared in the form, whose faults stand at their fields, and removed again', async () => {
    const page = await open(browser, '/experiments')
    await page.getByRole('link', { name: 'New experiment' }).click()
    await page.getByRole('combobox', { name: 'Model' }).selectOption('shop')
    await page.getByLabel('Name').fill('two words')
    await page.getByLabel('Champion').fill('1')
    await page.getByLabel('Challenger').fill('shadow')
    await page.getByLabel('Design').selectOption('paired')
    await page.getByLabel('Hours before the first look').fill('1')
    await page
      .getByRole('region', { name: 'Code for the experiment' })
      .getByText(/challenger: shadow/)
      .waitFor()
    await button(page, 'Create experiment').click()
    await expect
      .poll(() => page.getByLabel('Hours before the first look').getAttribute('aria-invalid'))
      .toBe('true')
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
    await settled(page)
    await expectAccessible(page, 'form with faults')
    await page.getByLabel('Hours before the first look').fill('48')
    await page.getByLabel('Name').fill('needs-more')
    await button(page, 'Create experiment').click()
    await page.getByText('an experiment of this name exists already').waitFor()
    await page.getByLabel('Name').fill('new')
    await button(page, 'Create experiment').click()
    await heading(page, 'new').waitFor()
    await page.getByText('Not looked at yet').waitFor()
    expect((await call('GET', '/experiments/new')).body).toMatchObject({
      min_hours: 48,
      challenger: 'shadow',
    })

    await page.getByRole('link', { name: 'Change experiment…' }).click()
    await heading(page, 'Change new').waitFor()
    const hours = page.getByLabel('Hours before the first look')
    expect(await hours.inputValue()).toBe('48')
    expect(await page.getByLabel('Name').isDisabled()).toBe(true)
    await settled(page)
    await expectAccessible(page, 'changed experiment')
    await expectFits(page, 'changed experiment')
    await hours.fill('72')
    await call('PATCH', '/experiments/new', { min_rows: 300 })
    await button(page, 'Save changes').click()
    await page.getByText(/Someone else changed this/).waitFor()
    expect(await hours.inputValue(), 'what was typed stays until it is given up').toBe('72')
    await button(page, 'Load the current version').click()
    await expect.poll(() => hours.inputValue()).toBe('48')
    expect(await page.getByLabel('Rows before the first look').inputValue()).toBe('300')
    await hours.fill('72')
    await button(page, 'Save changes').click()
    await heading(page, 'new').waitFor()
    expect((await call('GET', '/experiments/new')).body).toMatchObject({ min_hours: 72, min_rows: 300 })

    await button(page, 'Remove experiment…').click()
    await call('PATCH', '/experiments/new', { min_hours: 50 })
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText(/Someone else changed this/).waitFor()
    await button(page, 'Load the current version').click()
    await button(page, 'Remove experiment…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await heading(page, 'Experiments').waitFor()
    expect((await call('GET', '/experiments/new')).status).toBe(404)
    // The browser notes the answers 4xx, which this is about.
    browser.faults.splice(0)
    await page.close()
    await look(service)
  })

  test('nothing went wrong on the way', () => {
    expect(browser.faults).toEqual([])
  })
})
