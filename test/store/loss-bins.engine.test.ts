/** The bins that losses are summed over as SQL, against the function over a slot that defines them. */
import { expect, test } from 'vitest'
import { LOWEST_EDGE, slotCount, type ColumnBinning } from '../../store/profiles/binning.ts'
import { rows } from '../../store/engine/query.ts'
import { lossBin, lossBinCount, lossBinSql, MAX_LOSS_BINS } from '../../store/labelled/loss-bins.ts'
import { temporaryStore } from '../support/stores/store.ts'

const numeric = (bins: number): ColumnBinning => ({
  kind: 'numeric',
  edges: [LOWEST_EDGE, ...Array.from({ length: bins - 1 }, (_, i) => i)],
  groups: { by: 'edge', edges: [] },
  centre: 0,
})
const categorical = (listed: number): ColumnBinning => ({
  kind: 'categorical',
  categories: Array.from({ length: listed }, (_, i) => String(i)),
  truncated: false,
  singletons: 0,
})
const BINNINGS = [1, 2, 19, 20, 21, 40, 41, 252, 600].flatMap((n) => [numeric(n), categorical(n - 1)])

test('every slot has its bin, in order, and the engine finds the same', async () => {
  const store = await temporaryStore()
  for (const binning of BINNINGS) {
    const slots = Array.from({ length: slotCount(binning) }, (_, slot) => slot)
    const bins = slots.map((slot) => lossBin(binning, slot))
    const found = await rows<{ bin: number }>(
      store.read,
      `SELECT toUInt32(${lossBinSql('slot', binning)}) AS bin
       FROM (SELECT toUInt16(number) AS slot FROM numbers(${slots.length})) ORDER BY slot`,
    )
    expect(found.map(({ bin }) => bin)).toEqual(bins)
    expect([...new Set(bins)]).toEqual(Array.from({ length: lossBinCount(binning) }, (_, bin) => bin))
    expect(bins.filter((bin) => bin === 0)).toHaveLength(1)
    expect(lossBinCount(binning)).toBeLessThanOrEqual(MAX_LOSS_BINS + 2)
  }
})
