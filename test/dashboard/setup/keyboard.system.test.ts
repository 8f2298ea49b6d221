import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { evaluateNewest, shopPredictions, trainingCsv } from '../../support/pages/shop.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
/** Whoever has to press Tab more often than this gives up. */
const MOST_TABS = 60

describeBrowser('setting up by keyboard alone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-keyboard-'))
  const csv = join(directory, 'training.csv')
  let browser: Browser
  let service: TestService
  let page: Page
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await service.call(method, path, body, { authorization: `Bearer ${KEY}` })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  const press = (key: string) => page.keyboard.press(key)
  const type = (text: string) => page.keyboard.type(text)
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

  /** In progress with Tab until the control has the focus, and is seen to have it. */
  async function tabTo(control: Locator): Promise<void> {
    await control.first().waitFor()
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if ((await control.and(page.locator(':focus-visible')).count()) > 0) return
      await press('Tab')
    }
    throw new Error(`${MOST_TABS} times Tab do not lead to ${String(control)}`)
  }
  const link = (name: string) => page.getByRole('link', { name, exact: true })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const field = (name: string) => page.getByLabel(name, { exact: true })
  async function follow(control: Locator): Promise<void> {
    await tabTo(control)
    await press('Enter')
  }
  async function fill(name: string, text: string): Promise<void> {
    await tabTo(field(name))
    await press('ControlOrMeta+a')
    await type(text)
  }
  /** The chooser is the browser's own; the keyboard opens it. */
  async function chooseFile(control: Locator): Promise<void> {
    await tabTo(control)
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Space')])
    await chooser.setFiles(csv)
  }

  beforeAll(async () => {
    writeFileSync(csv, trainingCsv())
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    browser = await startBrowser()
    page = await browser.open(service.url)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('from an empty installation to an alert that fires and is acknowledged', async () => {
    await tabTo(field('API key'))
    await type(KEY)
    await press('Enter')
    await heading('No models yet')
    await follow(link('Create the first model'))

    await heading('New model')
    await chooseFile(field('File'))
    await page.getByText('a binary model with 2 features').waitFor()
    await fill('Name', 'shop')
    await page.getByText('Valid: the service accepts this declaration.').waitFor()
    await follow(button('Create model'))

    await heading('Set up shop')
    await follow(link('Create a baseline'))
    await chooseFile(page.locator('input[type=file]'))
    await page.getByText('The file has 2 of 2 features.').waitFor()
    await follow(button('Upload'))
    await page.getByText('Created baseline 1 “training.csv”', { exact: false }).waitFor()
    await follow(link('Continue the set-up'))

    await page.getByText('Step 3 of 4 is next.', { exact: false }).waitFor()
    await must('POST', '/models/shop/predictions', shopPredictions(39, 36))
    await page.getByText('Step 4 of 4 is next.', { exact: false }).waitFor()
    await follow(link('New monitor'))
    await heading('New monitor')
    await fill('Window', 'day')
    await fill('Every', 'daily')
    await fill('Fires after', '1 of 1')
    await page.getByText('The monitor would have fired 1 time in', { exact: false }).waitFor()
    await follow(button('Create monitor'))
    await page.getByText('All four steps are done.', { exact: false }).waitFor()
    expect(await must('GET', '/monitors/shop-daily')).toMatchObject({
      model: 'shop',
      alert: { fire: '1 of 1' },
    })

    await follow(page.getByRole('button', { name: 'Evaluate past windows' }))
    await follow(page.getByRole('dialog').getByRole('button', { name: 'Evaluate' }))
    await page.getByText(/^\d+ windows evaluated/).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await evaluateNewest(service, 'shop-daily', KEY)

    await press('g')
    await press('a')
    await heading('Alerts')
    await follow(page.getByRole('main').getByRole('link', { name: 'Feature drift' }))
    await heading('Feature drift in shop')
    await page.getByText('Feature “amount” of shop has drifted', { exact: false }).first().waitFor()
    await follow(button('Acknowledge'))
    await fill('Your name', 'Ada')
    await tabTo(page.getByLabel('Comment (optional)'))
    await type('The prices went up.')
    await follow(page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }))
    await page.getByText('Acknowledged by Ada').waitFor()

    const { alerts } = await must('GET', '/alerts?status=firing')
    expect(alerts).toMatchObject([{ kind: 'feature', acknowledged: { by: 'Ada', comment: 'The prices went up.' } }])
    expect(browser.faults.filter((fault) => !/status of 4\d\d/.test(fault))).toEqual([])
  }, 300_000) // prettier-ignore
})
