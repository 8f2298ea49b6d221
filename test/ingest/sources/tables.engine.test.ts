import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { ROOT } from '../../support/root.ts'
import { runSource } from '../../support/sources/run-source.ts'
import { testService, type TestService } from '../../support/service.ts'

const TABLES = join(ROOT, 'test/fixtures/tables')
const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  features: { amount: 'numeric', country: 'categorical' },
})
describe('tables as sources', () => {
  let service: TestService
  beforeAll(async () => {
    service = await testService({ models: [model], monitors: [] }, { DRIFTGAUGE_SOURCE_FOLDERS: TABLES })
  })

  test.each([
    ['delta', 'delta'],
    ['iceberg', 'iceberg-v1'],
  ] as const)('the files of a table in the format %s are each taken once', async (table, folder) => {
    const declared = {
      name: table,
      model: 'm',
      folder: { path: join(TABLES, folder) },
      table,
      undated: 'modified',
      constants: { score: '0.5' },
    }
    expect((await service.call('POST', '/sources', declared)).status).toBe(201)
    const state = await runSource(service, table)
    expect(state).toMatchObject({ problem: null, rejected: 0, files: { failed: 0 } })
    expect(state.files.taken).toBeGreaterThan(0)
    expect(state.accepted).toBeGreaterThan(0)
    expect(await runSource(service, table)).toMatchObject({ accepted: state.accepted, files: state.files })
  })
})
