import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { picture, inAllLooks } from '../support/pages/picture.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const KEY = 'a-key-of-sixteen-characters-or-more'
const NASTY = '<img src=x onerror="document.title=\'owned\'">'

describeBrowser('features of a model', () => {
  let browser: Browser
  let service: TestService
  let readKey = ''
  const call = (method: string, path: string, body?: unknown) =>
    service.call(method, path, body, { authorization: `Bearer ${KEY}` })
  const features = async () => (await call('GET', '/models/shop')).body.features
  const tableRow = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
  async function open(from: Browser, path = '/models/shop/features', key = KEY): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${service.url}${path}`)
  }

  beforeAll(async () => {
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
    const must = async (path: string, body: unknown) => {
      const answer = await call('POST', path, body)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    }
    const shop = {
      name: 'shop',
      task: 'binary',
      features: {
        amount: { kind: 'numeric', importance: 3, min: -5, tolerance: 0.01 },
        origin: 'categorical',
        [NASTY]: { kind: 'categorical', allowed: [NASTY, 'a', 'b', 'c', 'd', ''] },
      },
    }
    await must('/models', shop)
    const events = Array.from({ length: 1200 }, (_, i) => ({
      id: `p${i}`,
      ts: START + i * 60_000,
      prediction: i % 2 ? 'late' : 'early',
      features: { amount: 5 + (i % 400), origin: ['ATL', 'JFK', 'ORD'][i % 3], [NASTY]: 'a' },
    }))
    await must('/models/shop/predictions', events)
    const window = { from: new Date(START).toISOString(), to: new Date(START + 86_400_000).toISOString() }
    await must('/models/shop/baselines', { name: 'first day', window })
    await must('/models', { name: 'bare', task: 'binary', features: {} })
    browser = await startBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  test('are shown with their constraints, one click from the model, whatever they are called', async () => {
    const page = await open(browser, '/models/shop')
    await page.getByRole('link', { name: 'Features and constraints' }).click()
    await page.getByRole('heading', { level: 1, name: 'Features of shop' }).waitFor()
    const cells = async (name: string) =>
      (await tableRow(page, name).getByRole('cell').allTextContents()).map((text) => text.trim())
    await tableRow(page, 'amount').waitFor()
    expect(await cells('amount')).toEqual(['numeric', '-5', '–', '–', '–', '–', '0.01', 'Edit'])
    expect((await cells('onerror'))[3]).toBe(`${NASTY}, a, b, c and 2 more`)
    expect(await page.title()).toBe('Features of shop · Driftgauge')
    await page.getByRole('region', { name: 'Suggestions' }).getByText('baseline 1 “first day”').waitFor()
    await settled(page)
    await expectAccessible(page, 'features')
    await page.close()
  })

  test('a feature is edited: what is wrong is said as one types, and the YAML follows', async () => {
    const page = await open(browser)
    await page.getByRole('button', { name: 'Edit amount' }).click()
    const dialog = page.getByRole('dialog', { name: 'amount' })
    await dialog.getByLabel('Smallest value').fill('600')
    await dialog.getByLabel('Largest value').fill('500')
    await dialog.getByText('The minimum must not exceed the maximum').waitFor()
    expect(await dialog.getByRole('button', { name: 'Keep change' }).isDisabled()).toBe(true)
    expect(await dialog.getByLabel('Smallest value').getAttribute('aria-invalid')).toBe('true')
    await expectAccessible(page, 'dialog with a problem')
    await picture(page, 'features-problem')
    await dialog.getByLabel('Tolerated share').fill('2')
    await dialog.getByText('Write a share between 0 and 1').waitFor()
    await dialog.getByLabel('Tolerated share').fill('0.05')
    await dialog.getByLabel('Smallest value').fill('1e-1')
    const yaml = dialog.getByRole('region', { name: 'Code for the feature amount' })
    await expect.poll(() => yaml.textContent()).toContain('min: 0.1\n    max: 500\n    tolerance: 0.05')
    await dialog.getByRole('button', { name: 'Use the suggested required' }).click()
    await expect.poll(() => yaml.textContent()).toContain('required: true')
    await expectAccessible(page, 'dialog')
    await picture(page, 'features-dialog')
    await dialog.getByRole('button', { name: 'Keep change' }).click()
    await page.getByText('1 feature changed, not saved yet').waitFor()
    expect((await features()).amount.min).toBe(-5)

    await page.getByRole('button', { name: 'Review and save' }).click()
    const review = page.getByRole('dialog', { name: 'Save 1 changed feature?' })
    await review.getByText('Only hours that are counted after you save are judged').waitFor()
    expect(
      (await review.getByRole('listitem').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim()),
    ).toEqual([
      'min before:-5 → after:0.1',
      'max after:500',
      'required after:true',
      'tolerance before:0.01 → after:0.05',
    ])
    await expectAccessible(page, 'review')
    await picture(page, 'features-review')
    await review.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved 1 feature.').waitFor()
    expect(await features()).toEqual({
      amount: { kind: 'numeric', importance: 3, min: 0.1, max: 500, required: true, tolerance: 0.05 },
      origin: 'categorical',
      [NASTY]: { kind: 'categorical', allowed: [NASTY, 'a', 'b', 'c', 'd', ''] },
    })
    await page.close()
  })

  test('suggestions are taken over one by one or all, and can be discarded', async () => {
    const page = await open(browser)
    await page.getByRole('button', { name: 'Use allowed of origin' }).click()
    await page.getByText('1 feature changed, not saved yet').waitFor()
    expect(await tableRow(page, 'origin').first().textContent()).toContain('ATL, JFK, ORD')
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('button', { name: /^Use all \d/ }).click()
    await page.getByText(/declared or among your\s+changes/).waitFor()
    await page.getByRole('button', { name: 'Review and save' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Saved \d features/).waitFor()
    expect((await features()).origin).toEqual({
      kind: 'categorical',
      allowed: ['ATL', 'JFK', 'ORD'],
      required: true,
    })
    await page.close()
  })

  test('what somebody else changed meanwhile is not overwritten before it was seen', async () => {
    const page = await open(browser)
    await page.getByRole('button', { name: 'Edit amount' }).click()
    await page.getByRole('dialog').getByLabel('Largest value').fill('777')
    await page.getByRole('dialog').getByRole('button', { name: 'Keep change' }).click()
    await call('PATCH', '/models/shop', { features: { origin: 'categorical', amount: { max: 600 } } })
    await page.getByRole('button', { name: 'Review and save' }).click()
    const review = page.getByRole('dialog')
    await review.getByRole('button', { name: 'Save' }).click()
    await review
      .getByText('Someone else changed this after you loaded it, so your change was not made.')
      .waitFor()
    await expectAccessible(page, 'outdated')
    await picture(page, 'features-outdated')
    expect((await features()).amount.max).toBe(600)
    await review.getByRole('button', { name: 'Load the current version' }).click()
    await review.getByText('600').waitFor()
    await review.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved 1 feature.').waitFor()
    expect((await features()).amount.max).toBe(777)
    await page.close()
  })

  test('a key that may only read sees them, and no button that would be refused', async () => {
    const reader = await startBrowser()
    const page = await open(reader, '/models/shop/features', readKey)
    await page.getByText('changing them needs the scope “write”').waitFor()
    await tableRow(page, 'amount').waitFor()
    expect(await page.getByRole('button', { name: /^(Edit|Use)/ }).count()).toBe(0)
    await settled(page)
    await expectAccessible(page, 'read only')
    await reader.close()
    expect(reader.faults).toEqual([])
  })

  test('without features and without a baseline, the page says so', async () => {
    const page = await open(browser, '/models/bare/features')
    await page.getByText('This model has no features').waitFor()
    await page.getByText('no active baseline').waitFor()
    await settled(page)
    await expectAccessible(page, 'bare')
    await page.close()
    const gone = await open(browser, '/models/nothing/features')
    await gone.getByText('Loading failed.').first().waitFor()
    await gone.close()
  })

  test('everything fits a phone, in both themes', async () => {
    const expectGood = async (page: Page, look: string) => {
      await expectFits(page, look)
      await expectAccessible(page, look)
    }
    await call('PATCH', '/models/shop', { features: { origin: null } })
    await call('PATCH', '/models/shop', { features: { origin: 'categorical' } })
    await inAllLooks(
      'features',
      async (other) => {
        const page = await open(other)
        await page.getByRole('button', { name: 'Use allowed of origin' }).click()
        return page
      },
      expectGood,
    )
    await inAllLooks(
      'features-edit',
      async (other) => {
        const page = await open(other)
        await page.getByRole('button', { name: 'Edit origin' }).click()
        await page.getByRole('dialog').getByText('Suggested from the baseline').waitFor()
        return page
      },
      expectGood,
    )
  }, 120_000)

  test('no page made an error, but for the answers 404, 409 and 412 that were wanted', () => {
    expect(browser.faults.filter((fault) => !/404|409|412/.test(fault))).toEqual([])
  })
})
