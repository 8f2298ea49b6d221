import { beforeAll, expect, test } from 'vitest'
import type { Control } from '../../control/database/control.ts'
import { claimBaselineNumber } from '../../control/declared/baselines.ts'
import { describeOnBoth } from '../support/stores/control-databases.ts'

describeOnBoth('the number of a new baseline', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
  })

  test('is given once, however many ask at once', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 32 }, () => claimBaselineNumber(control, 'flights')),
    )
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1))
  })

  test('counts up for each model by itself', async () => {
    expect(await claimBaselineNumber(control, 'alone')).toBe(1)
    expect(await claimBaselineNumber(control, 'alone')).toBe(2)
  })
})
