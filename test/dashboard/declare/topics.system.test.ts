import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { picture } from '../../support/pages/picture.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const WIDTHS = [1440, 2200, 390]

describeKafka(
  'Kafka topics on pages',
  () => {
    describeBrowser('with a broker', () => {
      let broker: Broker
      let admin: Admin
      let producer: Producer
      let service: TestService
      let readKey: string
      let [light, dark]: Browser[] = []
      const call = (method: string, path: string, body?: unknown, key = KEY) =>
        service.call(method, path, body, { authorization: `Bearer ${key}` })
      const stored = async (topic: string) => (await call('GET', `/topics/${topic}`)).body
      async function open(path: string, browser = light, key = KEY): Promise<Page> {
        await browser.context.addInitScript(
          `sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`,
        )
        const page = await browser.open(`${service.url}${path}`)
        await settled(page)
        return page
      }
      async function expectGood(page: Page, where: string): Promise<void> {
        await expectAccessible(page, where)
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 })
          await expectFits(page, `${where} at ${width}`)
          await picture(page, `${where.replaceAll(' ', '-')}-${width}`)
        }
      }
      const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
      const changesIn = async (page: Page) => {
        const items = page.getByRole('dialog').getByRole('listitem')
        await items.first().waitFor()
        return (await items.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim())
      }
      const cellsOf = async (row: Locator) => (await row.getByRole('cell').allTextContents()).join(' ')
      /** What a check refuses while it is typed is no fault of the page. */
      const faults = () => light.faults.filter((fault) => !/status of 4\d\d/.test(fault))

      beforeAll(async () => {
        broker = await startBroker()
        const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING })
        admin = kafka.admin()
        producer = kafka.producer()
        await Promise.all([admin.connect(), producer.connect()])
        const topics = ['credit-scores', 'kserve-logs'].map((topic) => ({ topic }))
        await admin.createTopics({ waitForLeaders: true, topics })
        service = await testService(undefined, {
          DRIFTGAUGE_API_KEYS: KEY,
          KAFKA_BROKERS: broker.brokers,
          KAFKA_GROUP_ID: 'pages',
        })
        const features = { amount: 'numeric', purpose: 'categorical' }
        await call('POST', '/models', { name: 'credit', task: 'binary', positive: 'default', features })
        readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key as string
        ;[light, dark] = [await startBrowser(), await startBrowser(undefined, 'dark')]
      }, 120_000)
      afterAll(async () => {
        await Promise.all([light?.close(), dark?.close()])
        await Promise.all([producer?.disconnect(), admin?.disconnect()])
        await service?.stop()
        await broker?.stop()
      })

      test('by mouse: one that the broker has is chosen, mapped, and its records are stored', { timeout: 180_000 }, async () => {
      const page = await open('/settings')
      await region(page, 'Kafka topics').getByText('2 topics of the brokers are not read').click({ timeout: 60_000 })
      await region(page, 'Kafka topics').getByRole('link', { name: 'credit-scores' }).waitFor()
      await region(page, 'Kafka topics').getByRole('link', { name: 'New topic' }).click()
      await page.getByLabel('Or choose a topic of the brokers').selectOption('credit-scores')
      await page.getByText('The brokers have this topic, but it is not read yet.').waitFor()
      await page.getByLabel('Shape', { exact: true }).selectOption('flat: one key for each feature')
      await region(page, 'Topic').getByLabel('Model', { exact: true }).selectOption('credit')
      await page.getByText('Valid: the service accepts this declaration.').waitFor()

      const paths = region(page, 'Where the fields are')
      await paths.getByLabel('Time', { exact: true }).fill('meta..event_time')
      await paths.getByText('write the path of the field as keys separated by dots', { exact: false }).waitFor()
      expect(await paths.getByLabel('Time', { exact: true }).getAttribute('aria-invalid')).toBe('true')
      await paths.getByLabel('Time', { exact: true }).fill('meta.event_time')
      await paths.getByLabel('Id', { exact: true }).fill('request_id')
      await paths.getByLabel('Prediction', { exact: true }).fill('decision')
      await page.getByText('Valid: the service accepts this declaration.').waitFor()
      const example = await page.getByRole('region', { name: 'Code for a record' }).textContent()
      const record = JSON.parse(example!) as { meta: { event_time: string } }
      expect(record).toEqual({
        request_id: 'order-1',
        meta: { event_time: expect.any(String) as string },
        decision: 'default',
        amount: 1.5,
        purpose: 'a',
      })
      await expectGood(page, 'new topic')
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.getByRole('button', { name: 'Create topic' }).click()
      await page.getByText('Saved the topic credit-scores.').waitFor()
      expect(await stored('credit-scores')).toMatchObject({
        records: 'predictions',
        model: 'credit',
        fields: { id: 'request_id', ts: 'meta.event_time', prediction: 'decision', features: '*' },
      })

      await producer.send({ topic: 'credit-scores', messages: [{ value: JSON.stringify(record) }] })
      const row = region(page, 'Kafka topics').getByRole('row').filter({ hasText: 'credit-scores' })
      await expect
        .poll(() => cellsOf(row), { timeout: 90_000 })
          .toMatch(/^credit-scores 0 (\d+ s ago|just now) predictions credit flat/)
      const events = (await call('GET', '/overview')).body.models as { predictions: { last_24h: number } }[]
      expect(events.map(({ predictions }) => predictions.last_24h)).toEqual([1])
      await expectGood(page, 'settings with topics')
      await page.close()
      expect(faults()).toEqual([])
    }) // prettier-ignore

      test('it is changed, after what somebody else changed was seen, and the change undone', { timeout: 90_000 }, async () => {
      const page = await open('/declare/topic/credit-scores')
      await page.getByText('Read: nothing waits', { exact: false }).waitFor()
      expect(await page.getByRole('textbox', { name: 'Name' }).isDisabled()).toBe(true)
      await page.getByLabel('Features are').selectOption('each at a path of its own')
      await page.getByLabel('Path of amount').fill('loan.amount')
      await page.getByLabel('Path of purpose').fill('loan.purpose')
      const etag = (await call('GET', '/topics/credit-scores')).headers.get('etag')!
      const theirs = { ...(await stored('credit-scores')), shadow: true }
      expect((await service.call('POST', '/topics', theirs, { authorization: `Bearer ${KEY}`, 'if-match': etag })).status).toBe(200)

      await page.getByRole('button', { name: 'Review and save' }).click()
      const expected = ['fields.features before:* → after:amount: loan.amount, purpose: loan.purpose']
      expect(await changesIn(page)).toEqual(expected)
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByText('Someone else changed this', { exact: false }).waitFor()
      await dialog.getByRole('button', { name: 'Load the current version' }).click()
      await dialog.getByText('Someone else changed this', { exact: false }).waitFor({ state: 'hidden' })
      expect(await changesIn(page)).toEqual(expected)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved the topic credit-scores.').waitFor()
      expect(await stored('credit-scores')).toMatchObject({ shadow: true, fields: { features: { amount: 'loan.amount' } } })
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone.').waitFor()
      expect(await stored('credit-scores')).toMatchObject({ shadow: true, fields: { features: '*' } })
      await page.close()
      expect(faults()).toEqual([])
    }) // prettier-ignore

      test('what KServe logs is mapped by service, and what contradicts itself is said at its field', { timeout: 90_000 }, async () => {
      const page = await open('/declare/topic?topic=kserve-logs')
      expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('kserve-logs')
      await page.getByLabel('Shape', { exact: true }).selectOption('what KServe logs')
      await page.getByText('must name an InferenceService').first().waitFor()
      await page.getByLabel('Name of the service').fill('credit-sklearn')
      await page.getByRole('button', { name: 'Add service' }).click()
      const service = region(page, 'InferenceService credit-sklearn')
      await service.getByLabel('Output', { exact: true }).selectOption('the probability of the positive class')
      await service.getByLabel('Classes').fill('default\npaid')
      await service.getByText('state which of the classes the score is the probability of').waitFor()
      expect(await service.getByLabel('Positive class').getAttribute('aria-invalid')).toBe('true')
      await service.getByLabel('Positive class').fill('default')
      await service.getByLabel('Features (optional)').fill('amount\npurpose')
      await page.getByText('Valid: the service accepts this declaration.').waitFor()
      await expectGood(page, 'new topic of KServe')
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.getByRole('button', { name: 'Create topic' }).click()
      await page.getByText('Saved the topic kserve-logs.').waitFor()
      expect((await stored('kserve-logs')).kserve).toMatchObject({
        'credit-sklearn': { model: 'credit', output: 'score', classes: ['default', 'paid'], positive: 'default' },
      })
      await page.close()
      expect(faults()).toEqual([])
    }) // prettier-ignore

      test('labels of a topic that does not exist yet are declared; it is removed, and the removal undone', { timeout: 90_000 }, async () => {
      const page = await open('/declare/topic?model=credit')
      await page.getByRole('textbox', { name: 'Name' }).fill('credit-outcomes')
      await page.getByLabel('Shape', { exact: true }).selectOption('another JSON object')
      await page.getByLabel('Records', { exact: true }).selectOption('labels')
      const paths = region(page, 'Where the fields are')
      await paths.getByLabel('Label', { exact: true }).fill('outcome')
      await page.getByText('Valid: the service accepts this declaration.').waitFor()
      await page.getByRole('button', { name: 'Create topic' }).click()
      await page.getByText('Saved the topic credit-outcomes.').waitFor()
      expect(await stored('credit-outcomes')).toMatchObject({ records: 'labels', model: 'credit', fields: { id: 'id', label: 'outcome' } })
      const row = region(page, 'Kafka topics').getByRole('row').filter({ hasText: 'credit-outcomes' })
      await row.getByText('no such topic yet').waitFor({ timeout: 60_000 })

      await row.getByRole('link', { name: 'Edit' }).click()
      await page.getByText('It will be read once it is created.', { exact: false }).waitFor()
      await page.getByRole('button', { name: 'Remove topic…' }).click()
      await page.getByRole('dialog', { name: 'Remove credit-outcomes?' }).getByRole('button', { name: 'Remove' }).click()
      await page.getByText('Removed the topic credit-outcomes.').waitFor()
      expect((await call('GET', '/topics/credit-outcomes')).status).toBe(404)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone.').waitFor()
      expect((await stored('credit-outcomes')).records).toBe('labels')
      await page.close()
      expect(faults()).toEqual([])
    }) // prettier-ignore

      test('who may only read sees how topics are read, and nothing to change it with; both pages are legible in the dark', { timeout: 90_000 }, async () => {
      const page = await open('/settings', dark, readKey)
      const panel = region(page, 'Kafka topics')
      await panel.getByRole('row').filter({ hasText: 'credit-scores' }).waitFor()
      expect(await panel.getByRole('link').allTextContents()).toEqual([])
      await expectGood(page, 'settings of a reader in the dark')
      await page.goto(`${service.url}/declare/topic/credit-scores`)
      await page.getByText('scope “write”', { exact: false }).waitFor()
      expect(await page.getByRole('main').getByRole('button').allTextContents()).not.toContain('Review and save')
      await page.close()
      const writer = await startBrowser({ width: 390, height: 844 }, 'dark')
      const form = await open('/declare/topic/kserve-logs', writer)
      await region(form, 'InferenceService credit-sklearn').waitFor()
      await expectGood(form, 'topic in the dark')
      await writer.close()
      expect(dark.faults).toEqual([])
    }) // prettier-ignore
    })
  },
  { own: true },
)
