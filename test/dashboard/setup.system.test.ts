import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { pictureOf } from '../support/pages/chart-picture.ts'
import { picture, pictureInAll } from '../support/pages/picture.ts'
import { evaluateNewest, shopPredictions, trainingCsv } from '../support/pages/shop.ts'
import { testService, type TestService } from '../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const NASTY = '<img src=x onerror="document.title=\'owned\'">'

describeBrowser('setting up on pages', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-setup-'))
  const csv = join(directory, 'training.csv')
  let browser: Browser
  let service: TestService
  let readKey = ''
  const call = (method: string, path: string, body?: unknown, key = KEY) =>
    service.call(method, path, body, { authorization: `Bearer ${key}` })
  async function open(path: string, key = KEY, from = browser): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${service.url}${path}`)
  }
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  const sendRows = (model: string, days: number, drift?: number) =>
    must('POST', `/models/${model}/predictions`, shopPredictions(days, drift))
  async function pictured(name: string, path: string) {
    await pictureInAll(name, async (from) => {
      const page = await open(path, KEY, from)
      await settled(page)
      return page
    })
  }
  /** What a check refuses while it is typed is no fault of the page. */
  const faults = () => browser.faults.filter((fault) => !/status of 4\d\d/.test(fault))

  beforeAll(async () => {
    writeFileSync(csv, trainingCsv())
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    readKey = (await must('POST', '/keys', { name: 'reader', scopes: ['read'] })).key
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  describe('from an empty installation to an alert', () => {
    test('by mouse: model from a file, baseline, predictions, channel and monitor', async () => {
      const page = await open('/')
      await page.getByRole('heading', { level: 1, name: 'No models yet' }).waitFor()
      await pictured('setup-empty', '/')
      await page.getByRole('link', { name: 'Create the first model' }).click()
      await page.getByRole('heading', { level: 1, name: 'New model' }).waitFor()
      await page.getByLabel('File', { exact: true }).setInputFiles(csv)
      await page.getByText('a binary model with 2 features').waitFor()
      await page.getByRole('listitem').filter({ hasText: 'row_id' }).waitFor()
      await page.getByRole('textbox', { name: 'Name' }).fill('shop')
      await page.getByText('Valid: the service accepts this declaration.').waitFor()
      await expectAccessible(page, 'new model')
      await pictured('setup-model', '/declare/model')
      await page.getByRole('button', { name: 'Create model' }).click()

      await page.getByRole('heading', { level: 1, name: 'Set up shop' }).waitFor()
      await page.getByText('Saved the model shop.').waitFor()
      await page.getByText('Step 2 of 4 is next.', { exact: false }).waitFor()
      expect(await must('GET', '/models/shop')).toMatchObject({
        task: 'binary',
        positive: 'late',
        features: { amount: 'numeric', origin: 'categorical' },
      })
      await page.getByText('Waiting for the first prediction.', { exact: false }).waitFor()
      await settled(page)
      await expectAccessible(page, 'set-up')
      await page.getByRole('link', { name: 'Create a baseline' }).click()
      await page.getByLabel('File', { exact: false }).setInputFiles(csv)
      await page.getByText('The file has 2 of 2 features.').waitFor()
      await page.getByRole('button', { name: 'Upload' }).click()
      await page.getByText('Not used, because the model does not declare it: row_id.').waitFor()
      await page.getByText('Created baseline 1 “training.csv” from 1,920 rows, with labels.').waitFor()
      await page.getByText('active', { exact: true }).waitFor()
      await settled(page)
      await expectAccessible(page, 'baselines')
      await pictured('setup-baselines', '/models/shop/baselines')
      await page.getByRole('link', { name: 'Continue the set-up' }).click()

      await page.getByText('Step 3 of 4 is next.', { exact: false }).waitFor()
      await sendRows('shop', 39, 36)
      await page.getByText('Step 4 of 4 is next.', { exact: false }).waitFor()
      await page.getByRole('link', { name: 'New monitor' }).click()
      await page.getByLabel('Window', { exact: true }).fill('day')
      await page.getByLabel('Every', { exact: true }).fill('daily')
      await page.getByLabel('Fires after', { exact: true }).fill('1 of 1')
      const outcome = page.getByRole('region', { name: 'Would have fired' })
      await outcome.getByText('The monitor would have fired 1 time in', { exact: false }).waitFor()
      await outcome.getByText(/feature, critical, .*still firing at the end: amount/).waitFor()
      await settled(page)
      await expectAccessible(page, 'new monitor')
      await pictured('setup-monitor', '/declare/monitor?model=shop')
      await page.getByRole('button', { name: 'Create monitor' }).click()
      await page.getByText('All four steps are done.', { exact: false }).waitFor()
      await expectFits(page, 'set-up')
      await pictured('setup-done', '/models/shop/setup')

      await page.getByRole('button', { name: 'Evaluate past windows with shop-daily' }).click()
      const dialog = page.getByRole('dialog', { name: 'Evaluate past windows' })
      await expectAccessible(page, 'evaluate the past')
      await dialog.getByRole('button', { name: 'Evaluate' }).click()
      await dialog.getByText(/^\d+ windows evaluated/).waitFor()
      await dialog.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('link', { name: 'Open the model' }).click()
      await page.getByRole('link', { name: 'amount' }).first().waitFor()

      await evaluateNewest(service, 'shop-daily', KEY)
      await page.goto(`${service.url}/alerts`)
      await page.getByText('Feature drift in shop').first().click()
      await page.getByRole('heading', { level: 1, name: 'Feature drift in shop' }).waitFor()
      await page.getByText('Feature “amount” of shop has drifted', { exact: false }).first().waitFor()
      await page.close()
      expect(faults()).toEqual([])
    }, 300_000)
  })

  test('what is wrong is said as one types, beside its field; moving a threshold shows what it would do', async () => {
    const page = await open('/declare/monitor/shop-daily')
    await page.getByRole('heading', { level: 1, name: 'Monitor shop-daily' }).waitFor()
    await page.getByLabel('Grace period').fill('soon')
    await page.getByText('Not valid yet').waitFor()
    expect(await page.getByLabel('Grace period').getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByRole('textbox', { name: 'Name' }).isDisabled()).toBe(true)
    await picture(page, 'monitor-problem')
    await page.getByLabel('Grace period').fill('20m')
    await page.getByText('Valid: the service accepts this declaration.').waitFor()

    const outcome = page.getByRole('region', { name: 'Would have fired' })
    await outcome.getByText('would have fired 1 time', { exact: false }).waitFor()
    await pictureOf(outcome.getByRole('figure'))
    const critical = outcome.getByRole('slider', { name: 'Critical' })
    const before = Number(await critical.getAttribute('aria-valuenow'))
    await critical.scrollIntoViewIfNeeded()
    const handle = (await critical.boundingBox())!
    await page.mouse.move(handle.x + 20, handle.y + handle.height / 2)
    await page.mouse.down()
    await page.mouse.move(handle.x + 20, handle.y - 20, { steps: 4 })
    await page.mouse.up()
    await expect
      .poll(async () => Number(await critical.getAttribute('aria-valuenow')))
      .toBeGreaterThan(before)
    await critical.focus()
    await page.keyboard.press('End')
    await outcome.getByText(/feature, warning, .*: amount/).waitFor()
    await outcome.getByRole('slider', { name: 'Warning' }).focus()
    await page.keyboard.press('End')
    await outcome.getByText('The monitor would not have fired', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await outcome.getByText('would have fired 1 time', { exact: false }).waitFor()

    await page.getByLabel('Grace period').fill('20m')
    await page.getByRole('button', { name: 'Review and save' }).click()
    const review = page.getByRole('dialog', { name: 'Save 1 change?' })
    await review.getByRole('listitem').first().waitFor()
    expect((await review.getByRole('listitem').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim()))
      .toEqual(['grace before:10m → after:20m']) // prettier-ignore
    await expectAccessible(page, 'review')
    await review.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved the monitor shop-daily.').waitFor()
    expect(await must('GET', '/monitors/shop-daily')).toMatchObject({ grace: '20m' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await must('GET', '/monitors/shop-daily')).toMatchObject({ grace: '10m' })
    await page.close()
    expect(faults()).toEqual([])
  })

  test('what somebody else changed meanwhile is not overwritten before it was seen', async () => {
    const [mine, theirs] = [
      await open('/declare/monitor/shop-daily'),
      await open('/declare/monitor/shop-daily'),
    ]
    for (const page of [mine, theirs]) await page.getByLabel('Grace period').waitFor()
    await theirs.getByLabel('Repeats every').fill('2d')
    await theirs.getByRole('button', { name: 'Review and save' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await theirs.getByText('Saved the monitor shop-daily.').waitFor()

    await mine.getByLabel('Grace period').fill('30m')
    await mine.getByRole('button', { name: 'Review and save' }).click()
    const dialog = mine.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Someone else changed this', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Load the current version' }).click()
    await dialog.getByText('Someone else changed this', { exact: false }).waitFor({ state: 'hidden' })
    expect((await dialog.getByRole('listitem').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim()))
      .toEqual(['grace before:10m → after:30m']) // prettier-ignore
    await dialog.getByRole('button', { name: 'Save' }).click()
    await mine.getByText('Saved the monitor shop-daily.').waitFor()
    expect(await must('GET', '/monitors/shop-daily')).toMatchObject({ grace: '30m', alert: { repeat: '2d' } })
    for (const page of [mine, theirs]) await page.close()
  })

  test('channels, routes and keys are made, changed and removed', async () => {
    const page = await open('/settings')
    await page.getByRole('link', { name: 'New channel' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('left')
    await page.getByLabel('Webhook URL').fill('https://hooks.slack.com/services/T0/B0/a-secret')
    await page.goBack()
    await page.getByRole('link', { name: 'New channel' }).click()
    await page.getByText('Secrets were not kept: enter them again.', { exact: false }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('left')
    expect(await page.getByLabel('Webhook URL').inputValue()).toBe('')
    expect(await page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain('a-secret')
    await page.getByRole('button', { name: 'Discard them' }).click()
    await page.getByLabel('Type').selectOption('email')
    await page.getByRole('textbox', { name: 'Name' }).fill('team')
    await page.getByLabel('To', { exact: true }).fill('nobody')
    await page.getByText('write an address as', { exact: false }).first().waitFor()
    await page.getByLabel('To', { exact: true }).fill('ml@example.com\nops@example.com')
    await page.getByText('Valid: the service accepts this declaration.').waitFor()
    await expectAccessible(page, 'new channel')
    await pictured('setup-channel', '/declare/channel')
    await page.getByRole('button', { name: 'Create channel' }).click()
    await page.getByText('Saved the channel team.').waitFor()
    await page.getByRole('link', { name: 'Edit team' }).click()
    await expect.poll(() => page.getByLabel('To', { exact: true }).inputValue()).toBe('ml@example.com\nops@example.com')
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Settings' }).click()

    await page.getByRole('link', { name: 'New route' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('critical')
    await page.goBack()
    await page.getByRole('link', { name: 'New route' }).click()
    await page.getByText('Your unsaved changes were restored.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('critical')
    await page.getByRole('button', { name: 'Create route' }).click()
    await page.getByText('Not valid yet').waitFor()
    await page.getByRole('checkbox', { name: 'team' }).check()
    await page.getByLabel('Severity').selectOption('critical')
    await page.getByText('Valid: the service accepts this declaration.').waitFor()
    await page.getByRole('button', { name: 'Create route' }).click()
    await page.getByText('Saved the route critical.').waitFor()
    expect(await must('GET', '/routes/critical')).toMatchObject({ match: { severity: 'critical' }, channels: ['team'] })

    await page.getByRole('link', { name: 'Edit critical' }).click()
    await page.getByRole('button', { name: 'Remove route…' }).click()
    await page.getByRole('dialog', { name: 'Remove critical?' }).getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Removed the route critical.').waitFor()
    expect((await call('GET', '/routes/critical')).status).toBe(404)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    await must('GET', '/routes/critical')

    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(NASTY)
    await dialog.getByRole('button', { name: 'Create key' }).click()
    const secret = (await dialog.getByRole('region', { name: 'Code for the new key' }).textContent())!.trim()
    expect((await call('POST', '/models/shop/labels', [], secret)).status).toBe(200)
    await picture(page, 'setup-key')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await settled(page)
    await expectAccessible(page, 'settings')
    await pictured('setup-settings', '/settings')
    await page.getByRole('button', { name: 'Revoke <img' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await expect.poll(async () => (await must('GET', '/keys')).keys.map(({ name }: { name: string }) => name)).toEqual(['reader'])
    expect((await call('POST', '/models/shop/labels', [], secret)).status).toBe(401)
    expect(await page.title()).toBe('Settings · Driftgauge')
    await page.close()
    expect(faults()).toEqual([])
  }, 90_000) // prettier-ignore

  test('the audit log tells who did all this, and is searched', async () => {
    const page = await open('/settings')
    await page.getByRole('link', { name: 'Audit log' }).click()
    const rows = page.getByRole('region', { name: 'Table of entries' }).getByRole('row')
    await expect.poll(() => rows.count()).toBeGreaterThan(8)
    expect(await rows.nth(1).textContent()).toContain('delete key')
    await page.getByLabel('Object').selectOption('monitor')
    await page.getByLabel('Name').fill('shop-daily')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await rows.allTextContents()).slice(1).every((text) => /monitor\s+shop-daily/.test(text))).toBe(true)
    await settled(page)
    await expectAccessible(page, 'audit log')
    await pictured('setup-audit', '/audit')
    await page.getByLabel('Name').fill('nobody')
    await page.keyboard.press('Enter')
    await page.getByText('No entry matches').waitFor()
    await page.close()
    expect(faults()).toEqual([])
  }, 60_000) // prettier-ignore

  test('a baseline is brushed on the chart of volume, and made active', async () => {
    const page = await open('/models/shop/baselines')
    await page.getByRole('button', { name: 'From stored predictions' }).click()
    const chart = page.getByRole('img').first()
    await chart.waitFor()
    const box = (await chart.boundingBox())!
    const drag = async (from: number, to: number) => {
      await page.mouse.move(box.x + from * box.width, box.y + 80)
      await page.mouse.down()
      await page.mouse.move(box.x + to * box.width, box.y + 90, { steps: 4 })
      await page.mouse.up()
    }
    await expect
      .poll(async () => {
        await drag(0.7, 0.9)
        return page.getByLabel('From (UTC)').inputValue()
      })
      .not.toBe('') // prettier-ignore
    await page.getByText(/^About [\d,]+ predictions/).waitFor()
    await picture(page, 'setup-brushed')
    await page.getByLabel('Name (optional)').fill('calm weeks')
    await page.getByRole('button', { name: 'Create baseline' }).click()
    await page.getByText('Created baseline 2 “calm weeks”', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Activate… baseline 2' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Baseline 2 is active.', { exact: false }).waitFor()
    expect(await must('GET', '/models/shop/baselines')).toMatchObject({ active: 2 })
    await expectFits(page, 'baselines')
    await page.close()
    expect(faults()).toEqual([])
  })

  test('who may only read sees what is declared, and nothing to change it with', async () => {
    const reader = await startBrowser()
    for (const path of ['/settings', '/models/shop/setup', '/models/shop/baselines', '/declare/monitor/shop-daily', '/declare/channel/team', '/declare/model']) {
      const page = await open(path, readKey, reader)
      await settled(page)
      await page.getByText(/scope “write”|Declaration|compared with/).first().waitFor()
      const buttons = (await page.getByRole('main').getByRole('button').allTextContents()).map((text) => text.trim())
      expect(buttons.filter((text) => /new|edit|remove|revoke|create|save|upload|activate|test|make/i.test(text)), path).toEqual([])
      const links = await page.getByRole('main').getByRole('link').allTextContents()
      expect(links.filter((text) => /new|edit|make/i.test(text)), path).toEqual([])
      await expectAccessible(page, `${path} of a reader`)
      await page.close()
    }
    expect(reader.faults).toEqual([])
    await reader.close()
  }, 90_000) // prettier-ignore

  test('every page fits a phone, and is legible in the dark', async () => {
    const phone = await startBrowser({ width: 390, height: 844 }, 'dark')
    for (const path of ['/settings', '/audit', '/models/shop/setup', '/models/shop/baselines', '/declare/monitor/shop-daily', '/declare/model/shop']) {
      const page = await open(path, KEY, phone)
      await settled(page)
      await expectFits(page, path)
      await expectAccessible(page, `${path} on a phone`)
      await page.close()
    }
    await phone.close()
  }, 90_000) // prettier-ignore

  test('a model is removed only after its name was typed', async () => {
    await must('POST', '/models', { name: 'doomed', task: 'regression', features: { [NASTY]: 'numeric' } })
    const page = await open('/declare/model/doomed')
    await page.getByText('onerror', { exact: false }).first().waitFor()
    await pictured('setup-nasty', '/declare/model/doomed')
    await page.getByRole('button', { name: 'Remove model…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Remove doomed?' })
    expect(await dialog.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Type doomed to confirm').fill('doomed')
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Removed the model doomed.').waitFor()
    expect((await call('GET', '/models/doomed')).status).toBe(404)
    expect(await page.title()).not.toBe('owned')
    await page.close()
    expect(faults()).toEqual([])
  })
})
