import { beforeAll, describe, expect, test } from 'vitest'
import { cellOf } from '../../../ingest/columnar/cells.ts'
import { zonedTimes } from '../../../ingest/rows/timezone.ts'
import { rows } from '../../../store/engine/query.ts'
import type { Store } from '../../../store/engine/client.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Hours of walls around a change of clocks, with what is taken for the first of these times in UTC. */
const CHANGES = [
  ['Europe/Berlin', 'skip', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
  ['Europe/Berlin', 'repeat', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
  ['America/New_York', 'skip', '2026-03-08T02:30:00', '2026-03-08T07:30:00Z'],
  ['America/New_York', 'repeat', '2026-11-01T01:30:00', '2026-11-01T05:30:00Z'],
  ['Australia/Lord_Howe', 'skip by half an hour', '2026-10-04T02:15:00', '2026-10-03T15:45:00Z'],
  ['Australia/Lord_Howe', 'repeat by half an hour', '2026-04-05T01:45:00', '2026-04-04T14:45:00Z'],
  ['America/Sao_Paulo', 'skip at midnight', '2018-11-04T00:30:00', '2018-11-04T03:30:00Z'],
] as const

describe('a time without a zone is the same instant in columns as in text', () => {
  let store: Store
  beforeAll(async () => {
    store = await temporaryStore()
  })

  const valueOf = (type: string) =>
    /^Date(32)?$/.test(type) ? `toNullable(to${type}(intDiv(at, ${24 * HOUR})))` : `CAST(fromUnixTimestamp64Milli(toInt64(at), 'UTC'), 'Nullable(${type})')` // prettier-ignore

  /** What the engine reads from a column of this type. */
  async function fromColumn(type: string, walls: readonly number[], zone: string): Promise<number[]> {
    const { fromBody } = cellOf({ name: 'ts', type: `Nullable(${type})` }, 'time', 0, zone)
    const values = `arrayMap(at -> ${valueOf(type)}, [${walls.join(', ')}])`
    const found = await rows<{ read: number }>(store.read, `SELECT toInt64(${fromBody}) AS read FROM (SELECT arrayJoin(${values}) AS ts)`) // prettier-ignore
    return found.map(({ read }) => Number(read))
  }
  const fromText = (walls: readonly number[], zone: string) => {
    const zoned = zonedTimes(zone)
    return walls.map((wall) => Date.parse(String(zoned(new Date(wall).toISOString().slice(0, -1)))))
  }
  const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString())

  test.each(CHANGES)('%s, %s of %s', async (zone, _, local, instant) => {
    const middle = Date.parse(`${local}Z`)
    const walls = Array.from({ length: 6 * 48 + 1 }, (_, i) => middle + (i - 3 * 48) * 10 * MINUTE)
    const text = fromText(walls, zone)
    expect(iso(fromText([middle], zone))).toEqual([new Date(instant).toISOString()])
    for (const type of ['DateTime64(3)', 'DateTime64(6)', 'DateTime'])
      expect(iso(await fromColumn(type, walls, zone)), type).toEqual(iso(text))
  })

  test.each(CHANGES)('days in %s around the %s of %s', async (zone, _, local) => {
    const day = Math.floor(Date.parse(`${local}Z`) / (24 * HOUR)) * 24 * HOUR
    const days = [-1, 0, 1].map((i) => day + i * 24 * HOUR)
    for (const type of ['Date', 'Date32'])
      expect(iso(await fromColumn(type, days, zone)), type).toEqual(iso(fromText(days, zone)))
  })
})
