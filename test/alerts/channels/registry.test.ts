import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RETRAIN_TARGET_KINDS } from '../../../alerts/retraining/call.ts'
import { CHANNEL_KINDS, RETRAINING_ONLY_KINDS } from '../../../control/declared/channel.ts'
import { readSources } from '../../support/import-graph.ts'
import { ROOT } from '../../support/root.ts'

const entriesOf = (path: string) => readdirSync(join(ROOT, path), { withFileTypes: true })

// The compiler sees to it that the lists of the store, of notifiers and of call builders name the same kinds.
describe('a kind of channel', () => {
  it('that takes alerts has a folder of its own, and there is no other folder', () => {
    const folders = entriesOf('alerts/channels').filter((entry) => entry.isDirectory())
    const kinds = CHANNEL_KINDS.filter((kind) => !RETRAINING_ONLY_KINDS.some((one) => one === kind))
    expect(new Set(folders.map(({ name }) => name))).toEqual(new Set(kinds))
  })

  it('that can ask for a retraining has a file of its own, and there is no other file', () => {
    const files = entriesOf('alerts/retraining/targets').map(({ name }) => name)
    const expected = [...RETRAIN_TARGET_KINDS, 'call-builder'].map((name) => `${name}.ts`)
    expect(new Set(files)).toEqual(new Set(expected))
  })

  it('is tested for by name nowhere in the product', () => {
    const kind = `['"](?:${CHANNEL_KINDS.join('|')})['"]`
    const byName = new RegExp(`${kind} in |[=!]==? ${kind}|${kind} [=!]==? |case ${kind}|\\[${kind}[\\],]`)
    const testing = [...readSources(ROOT)].filter(
      ([path, text]) =>
        // There a kind stands in what is hashed of its settings.
        !/^(test|bench|control\/declared\/channels)\//.test(path) && byName.test(text),
    )
    expect(testing.map(([path]) => path)).toEqual([])
  })
})
