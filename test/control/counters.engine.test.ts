import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Control } from '../../control/database/control.ts'
import { openControl } from '../../control/database/open.ts'
import { claimBaselineNumber } from '../../control/declared/baselines.ts'
import { atEnd } from '../support/runner/at-end.ts'

describe('the number of a new baseline', () => {
  let controls: Control[]
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-control-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    const location = { path: join(directory, 'control.db') }
    controls = await Promise.all([1, 2, 3, 4].map(() => openControl(location)))
    atEnd(async () => void (await Promise.all(controls.map((control) => control.destroy()))))
  })

  test('is given once, to whichever connection asks', async () => {
    const claimed = await Promise.all(
      controls.map(async (control) => {
        const numbers: number[] = []
        for (let i = 0; i < 8; i++) numbers.push(await claimBaselineNumber(control, 'flights'))
        return numbers
      }),
    )
    expect(new Set(claimed.flat()).size).toBe(32)
    for (const numbers of claimed) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })

  test('counts up by one where nobody else asks, for each model by itself', async () => {
    const numbers: number[] = []
    for (const control of controls) numbers.push(await claimBaselineNumber(control, 'alone'))
    expect(numbers).toEqual([1, 2, 3, 4])
  })
})
