import { beforeAll, expect, test } from 'vitest'
import type { Control } from '../../control/database/control.ts'
import { documents } from '../../control/database/documents.ts'
import { describeOnBoth } from '../support/stores/control-databases.ts'

interface Note {
  text: string
  tags?: string[]
}

const notes = documents<Note>('channels', { defaults: { tags: [] } })
const now = new Date('2026-01-05T00:00:00Z')
const earlier = new Date('2025-01-05T00:00:00Z')

describeOnBoth('documents', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
  })

  test('are created once under a name, however many try at once', async () => {
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, i) => notes.create(control, 'one', { text: `${i}` }, now)),
    )
    expect(tries.filter((revision) => revision !== undefined)).toHaveLength(1)
    expect(await notes.list(control)).toHaveLength(1)
  })

  test('are replaced only by whoever saw the newest revision', async () => {
    const seen = (await notes.read(control, 'one'))!.revision
    const next = await notes.replace(control, 'one', { text: 'b' }, seen, now)
    expect(next).toBeGreaterThan(seen)
    expect(await notes.replace(control, 'one', { text: 'c' }, seen, now)).toBeUndefined()
    expect(await notes.find(control, 'one')).toEqual({ text: 'b', tags: [] })
  })

  test('are what was written last, whatever the clock says', async () => {
    await notes.put(control, 'clock', { text: 'new' }, now)
    await notes.put(control, 'clock', { text: 'newer' }, earlier)
    expect(await notes.find(control, 'clock')).toMatchObject({ text: 'newer' })
    await notes.remove(control, 'clock')
    expect(await notes.find(control, 'clock')).toBeUndefined()
  })

  test('made anew under a name that was removed have another revision', async () => {
    const before = await notes.put(control, 'again', { text: 'a' }, now)
    expect(await notes.remove(control, 'again', before)).toBe(true)
    const after = await notes.put(control, 'again', { text: 'a' }, now)
    expect(after).not.toBe(before)
    expect(await notes.remove(control, 'again', before)).toBe(false)
  })

  test('come in the order of their names', async () => {
    for (const name of ['y3', 'y1', 'y2']) await notes.put(control, name, { text: name }, now)
    const found = (await notes.list(control)).map(({ text }) => text)
    expect(found.filter((text) => text.startsWith('y'))).toEqual(['y1', 'y2', 'y3'])
  })
})
