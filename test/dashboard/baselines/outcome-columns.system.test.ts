import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, expectAccessible, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { testService, type TestService } from '../../support/service.ts'

describeBrowser('a file whose outcomes are called otherwise', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-outcomes-'))
  const csv = join(directory, 'training.csv')
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    const lines = Array.from({ length: 600 }, (_, i) => [
      i % 40,
      ['x', 'y'][i % 2],
      ['late', 'early'][i % 3 === 0 ? 0 : 1],
      (i % 100) / 100,
    ])
    writeFileSync(csv, ['amount,target,was,p', ...lines].join('\n'))
    service = await testService()
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    rmSync(directory, { recursive: true, force: true })
    expect(browser.faults).toEqual([])
  })

  test('is read as its columns are chosen, for the model and for the baseline', async () => {
    const page = await browser.open(`${service.url}/declare/model`)
    await page.getByLabel('File', { exact: true }).setInputFiles(csv)
    const label = page.getByLabel('Label', { exact: true })
    // Guessed by its name, and wrong: `target` is a feature.
    await page.getByText('a binary model with 3 features').waitFor()
    expect(await label.inputValue()).toBe('target')
    await label.selectOption('was')
    await page.getByLabel('Score', { exact: true }).selectOption('p')
    await page.getByText('a binary model with 2 features').waitFor()
    await expectAccessible(page, 'columns of a file')
    await page.getByRole('textbox', { name: 'Name' }).fill('shop')
    await page.getByText('Valid: the service accepts this declaration.').waitFor()
    await page.getByRole('button', { name: 'Create model' }).click()
    await page.getByText('Saved the model shop.').waitFor()
    const model = (await service.call('GET', '/models/shop')).body
    expect(Object.keys(model.features)).toEqual(['amount', 'target'])

    await page.goto(`${service.url}/models/shop/baselines`)
    await page.getByLabel('File', { exact: false }).setInputFiles(csv)
    await page.getByText('It has no column for the prediction, score.', { exact: false }).waitFor()
    await label.selectOption('was')
    await page.getByLabel('Score', { exact: true }).selectOption('p')
    await page.getByText('The file has 2 of 2 features.').waitFor()
    await page.getByText('It has no column for the prediction.', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByText('Created baseline 1 “training.csv” from 600 rows, with labels.').waitFor()
    const { columns } = (await service.call('GET', '/models/shop/baselines/1/columns')).body
    expect(columns.map(({ column }: { column: string }) => column).sort()).toEqual(['amount', 'label', 'score', 'target']) // prettier-ignore
    await page.close()
  })
})
