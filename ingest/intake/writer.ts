import { randomUUID } from 'node:crypto'
import { writeMarks, type DirtyMark } from '../../store/events/dirty-hours.ts'
import { insertInputProblems } from '../../store/events/input-problems.ts'
import { insertLabels, insertPendingLabels } from '../../store/events/labels.ts'
import type { Model } from '../../control/declared/model.ts'
import { insertReferenceFeatures } from '../../store/events/reference-features.ts'
import { insertPredictions } from '../../store/events/predictions.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import type { Store } from '../../store/engine/client.ts'
import { hoursByInsert, linesByInsert } from '../../store/engine/partitions.ts'
import { isRefusal } from '../../store/engine/refusal.ts'
import { insertAccepted, type Refusal } from './insert-accepted.ts'

/** Where encoded rows go, what writes them there, and whose counts they change. */
const TARGETS = {
  predictions: { insert: insertPredictions, streams: ['predictions', 'labels'] },
  labels: { insert: insertLabels, streams: ['labels'] },
  // Which hours they change is found once they are stored.
  reference_features: { insert: insertReferenceFeatures, streams: [] },
  pending_labels: { insert: insertPendingLabels, streams: [] },
  input_problems: { insert: insertInputProblems, streams: [] },
} as const satisfies Record<
  string,
  {
    insert: (store: Store, model: Model, lines: readonly string[]) => Promise<void>
    streams: readonly Stream[]
  }
>

export interface Write {
  model: Model
  target: keyof typeof TARGETS
  /** Rows as the target's insert takes them. */
  lines: readonly string[]
  /** Of all lines together. */
  characters: number
  /** Of each line the start of the hour it belongs to, milliseconds since 1970; empty for lines that wait for theirs. */
  hours: readonly number[]
  now: Date
}

/** Rows that ClickHouse has in another table already. */
export interface Copy {
  model: Model
  target: keyof typeof TARGETS
  rows: number
  /** Starts of the hours that they belong to, ascending; empty for rows that wait for theirs. */
  hours: readonly Date[]
  now: Date
}

/** Writes rows in groups: what comes while an insert is under way goes into the next one together. */
export interface Writer {
  /**
   * Resolves once the rows are stored and their hours marked for counting, with the lines that ClickHouse refused. These
   * are never lines of another write.
   */
  write(this: void, write: Write): Promise<Refusal[]>
  /**
   * Has `insert` copy rows, called for each group of hours that one insert can hold. Resolves once they are stored and
   * their hours marked for counting.
   */
  copy(this: void, copy: Copy, insert: (hours: readonly Date[]) => Promise<void>): Promise<void>
}

/** An insert that was stored. */
export interface Insert {
  target: Write['target']
  rows: number
  seconds: number
}

export interface WriterEvents {
  onInsert?: (insert: Insert) => void
  /** Told of lines that ClickHouse refused. */
  onRefusal?: (target: Write['target'], lines: number) => void
}

/** An insert takes no further writes beyond this many rows or characters. */
const MAX_ROWS = 50_000
const MAX_CHARACTERS = 16_000_000

interface Waiting extends Write {
  resolve: (refused: Refusal[]) => void
  reject: (cause: unknown) => void
  /** Into one insert with it go at most so many writes; fewer after ClickHouse has refused a group. */
  together: number
}

/** Writes whose rows are stored, and the marks that confirm it. */
interface Stored {
  group: readonly Waiting[]
  marks: readonly DirtyMark[]
  /** Lines of a single write that ClickHouse did not take. */
  refused?: Refusal[]
}

const NOTHING: Stored = { group: [], marks: [] }

/** Inserts of one model into one target, one after the other. */
interface Lane {
  waiting: Waiting[]
  running: boolean
}

/** One for a process: only writes that go through the same one are joined. */
export function createWriter(store: Store, { onInsert, onRefusal }: WriterEvents = {}): Writer {
  const lanes = new Map<string, Lane>()

  async function run(lane: Lane): Promise<void> {
    lane.running = true
    let stored = NOTHING
    while (lane.waiting.length > 0) stored = await insertGroup(lane, takeGroup(lane.waiting), stored)
    // Whoever comes from here on starts a run of its own.
    lane.running = false
    await mark(stored, []).catch(() => {})
  }

  /** Inserts a group, whose announcement is one statement with the confirmation of the one before. */
  async function insertGroup(lane: Lane, group: Waiting[], before: Stored): Promise<Stored> {
    const announced = marksOfGroup(group)
    const fail = (cause: unknown) => {
      for (const { reject } of group) reject(cause)
    }
    try {
      await mark(before, announced)
    } catch (cause) {
      fail(cause)
      return NOTHING
    }
    try {
      await insert(group)
      return { group, marks: confirmed(announced) }
    } catch (cause) {
      if (!isRefusal(cause)) fail(cause)
      else if (group.length > 1) lane.waiting.unshift(...halved(group))
      // The lane goes on meanwhile: nobody waits for the bad lines of another.
      else void insertWithout(group[0], confirmed(announced))
      return NOTHING
    }
  }

  async function insert(group: readonly Waiting[]): Promise<void> {
    const [{ model, target }] = group
    const [lines, hours] =
      group.length === 1
        ? [group[0].lines, group[0].hours]
        : [group.flatMap((write) => write.lines), group.flatMap((write) => write.hours)]
    for (const part of linesByInsert(lines, hours)) {
      const started = performance.now()
      await TARGETS[target].insert(store, model, part)
      onInsert?.({ target, rows: part.length, seconds: (performance.now() - started) / 1000 })
    }
  }

  /** Stores a write that was announced and refused, without the lines that ClickHouse does not take. */
  async function insertWithout(write: Waiting, marks: readonly DirtyMark[]): Promise<void> {
    const { lines, hours } = write
    try {
      const refused = await insertAccepted(lines.length, (from, to) =>
        insert([{ ...write, lines: lines.slice(from, to), hours: hours.slice(from, to) }]),
      )
      onRefusal?.(write.target, refused.length)
      await mark({ group: [write], marks, refused }, [])
    } catch (cause) {
      write.reject(cause)
    }
  }

  async function mark(
    { group, marks, refused = [] }: Stored,
    announced: readonly DirtyMark[],
  ): Promise<void> {
    try {
      await writeMarks(store.ingest, [...marks, ...announced])
    } catch (cause) {
      for (const { reject } of group) reject(cause)
      throw cause
    }
    for (const { resolve } of group) resolve(refused)
  }

  return {
    async copy({ model, target, rows, hours, now }, insert) {
      const announced = marksOf(model, target, hours, now)
      await writeMarks(store.ingest, announced)
      const started = performance.now()
      for (const part of hours.length === 0 ? [[]] : hoursByInsert(hours)) await insert(part)
      onInsert?.({ target, rows, seconds: (performance.now() - started) / 1000 })
      await writeMarks(store.ingest, confirmed(announced))
    },
    write(write) {
      if (write.lines.length === 0) return Promise.resolve([])
      const key = `${write.target} ${write.model.name}`
      const lane = lanes.get(key) ?? { waiting: [], running: false }
      lanes.set(key, lane)
      return new Promise((resolve, reject) => {
        lane.waiting.push({ ...write, resolve, reject, together: Infinity })
        if (!lane.running) void run(lane)
      })
    },
  }
}

/** As many of the oldest writes as go into one insert; all of one state of the model, whose columns may change. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const { model, together } = waiting[0]
  let [rows, characters, taken] = [0, 0, 0]
  for (const write of waiting.slice(0, together)) {
    rows += write.lines.length
    characters += write.characters
    if (taken > 0 && (write.model !== model || rows > MAX_ROWS || characters > MAX_CHARACTERS)) break
    taken++
  }
  return waiting.splice(0, taken)
}

/** The same writes, to be tried in two inserts. */
function halved(group: readonly Waiting[]): Waiting[] {
  const together = Math.ceil(group.length / 2)
  return group.map((write) => ({ ...write, together }))
}

function marksOfGroup(group: readonly Waiting[]): DirtyMark[] {
  const [{ model, target }] = group
  const hours = [...new Set(group.flatMap((write) => write.hours))].map((hour) => new Date(hour))
  return marksOf(model, target, hours, group.at(-1)!.now)
}

const confirmed = (marks: readonly DirtyMark[]) =>
  marks.map((mark): DirtyMark => ({ ...mark, state: 'confirmed' }))

function marksOf(model: Model, target: Write['target'], hours: readonly Date[], at: Date): DirtyMark[] {
  const batch = randomUUID()
  return TARGETS[target].streams.flatMap((stream) =>
    hours.map((hour) => ({ model: model.name, stream, hour, batch, state: 'announced' as const, at })),
  )
}
