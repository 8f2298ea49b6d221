import { randomUUID } from 'node:crypto'
import { writeMarks, type DirtyMark } from '../../store/events/dirty-hours.ts'
import { insertInputProblems } from '../../store/events/input-problems.ts'
import { insertLabels, insertPendingLabels } from '../../store/events/labels.ts'
import type { Model } from '../../control/declared/model.ts'
import { insertPredictions } from '../../store/events/predictions.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import type { Store } from '../../store/engine/client.ts'

/** Where encoded rows go, what writes them there, and whose counts they change. */
const TARGETS = {
  predictions: { insert: insertPredictions, streams: ['predictions', 'labels'] },
  labels: { insert: insertLabels, streams: ['labels'] },
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
  /** Starts of the hours of their predictions, milliseconds since 1970. */
  hours: ReadonlySet<number>
  now: Date
}

/** Writes rows in groups: what comes while an insert is under way goes into the next one together. */
export interface Writer {
  /** Resolves once the rows are stored and their hours marked for counting. */
  write(this: void, write: Write): Promise<void>
}

/** An insert that was stored. */
export interface Insert {
  target: Write['target']
  rows: number
  seconds: number
}

/** An insert takes no further writes beyond this many rows or characters. */
const MAX_ROWS = 50_000
const MAX_CHARACTERS = 16_000_000

interface Waiting extends Write {
  resolve: () => void
  reject: (cause: unknown) => void
}

/** Writes whose rows are stored, and the marks that confirm it. */
interface Stored {
  group: readonly Waiting[]
  marks: readonly DirtyMark[]
}

const NOTHING: Stored = { group: [], marks: [] }

/** Inserts of one model into one target, one after the other. */
interface Lane {
  waiting: Waiting[]
  running: boolean
}

/** One for a process: only writes that go through the same one are joined. */
export function createWriter(store: Store, onInsert?: (insert: Insert) => void): Writer {
  const lanes = new Map<string, Lane>()

  async function run(lane: Lane): Promise<void> {
    lane.running = true
    let stored = NOTHING
    while (lane.waiting.length > 0) stored = await insertGroup(takeGroup(lane.waiting), stored)
    // Whoever comes from here on starts a run of its own.
    lane.running = false
    await mark(stored, []).catch(() => {})
  }

  /** Inserts a group, whose announcement is one statement with the confirmation of the one before. */
  async function insertGroup(group: Waiting[], before: Stored): Promise<Stored> {
    const [{ model, target }] = group
    const announced = marksOf(group)
    try {
      await mark(before, announced)
      const lines = group.length === 1 ? group[0].lines : group.flatMap((write) => write.lines)
      const started = performance.now()
      await TARGETS[target].insert(store, model, lines)
      onInsert?.({ target, rows: lines.length, seconds: (performance.now() - started) / 1000 })
    } catch (cause) {
      for (const { reject } of group) reject(cause)
      return NOTHING
    }
    return { group, marks: announced.map((mark) => ({ ...mark, state: 'confirmed' })) }
  }

  async function mark({ group, marks }: Stored, announced: readonly DirtyMark[]): Promise<void> {
    try {
      await writeMarks(store.ingest, [...marks, ...announced])
    } catch (cause) {
      for (const { reject } of group) reject(cause)
      throw cause
    }
    for (const { resolve } of group) resolve()
  }

  return {
    write(write) {
      if (write.lines.length === 0) return Promise.resolve()
      const key = `${write.target} ${write.model.name}`
      const lane = lanes.get(key) ?? { waiting: [], running: false }
      lanes.set(key, lane)
      return new Promise((resolve, reject) => {
        lane.waiting.push({ ...write, resolve, reject })
        if (!lane.running) void run(lane)
      })
    },
  }
}

/** As many of the oldest writes as go into one insert; all of one state of the model, whose columns may change. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const { model } = waiting[0]
  let [rows, characters, taken] = [0, 0, 0]
  for (const write of waiting) {
    rows += write.lines.length
    characters += write.characters
    if (taken > 0 && (write.model !== model || rows > MAX_ROWS || characters > MAX_CHARACTERS)) break
    taken++
  }
  return waiting.splice(0, taken)
}

function marksOf(group: readonly Waiting[]): DirtyMark[] {
  const [{ model, target }] = group
  const hours = new Set(group.flatMap((write) => [...write.hours]))
  const batch = randomUUID()
  return TARGETS[target].streams.flatMap((stream) =>
    [...hours].map((hour) => ({
      model: model.name,
      stream,
      hour: new Date(hour),
      batch,
      state: 'announced' as const,
      at: group.at(-1)!.now,
    })),
  )
}
