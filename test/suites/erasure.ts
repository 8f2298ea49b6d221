import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { insertErasedIds } from '../../control/erasure/erased-ids.ts'
import { modelSchema, type Model } from '../../control/declared/model.ts'
import { placeWaitingLabels } from '../../detectors/rollup/rollup.ts'
import { createIntake, type Intake } from '../../ingest/intake/intake.ts'
import { takeMessages, type SourceMessage } from '../../ingest/intake/messages.ts'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import type { RawRecord } from '../../ingest/intake/raw-record.ts'
import { compileMapping } from '../../ingest/mapping/compile.ts'
import { writeDeadLetters } from '../../ingest/dead-letters/write-dead-letters.ts'
import { eraseRows } from '../../store/erasure/erase-rows.ts'
import { findRows } from '../../store/erasure/find-rows.ts'
import { soughtIds } from '../../store/erasure/sought.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { dirtyHours } from '../../store/events/dirty-hours.ts'
import { openModels } from '../../store/models.ts'
import { topicSchema } from '../../store/topic.ts'
import { byDay } from '../support/runner/by-day.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const SECRET = 'Unmistakable-Zygmunt-Quux'
const ID = `person-${SECRET}`
const NONE = { predictions: 0, labels: 0, waitingLabels: 0, inferenceLogs: 0, referenceFeatures: 0, deadLetters: [], hours: [], exampleHours: [] } // prettier-ignore

const declared = (name: string) =>
  modelSchema.parse({ name, task: 'binary', features: { a: 'numeric', c: 'categorical' } })
const prediction = (id: string, extra: object = {}) => ({
  value: { id, ts: START, features: { a: 1, c: 'x' }, prediction: 'yes', ...extra },
})
const topic = topicSchema.parse({
  name: 'logs',
  records: 'predictions',
  kserve: { svc: { model: 'm', output: 'class' } },
})

/** Erasing, on whatever `open` gives. */
export function erasureTests(open: () => Promise<Store & { directory: string }>): void {
  let store: Store & { directory: string }
  let intake: Intake
  const models = new Map<string, Model>()
  beforeAll(async () => {
    store = await open()
    intake = createIntake(store)
    for (const name of ['m', 'other']) {
      const model = declared(name)
      models.set(name, model)
      await openModels(store).declare(model, new Date())
    }
  }, 120_000)

  const into = (name: string, source: string) => ({
    store,
    writer: intake.writer,
    model: models.get(name)!,
    source,
    now: new Date(),
  })
  const predict = (records: RawRecord[], name = 'm') =>
    storePredictions(into(name, 'http:predictions'), records)
  const label = (records: RawRecord[], name = 'm') => storeLabels(into(name, 'http:labels'), records)
  const erase = async (ids: string[], name = 'm') => {
    await insertErasedIds(store.control, name, ids)
    return eraseRows(store, name, ids, new Date())
  }
  const find = (ids: string[], name = 'm') => findRows(store, soughtIds(name, ids))
  const take = (messages: Pick<SourceMessage, 'value' | 'headers' | 'offset'>[]) =>
    takeMessages(
      {
        store,
        intake,
        findModel: (name) => Promise.resolve(models.get(name)),
        now: new Date(),
      },
      { name: topic.name, records: topic.records, mapping: compileMapping(topic) },
      messages.map((message) => ({ partition: 0, recordedAt: START, ...message })),
    )
  const countOf = async (table: string, condition = '1') =>
    (await rows<{ n: number }>(store.read, `SELECT count() AS n FROM ${table} WHERE ${condition}`))[0].n

  /** A request of an exchange, as KServe logs it. */
  const request = (id: string, offset: number, instances: unknown[]) => ({
    offset,
    value: Buffer.from(JSON.stringify({ instances })),
    headers: {
      ce_id: id,
      ce_type: 'org.kubeflow.serving.inference.request',
      ce_time: new Date(START).toISOString(),
      ce_inferenceservicename: 'svc',
      ce_source: 'http://svc',
      ce_specversion: '1.0',
    },
  })

  async function fill(id: string, name: string): Promise<void> {
    await predict([prediction(id, { features: { a: 1, c: SECRET } }), prediction('somebody')], name)
    // A second version of the row, in another hour as well.
    await predict([prediction(id, { features: { a: 2, c: SECRET } })], name)
    await predict([prediction(id, { ts: START + HOUR, features: { a: SECRET, c: 'x' } })], name)
    await label([{ value: { id, label: 'yes', prediction_ts: START } }], name)
    await label([{ value: { id: `${id}-waits`, label: 'yes' } }], name)
    await predict([prediction(id, { ts: 'never' }), prediction('somebody', { ts: 'never' })], name)
  }

  describe('erasing', () => {
    test('deletes what all tables hold of an id, and nothing of any other', async () => {
      await fill(ID, 'm')
      await fill(ID, 'other')
      await take([
        request(ID, 1, [{ a: 1, c: SECRET }]),
        request('several', 2, [{ a: 1 }, { a: 2, c: SECRET }]),
        request('foreign', 3, [{ a: 1 }]),
      ])
      const ids = [ID, `${ID}-waits`, 'several/1', 'nobody']

      const found = await find(ids)
      expect(found).toMatchObject({ predictions: 2, labels: 1, waitingLabels: 1, inferenceLogs: 2, notFound: 1 }) // prettier-ignore
      expect(found.deadLetters).toHaveLength(1)
      expect(found.hours.map((hour) => hour.getTime())).toEqual([START, START + HOUR])
      expect(found.exampleHours.map((hour) => hour.getTime())).toEqual([START + HOUR])
      expect(await find(ids), 'looking deletes nothing').toEqual(found)

      expect(await erase(ids)).toEqual(found)
      expect(await find(ids)).toEqual({ ...NONE, notFound: 4 })
      expect(await countOf('predictions_m')).toBe(1)
      expect(await countOf('dead_letters', "model = 'm'"), 'that of another id').toBe(1)
      expect(await countOf('halves'), 'the request of another exchange').toBe(1)
      expect(await find(ids, 'other')).toMatchObject({ predictions: 2, labels: 1, waitingLabels: 1 })
    })

    test('has the hours counted again', async () => {
      const dirty = (await dirtyHours(store, 'm', new Date())).map(
        ({ stream, hour }) => `${stream} ${hour.getTime() - START}`,
      )
      for (const hour of [0, HOUR])
        expect(dirty).toEqual(expect.arrayContaining([`predictions ${hour}`, `labels ${hour}`]))
    })

    test('leaves no trace of the values on the disk once ClickHouse has removed the old parts', async () => {
      await erase([ID, `${ID}-waits`], 'other')
      // In the order of the tables they are in, so that a failure names one.
      const alterAll = (change: string) =>
        store.shards.each(async (client) => {
          const tables = await rows<{ name: string }>(client, `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name`) // prettier-ignore
          for (const { name } of tables) await client.command({ query: `ALTER TABLE \`${name}\` ${change}` })
        })
      await alterAll('MODIFY SETTING old_parts_lifetime = 1')
      const parts = await store.shards.each((client) =>
        rows<{ path: string }>(
          client,
          'SELECT path FROM system.parts WHERE database = currentDatabase() AND active',
        ),
      )
      const active = parts.flat()
      expect(active.length).toBeGreaterThan(3)
      for (const { path } of active) expect(filesWith(path, SECRET), path).toEqual([])
      const data = join(store.directory, 'data')
      await expect.poll(() => filesWith(data, SECRET), { timeout: 120_000, interval: 1_000 }).toEqual([])
      await alterAll('RESET SETTING old_parts_lifetime')
    }, 180_000)

    test('finds values on the disk where there are any', async () => {
      await predict([prediction('control', { features: { a: 1, c: `Another-${SECRET}` } })])
      expect(filesWith(join(store.directory, 'data'), `Another-${SECRET}`)).not.toEqual([])
    })

    test('is harmless when it is done again', async () => {
      expect(await erase([ID])).toEqual({ ...NONE, notFound: 1 })
    })

    test('removes labels that are only hidden because they were given to their predictions', async () => {
      await label([{ value: { id: 'settles', label: 'yes' } }])
      await predict([prediction('settles')])
      await placeWaitingLabels(store, models.get('m')!, new Date(Date.now() + 1000))
      expect(await erase(['settles'])).toMatchObject({ predictions: 1, labels: 1, waitingLabels: 0 })
      const masked = await rows<{ n: number }>(
        store.read,
        `SELECT count() AS n FROM system.parts WHERE database = currentDatabase() AND active
           AND table = 'pending_labels' AND has_lightweight_delete`,
      )
      expect(masked).toEqual([{ n: 0 }])
    })
  })

  test('a crash at any statement leaves nothing that erasing again does not delete', async () => {
    for (let statements = 0; ; statements += byDay(3, 1)) {
      const id = `crash-${statements}`
      await predict([prediction(id), prediction(id, { ts: 'never' })])
      await label([{ value: { id, label: 'yes', prediction_ts: START } }])
      await insertErasedIds(store.control, 'm', [id])
      const crashing = failingAfter(store, statements)
      const isDone = await eraseRows(crashing, 'm', [id], new Date()).then(
        () => true,
        () => false,
      )
      await erase([id])
      expect(await find([id]), id).toEqual({ ...NONE, notFound: 1 })
      if (isDone) break
    }
    const later = new Date(Date.now() + HOUR)
    const abandoned = (await dirtyHours(store, 'm', later)).filter((hour) => hour.abandoned)
    expect(abandoned.map(({ hour }) => hour.getTime())).toContain(START)
  }, 180_000)

  describe('records of erased ids that arrive again', () => {
    test('are dropped and counted, also when they could not be read', async () => {
      const again = await predict([prediction(ID), prediction('new'), prediction(ID, { ts: 'never' })])
      expect(again).toMatchObject({ accepted: 1, erased: 2, rejected: [] })
      expect(await label([{ value: { id: `${ID}-waits`, label: 'no' } }])).toMatchObject({ accepted: 0, erased: 1 }) // prettier-ignore
      expect(await find([ID, `${ID}-waits`])).toEqual({ ...NONE, notFound: 2 })
      expect(await predict([prediction(ID)], 'other'), 'it was erased there too').toMatchObject({ erased: 1 })
    })

    test('and those of exchanges, of which the other instances stay', async () => {
      await take([
        request(ID, 11, [{ a: 1, c: SECRET }]),
        request('several', 12, [{ a: 1, c: 'kept' }, { a: 2, c: SECRET }]), // prettier-ignore
      ])
      const stored = await rows<{ id: string; content: string }>(store.read, 'SELECT id, content FROM halves')
      expect(stored.map(({ id }) => id).sort()).toEqual(['foreign', 'several'])
      expect(stored.map(({ content }) => content).join(' ')).not.toContain(SECRET)
      expect(stored.map(({ content }) => content).join(' ')).toContain('kept')
    })

    test('and messages that nothing can read', async () => {
      const before = await countOf('dead_letters')
      const rejection = { status: 'rejected', reason: 'bad_mapping', detail: '' } as const
      const origin = { partition: 0, offset: 77, recordedAt: START, headers: {} }
      const payloads = [`{"user": "${ID}"}`, `broken, ${ID}; text`, '{"user": "somebody else"}']
      await writeDeadLetters(
        store,
        payloads.map((raw, i) => ({
          source: 'logs',
          model: '',
          rejection,
          raw,
          origin: { ...origin, offset: i },
        })),
        new Date(),
      )
      expect(await countOf('dead_letters')).toBe(before + 1)
    })
  })

  describe('what arrives while ids are erased', () => {
    test('does not stay, whenever it arrives', async () => {
      const ids = Array.from({ length: 200 }, (_, i) => `racing-${i}`)
      let sending = true
      const send = async () => {
        while (sending) {
          await predict(ids.map((id) => prediction(id)))
          await label(ids.map((id) => ({ value: { id, label: 'yes' } })))
          await predict(ids.slice(0, 5).map((id) => prediction(id, { ts: 'never' })))
          // Parts that come faster than they are merged would slow the inserts down.
          await setTimeout(20)
        }
      }
      const settle = async () => {
        while (sending) {
          await placeWaitingLabels(store, models.get('m')!, new Date(Date.now() + 1000))
          await setTimeout(20)
        }
      }
      const senders = [send(), send(), settle()]
      try {
        for (const start of [0, 50, 100, 150]) await erase(ids.slice(start, start + 50))
      } finally {
        sending = false
        await Promise.all(senders)
      }
      expect(await find(ids)).toEqual({ ...NONE, notFound: ids.length })
    }, 120_000)
  })
}

/** The store for a process that dies after so many statements that change something. */
function failingAfter(store: Store, statements: number): Store {
  let left = statements
  const command: Store['rollup']['command'] = (params) => {
    if (left-- === 0) throw new Error('killed')
    return store.rollup.command(params)
  }
  return { ...store, rollup: Object.assign(Object.create(store.rollup) as Store['rollup'], { command }) }
}

function filesWith(directory: string, text: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) // prettier-ignore
  return files.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => contains(path, text))
}

function contains(path: string, text: string): boolean {
  try {
    return readFileSync(path).includes(text)
  } catch {
    // ClickHouse removes files meanwhile.
    return false
  }
}
