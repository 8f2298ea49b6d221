import { beforeAll, expect, test } from 'vitest'
import { uniform } from '../../../bench/support.ts'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { takeMessages, type SourceMessage } from '../../../ingest/intake/messages.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { rows } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const MESSAGES = byDay(20_000, 100_000)
const BATCH = 5_000
const START = Date.UTC(2026, 0, 5)
const store = await temporaryStore()
const models = openModels(store)
const intake = createIntake(store)
const random = uniform(2026)
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]

/** What goes wrong in the world, and some that never should. */
const ODD: readonly unknown[] = [
  null, true, false, 0, -0, 1e308, 5e-324, -1e-310, 1e21, 2 ** 53, 2 ** 63, 0.1, -1, '', ' ', '0', 'nan', 'NaN', 'inf',
  '\\N', '\0', '\ud800', '\udfff x', '😀', 'é漢', "'", '"', '\\', '`', '{x:UInt8}', '?', '--', '\n', '\t', '[1,2]', '{}',
  [], {}, [[]], [null], { a: 1 }, 'x'.repeat(1_001), 'x'.repeat(70_000), '1970-01-01',
  '2026-02-30', '2106-12-31', '9999-12-31T23:59:59Z', '2026-01-05T00:00:00+14:00', 'constructor', '__proto__',
] // prettier-ignore

const FIELDS = ['model', 'id', 'ts', 'version', 'features', 'prediction', 'score', 'scores', 'label'] as const

function goodEvent(id: string): Record<string, unknown> {
  return {
    model: 'm',
    id,
    ts: START + Math.floor(random() * 86_400_000),
    version: pick(['1', '2', 3]),
    features: { a: random(), c: pick(['x', 'y', 1]) },
    prediction: pick(['yes', 'no']),
    score: random(),
  }
}

/** A good event with something odd in it, or mangled bytes. */
function message(i: number): Buffer {
  const event = goodEvent(`f${i}`)
  const kind = random()
  if (kind < 0.1)
    return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 60) }, () => random() * 256))
  // A changed byte can turn one id into that of another message, so these have ids of their own.
  if (kind < 0.2) return mangled(Buffer.from(JSON.stringify(goodEvent(`mangled ${i}`))))
  if (kind < 0.25) return Buffer.from(JSON.stringify(pick(ODD)))
  if (kind < 0.3) return Buffer.from(`${'['.repeat(5_000)}${']'.repeat(pick([5_000, 4_999]))}`)
  if (kind < 0.7) event[pick(FIELDS)] = pick(ODD)
  else if (kind < 0.9) event.features = { a: pick(ODD), c: pick(ODD), [JSON.stringify(pick(ODD))]: pick(ODD) }
  else if (kind < 0.92) delete event[pick(FIELDS)]
  else if (kind < 0.94) event.scores = { [JSON.stringify(pick(ODD))]: pick(ODD), yes: random() }
  return Buffer.from(JSON.stringify(event))
}

/** Some bytes changed, cut out or doubled. */
function mangled(bytes: Buffer): Buffer {
  const at = Math.floor(random() * bytes.length)
  const way = random()
  if (way < 0.4) {
    bytes[at] = Math.floor(random() * 256)
    return bytes
  }
  if (way < 0.7) return bytes.subarray(0, at)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2))])
}

/** The id of a message that is JSON and carries the one it was made with. */
function intactId(bytes: Buffer, i: number): string | undefined {
  try {
    const { id } = JSON.parse(bytes.toString()) as { id?: unknown }
    return id === `f${i}` ? id : undefined
  } catch {
    return undefined
  }
}

beforeAll(() =>
  models.declare(
    modelSchema.parse({
      name: 'm',
      task: 'binary',
      positive: 'yes',
      features: { a: 'numeric', c: 'categorical' },
    }),
    new Date(),
  ),
)

test(
  `each of ${MESSAGES.toLocaleString('en-US')} odd messages is stored, or a dead letter with a reason`,
  { timeout: 300_000 },
  async () => {
    const topic = {
      name: 'fuzz',
      records: 'predictions' as const,
      mapping: compileMapping(topicSchema.parse({ name: 'fuzz', records: 'predictions' })),
    }
    const context = { store, intake, findModel: (name: string) => models.find(name), now: new Date() }
    const intact: { id: string; offset: number }[] = []
    for (let start = 0; start < MESSAGES; start += BATCH) {
      const messages = Array.from({ length: BATCH }, (_, k): SourceMessage => {
        const offset = start + k
        const value = message(offset)
        const id = intactId(value, offset)
        if (id !== undefined) intact.push({ id, offset })
        return { value, headers: {}, recordedAt: START, partition: 0, offset }
      })
      await takeMessages(context, topic, messages)
    }
    const letters = await rows<{ offset: number; reason: string; detail: string }>(
      store.read,
      'SELECT offset, reason, detail FROM dead_letters FINAL',
    )
    expect(
      letters.every(({ reason, detail }) => /^[a-z][a-z0-9_]*$/.test(reason) && detail.length > 10),
    ).toBe(true)
    const { values } = await intake.metrics.records.get()
    const accepted = values.find(({ labels }) => labels.outcome === 'accepted' && labels.model === 'm')!.value
    expect(accepted + letters.length).toBe(MESSAGES)

    const dead = new Set(letters.map(({ offset }) => offset))
    const stored = new Set(
      (await rows<{ id: string }>(store.read, 'SELECT id FROM predictions_m')).map(({ id }) => id),
    )
    const lost = intact.filter(({ id, offset }) => !dead.has(offset) && !stored.has(id))
    const both = intact.filter(({ id, offset }) => dead.has(offset) && stored.has(id))
    expect([lost, both]).toEqual([[], []])
    expect(intact.length).toBeGreaterThan(MESSAGES / 2)
    const reasons = new Set(letters.map(({ reason }) => reason))
    for (const reason of [
      'not_json',
      'not_an_object',
      'no_model',
      'unknown_model',
      'bad_id',
      'bad_ts',
      'bad_prediction',
      'bad_features',
      'bad_version',
    ])
      expect(reasons, reason).toContain(reason)
  },
)
