import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent } from 'undici'
import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { sources, sourceSchema } from '../../../control/declared/sources/source.ts'
import { listFiles } from '../../../control/sources/history.ts'
import { findLook } from '../../../control/sources/looks.ts'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { isDue, runSource, type RunContext } from '../../../ingest/sources/run.ts'
import { StoreUnavailable } from '../../../store/engine/errors.ts'
import { openModels } from '../../../store/models.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
let context: RunContext
let folder: string
let failures: unknown[]
/** What the intake does with a file; by default it takes it. */
let disturb: () => void = () => {}

beforeAll(async () => {
  const { directory, location: _, ...store } = await temporaryStore()
  await openModels(store).declare(model, new Date())
  const intake = createIntake(store)
  folder = join(directory, 'files')
  mkdirSync(folder)
  const classesOf: typeof intake.classesOf = async (one) => {
    disturb()
    return intake.classesOf(one)
  }
  context = {
    ...{ store, clock: () => new Date(), spool: join(directory, 'spool'), dispatcher: new Agent() },
    ...{ settings: { folders: [directory], variables: {} }, limits: { fileBytes: 1e9, freeBytes: 0 } },
    intake: { ...intake, classesOf },
    onProgress: () => {},
    onFailure: (_, cause) => failures.push(cause),
  }
})

async function declared(name: string, files: readonly string[]) {
  const source = sourceSchema.parse({ name, model: 'm', folder: { path: join(folder, name) }, settle: '1m' })
  mkdirSync(join(folder, name))
  for (const [i, file] of files.entries()) {
    writeFileSync(join(folder, name, file), `id,ts,a,score\n${name}${i},2026-01-02T00:00:00Z,1,0.5\n`)
    utimesSync(join(folder, name, file), 1e9 + i, 1e9 + i)
  }
  await sources.put(context.store.control, name, source, new Date())
  failures = []
  const run = async () =>
    runSource(context, (await sources.read(context.store.control, name))!, {
      signal: new AbortController().signal,
      fence: async () => {},
    })
  const states = async () =>
    (await listFiles(context.store.control, name, { limit: 10 }))
      .map(({ path, state }) => [path, state])
      .reverse()
  return { source, run, states }
}

test('an error of ours stops the file alone, and is told', async () => {
  const { run, states } = await declared('bug', ['a.csv', 'b.csv'])
  disturb = () => {
    disturb = () => {}
    throw new TypeError('it has no such property')
  }
  await run()
  expect(await states()).toEqual([['a.csv', 'failed'], ['b.csv', 'taken']]) // prettier-ignore
  expect(failures).toMatchObject([{ message: 'it has no such property' }])
})

test('a store that is away is no fault of the file, which goes on as soon as it is back', async () => {
  const { source, run, states } = await declared('away', ['a.csv', 'b.csv'])
  disturb = () => {
    disturb = () => {}
    throw new StoreUnavailable('ClickHouse does not respond')
  }
  await expect(run()).rejects.toThrow(StoreUnavailable)
  expect(await states()).toEqual([['a.csv', 'taking'], ['b.csv', 'waiting']]) // prettier-ignore
  expect(await isDue(context.store.control, source, new Date())).toBe(true)
  await run()
  expect(await states()).toEqual([['a.csv', 'taken'], ['b.csv', 'taken']]) // prettier-ignore
  expect(await isDue(context.store.control, source, new Date())).toBe(false)
})

test('a source that is removed while it runs leaves nothing behind', async () => {
  const { run } = await declared('gone', ['a.csv'])
  disturb = () => {
    disturb = () => {}
    void sources.remove(context.store.control, 'gone')
  }
  await run()
  expect((await findLook(context.store.control, 'gone')).problem).toBeUndefined()
  expect(failures).toEqual([])
})
