import { deadLetterId } from '../../store/events/dead-letter-id.ts'
import { MAX_PAYLOAD, removeDeadLetters } from '../../store/events/dead-letters.ts'
import type { StoredDeadLetter } from '../../store/events/read-dead-letters.ts'
import { bury } from '../intake/bury.ts'
import { takeMessages, type MessageContext, type TopicSource, type Untaken } from '../intake/messages.ts'
import { countRecords } from '../intake/metrics.ts'
import { storeLabels, storePredictions, type IntakeResult, type RawRecord } from '../intake/pipeline.ts'
import { parseRecord } from '../intake/records.ts'
import { unknownModel } from '../intake/unknown-model.ts'

export interface ReplayContext extends MessageContext {
  /** The topics that are consumed now. */
  topics: () => Promise<readonly TopicSource[]>
}

/** What became of a letter. Only one that is taken is gone; a reason that a letter gets anew is stored with it. */
export type ReplayOutcome =
  | { status: 'taken' }
  | { status: 'untaken'; reason: Untaken['reason']; detail: string }
  /** It was not tried, and stays as it is. */
  | { status: 'impossible'; reason: 'payload_cut' | 'unknown_topic'; detail: string }

/** Letters of one source that are taken together, and how. */
interface Group {
  letters: StoredDeadLetter[]
  take: (letters: readonly StoredDeadLetter[]) => Promise<Untaken[]>
}

const HTTP_INTAKES = {
  'http:predictions': { records: 'predictions', store: storePredictions },
  'http:labels': { records: 'labels', store: storeLabels },
} as const
type HttpSource = keyof typeof HTTP_INTAKES

/**
 * Takes letters again as their sources handed them on. Resolves with an outcome for each once everything is stored;
 * rejects when ClickHouse fails. Either way it can be done again: what was taken already counts once.
 */
export async function replayLetters(
  context: ReplayContext,
  letters: readonly StoredDeadLetter[],
): Promise<ReplayOutcome[]> {
  const topics = new Map((await context.topics()).map((topic) => [topic.name, topic]))
  const outcomes = new Map<StoredDeadLetter, ReplayOutcome>()
  const groups = new Map<string, Group>()
  for (const letter of letters) {
    const topic = topics.get(letter.source)
    const impossible = whyImpossible(letter, topic)
    if (impossible !== undefined) {
      outcomes.set(letter, impossible)
      continue
    }
    const key = topic === undefined ? `${letter.source} ${letter.model}` : letter.source
    const group = groups.get(key) ?? {
      letters: [],
      take: topic === undefined ? takeHttp(context, letter) : takeTopic(context, topic),
    }
    group.letters.push(letter)
    groups.set(key, group)
  }
  await Promise.all(
    [...groups.values()].map(async ({ letters, take }) => {
      const untaken = new Map((await take(letters)).map((one) => [placeIn(one), one]))
      const taken = letters.filter((letter) => !untaken.has(placeIn(letter)))
      await removeDeadLetters(context.store, taken, context.now)
      for (const letter of letters) {
        const { reason, detail } = untaken.get(placeIn(letter)) ?? {}
        outcomes.set(
          letter,
          reason === undefined ? { status: 'taken' } : { status: 'untaken', reason, detail: detail! },
        )
      }
    }),
  )
  return letters.map((letter) => outcomes.get(letter)!)
}

const placeIn = ({ partition, offset }: { partition: number; offset: number }) => `${partition} ${offset}`
const isHttp = (source: string): source is HttpSource => Object.hasOwn(HTTP_INTAKES, source)

/** Whether of the payload only the beginning is kept: of too long a line over HTTP no more than that ever was. */
export function isCut({ source, reason, payload }: StoredDeadLetter): boolean {
  return payload.length >= MAX_PAYLOAD || (isHttp(source) && reason === 'too_large')
}

function whyImpossible(letter: StoredDeadLetter, topic: TopicSource | undefined): ReplayOutcome | undefined {
  if (isCut(letter)) {
    const detail = `only the beginning of the payload of ${deadLetterId(letter)} was kept; send the record again from its source`
    return { status: 'impossible', reason: 'payload_cut', detail }
  }
  if (isHttp(letter.source) || topic !== undefined) return undefined
  const detail =
    `the topic "${letter.source}" is not being read; declare it, or set it in KAFKA_PREDICTIONS_TOPIC ` +
    'or KAFKA_LABELS_TOPIC, then replay this dead letter'
  return { status: 'impossible', reason: 'unknown_topic', detail }
}

/** When the source recorded it; of letters from before this was kept, when it was rejected. */
const recordedAt = ({ recordedAt: at, receivedAt }: StoredDeadLetter) => at ?? receivedAt

function takeTopic(context: ReplayContext, topic: TopicSource): Group['take'] {
  return (letters) =>
    takeMessages(
      context,
      topic,
      letters.map((letter) => ({
        value: Buffer.from(letter.payload, 'utf8'),
        headers: letter.headers,
        recordedAt: recordedAt(letter),
        partition: letter.partition,
        offset: letter.offset,
      })),
    )
}

function takeHttp(context: ReplayContext, { source, model: name }: StoredDeadLetter): Group['take'] {
  const { records: kind, store: take } = HTTP_INTAKES[source as HttpSource]
  return async (letters) => {
    const { store, intake, now } = context
    const records = letters.map((letter): RawRecord => {
      const { partition, offset, headers, payload } = letter
      return {
        ...parseRecord(payload),
        origin: { partition, offset, headers, recordedAt: recordedAt(letter) },
      }
    })
    const model = await context.findModel(name)
    if (model === undefined) {
      const rejection = unknownModel(name)
      const buried = letters.map(({ payload }, i) => ({
        source,
        model: name,
        rejection,
        raw: payload,
        origin: records[i].origin,
      }))
      await bury(store, buried, now)
      return letters.map(({ partition, offset }) => ({ partition, offset, ...rejection }))
    }
    const classes = await intake.classesOf(model)
    const into = { store, writer: intake.writer, model, classes, source, now }
    const result: IntakeResult = await take(into, records)
    countRecords(intake.metrics, { source: 'http', records: kind, model: name }, result)
    return result.rejected.map(({ index, reason, detail }) => ({
      partition: letters[index].partition,
      offset: letters[index].offset,
      reason,
      detail,
    }))
  }
}
