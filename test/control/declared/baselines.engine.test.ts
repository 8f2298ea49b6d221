import { beforeEach, expect, test } from 'vitest'
import { baselineOf, bindBaseline, boundBaselines } from '../../../control/declared/baseline-bindings.ts'
import {
  activateBaseline,
  activeBaseline,
  deactivateBaselines,
  listBaselines,
  modelsWithBaseline,
  storeBaseline,
  type Baseline,
} from '../../../control/declared/baselines.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const baseline = (model: string, version: number): Baseline => ({
  model,
  version,
  hash: `hash ${version}`,
  binning: 'b',
  name: 'naïve \0',
  source: { window: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', version: '1\0' } },
  rows: 10,
  createdAt: '2026-01-05T00:00:00.000Z',
})

describeOnBoth('baselines', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    for (const version of [10, 9, 2]) await storeBaseline(control, baseline('shop', version))
    await storeBaseline(control, baseline('Shop', 1))
  })

  test('are read as they were written, in the order of their numbers, and never replaced', async () => {
    expect(await listBaselines(control, 'shop')).toEqual(
      [2, 9, 10].map((version) => baseline('shop', version)),
    )
    expect(await listBaselines(control, 'SHOP')).toEqual([])
    await expect(storeBaseline(control, baseline('shop', 2))).rejects.toThrow()
  })

  test('are compared with when they are activated, the last one', async () => {
    expect(await activeBaseline(control, 'shop')).toBeUndefined()
    await activateBaseline(control, 'shop', 9)
    await activateBaseline(control, 'shop', 2)
    await activateBaseline(control, 'Shop', 1)
    expect(await activeBaseline(control, 'shop')).toEqual(baseline('shop', 2))
    expect(await modelsWithBaseline(control)).toEqual(new Set(['shop', 'Shop']))
    await expect(activateBaseline(control, 'shop', 3)).rejects.toThrow()
    expect(await activeBaseline(control, 'shop')).toEqual(baseline('shop', 2))
  })

  test('are bound to versions, any text, in the order of bytes', async () => {
    const versions = ['B', '_', 'a', 'a\0', 'é', '10', '9']
    for (const [i, version] of versions.entries())
      await bindBaseline(control, 'shop', version, [2, 9, 10][i % 3])
    const bound = await boundBaselines(control, 'shop')
    expect([...bound.keys()]).toHaveLength(versions.length)
    expect([...bound.keys()].filter((name) => name !== 'a\0')).toEqual(['10', '9', 'B', '_', 'a', 'é'])
    expect(bound.get('a\0')).toEqual(baseline('shop', 2))
    await bindBaseline(control, 'shop', 'a\0', 9)
    expect((await boundBaselines(control, 'shop')).get('a\0')).toEqual(baseline('shop', 9))
    await bindBaseline(control, 'shop', 'a\0', undefined)
    expect([...(await boundBaselines(control, 'shop')).keys()]).not.toContain('a\0')
    await expect(bindBaseline(control, 'shop', 'x', 3)).rejects.toThrow()
  })

  test('of a version are its own, or else the active one', async () => {
    await activateBaseline(control, 'shop', 9)
    await bindBaseline(control, 'shop', '2', 10)
    expect((await baselineOf(control, 'shop', '2'))?.version).toBe(10)
    expect((await baselineOf(control, 'shop', '1'))?.version).toBe(9)
    expect((await baselineOf(control, 'shop', undefined))?.version).toBe(9)
    expect(await baselineOf(control, 'Shop', '2')).toBeUndefined()
  })

  test('are compared with no longer once they are deactivated', async () => {
    await activateBaseline(control, 'shop', 9)
    await bindBaseline(control, 'shop', '2', 10)
    await deactivateBaselines(control, 'shop')
    expect(await baselineOf(control, 'shop', '2')).toBeUndefined()
    expect(await modelsWithBaseline(control)).toEqual(new Set())
    expect(await listBaselines(control, 'shop')).toHaveLength(3)
  })
})
