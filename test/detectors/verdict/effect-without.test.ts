import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectWithout } from '../../../detectors/verdict/effect-without.ts'
import { DEFAULT_RULE, judgeColumn } from '../../../detectors/verdict/judge.ts'
import type { CategoricalBinning, ColumnProfile } from '../../../store/profiles/binning.ts'

const binning: CategoricalBinning = { kind: 'categorical', categories: ['a', 'b', 'c'], truncated: false, singletons: 0 } // prettier-ignore
const profile = (...counts: number[]): ColumnProfile => ({ counts: [0, ...counts, 0], sums: [], squares: 0 })
const rule = { ...DEFAULT_RULE, alpha: 0.001 }
const plus = (a: ColumnProfile, b: ColumnProfile): ColumnProfile => ({
  ...a,
  counts: a.counts.map((count, i) => count + b.counts[i]),
})

test('without the part that moved, nothing is left', () => {
  const still = { baseline: profile(400, 300, 300), window: profile(400, 300, 300) }
  const moved = { baseline: profile(300, 100, 100), window: profile(50, 50, 400) }
  const whole = { baseline: plus(still.baseline, moved.baseline), window: plus(still.window, moved.window) }
  const effect = judgeColumn({ binning, ...whole }, rule).effect!
  expect(effect).toBeGreaterThan(0.05)
  expect(effectWithout({ binning, ...whole }, moved, rule)!).toBeLessThan(0.01)
  expect(effectWithout({ binning, ...whole }, still, rule)!).toBeGreaterThan(effect)
})

test('it is the effect on the rows that are left, whatever these are', () => {
  const counts = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500)).map((all) => profile(...all))
  const side = fc.record({ baseline: counts, window: counts })
  fc.assert(
    fc.property(side, side, (part, rest) => {
      const whole = { baseline: plus(part.baseline, rest.baseline), window: plus(part.window, rest.window) }
      expect(effectWithout({ binning, ...whole }, part, rule)).toEqual(
        judgeColumn({ binning, ...rest }, rule).effect,
      )
    }),
  )
})

test('a part that is not within the whole is not left out of it', () => {
  const whole = { baseline: profile(10, 10, 10), window: profile(10, 10, 10) }
  expect(effectWithout({ binning, ...whole }, { ...whole, window: profile(11, 0, 0) }, rule)).toBeUndefined()
  const shorter = { ...profile(1, 1, 1), counts: [0, 1] }
  expect(effectWithout({ binning, ...whole }, { ...whole, window: shorter }, rule)).toBeUndefined()
})
