import { beforeAll, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import { seenVersions } from '../../../control/registry/versions.ts'
import { adopt, type Adoption } from '../../../registry/baseline/adopt.ts'
import type { Store } from '../../../store/engine/client.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const LINK = { model: 'flights', alias: 'champion' }

function adoption(version: string, note: string, second: number): Adoption {
  return {
    model: 'flights',
    version: { name: 'flights', version, runId: `run-${version}` },
    link: LINK,
    baseline: undefined,
    note,
    now: new Date(Date.UTC(2026, 0, 5, 0, 0, second)),
    audit: { actor: 'Ann', action: 'mlflow.seen', requestId: '' },
  }
}

describeOnBoth('a version that the alias is seen at', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
  })

  test('by an import and by the worker at once is noted once', async () => {
    // Without a baseline, nothing of ClickHouse is needed.
    const store = { control } as Store
    await Promise.all([adopt(store, adoption('1', '', 1)), adopt(store, adoption('1', 'seen', 2))])
    const [first, ...others] = await seenVersions(control, 'flights', LINK)
    expect([first.version, others]).toEqual(['1', []])

    await Promise.all([adopt(store, adoption('2', '', 3)), adopt(store, adoption('2', '', 4))])
    expect((await seenVersions(control, 'flights', LINK)).map(({ version }) => version)).toEqual(['2', '1'])
    expect(await adopt(store, adoption('2', '', 5)), 'nothing is new').toBe(false)
  })
})
