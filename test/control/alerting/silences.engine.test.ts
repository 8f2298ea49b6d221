import { beforeEach, expect, test } from 'vitest'
import {
  findSilence,
  listSilences,
  putSilence,
  silenceHistory,
  type Silence,
} from '../../../control/alerting/silences.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { atHour } from '../../support/samples/alert-events.ts'

const silence = (id: string, end: number, extra: Partial<Silence> = {}): Silence => ({
  id,
  matchers: [{ field: 'column', op: 'glob', value: 'a\0*' }],
  start: atHour(0),
  end: atHour(end),
  author: 'Ann',
  comment: 'naïve \0 😀',
  createdAt: atHour(0),
  changedAt: atHour(0),
  changedBy: 'Ann',
  revision: 1,
  ...extra,
})

describeOnBoth('silences', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
  })

  test('are kept as they are and as they were', async () => {
    const before = silence('a', 2)
    const after = silence('a', 1, { revision: 2, changedBy: 'Bob', changedAt: atHour(1) })
    expect(await putSilence(control, before)).toBe(true)
    expect(await putSilence(control, after)).toBe(true)
    expect(await findSilence(control, 'a')).toEqual(after)
    expect(await silenceHistory(control, 'a')).toEqual([after, before])
    expect(await findSilence(control, 'A')).toBeUndefined()
    expect(await silenceHistory(control, 'A')).toEqual([])
  })

  test('have one change of a revision, however many try at once', async () => {
    await putSilence(control, silence('a', 2))
    const tries = Array.from({ length: 8 }, (_, i) =>
      putSilence(control, silence('a', 3, { revision: 2, changedBy: `${i}` })),
    )
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    expect(await silenceHistory(control, 'a')).toHaveLength(2)
  })

  test('are listed as they stand, those that end last first', async () => {
    for (const [id, end] of [['_', 2], ['Z', 2], ['a', 2], ['long', 9], ['cut', 9]] as const)
      await putSilence(control, silence(id, end)) // prettier-ignore
    await putSilence(control, silence('cut', 1, { revision: 2 }))
    const list = async (after?: Date) => (await listSilences(control, after)).map(({ id }) => id)
    expect(await list()).toEqual(['long', 'Z', '_', 'a', 'cut'])
    expect(await list(atHour(1))).toEqual(['long', 'Z', '_', 'a'])
    expect(await list(atHour(9))).toEqual([])
  })
})
