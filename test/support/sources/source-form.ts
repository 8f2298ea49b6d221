/** The form of a source, filled in as a person does. */
import type { Page } from 'playwright-core'
import { expectAccessible, expectFits, settled, startBrowser, type Browser } from '../pages/browser.ts'
import { picture } from '../pages/picture.ts'
import { testService, type TestService } from '../service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
export const LATER = { timeout: 30_000 }

/** A service with the model "shop" and a browser, both over at the end of the tests around it. */
export async function openService(
  environment: Record<string, string>,
): Promise<{ service: TestService; browser: Browser }> {
  const service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY, ...environment })
  const model = { name: 'shop', task: 'binary', features: { price: 'numeric' } }
  await service.call('POST', '/models', model, { authorization: `Bearer ${KEY}` })
  const browser = await startBrowser()
  await browser.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(KEY)})`)
  return { service, browser }
}

export async function newSource(
  browser: Browser,
  { url }: TestService,
  name: string,
  location: string,
): Promise<Page> {
  const page = await browser.open(`${url}/declare/source`)
  await field(page, 'Name').fill(name)
  await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('shop')
  await page.getByRole('combobox', { name: 'Kind' }).selectOption(location)
  return page
}

export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
export const check = (page: Page) => page.getByRole('button', { name: 'Check location' }).click()

/** Saves the form, runs the source, and waits until its one file is taken. */
export async function saveAndRun(page: Page, name: string, records: string): Promise<void> {
  await page.getByText('Valid: the service accepts this declaration.').waitFor()
  await page.getByRole('button', { name: 'Create source' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  const file = page.getByRole('region', { name: 'Table of files' }).getByRole('row').nth(1)
  await file.getByText('Taken').waitFor(LATER)
  await page.getByText(`${records} records accepted`).waitFor()
  await page.getByText('In order').waitFor()
}

/** A form asks the service about what is not typed to its end as well, where somebody types slowly. */
export const faultsOf = ({ faults }: Browser) => faults.filter((fault) => !/status of 400/.test(fault))

export async function look(page: Page, what: string): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    await settled(page)
    await expectFits(page, `${what} at ${width}`)
    await picture(page, `${what}-${width}`)
  }
  await expectAccessible(page, what)
}
