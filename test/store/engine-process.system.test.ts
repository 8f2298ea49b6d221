import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runScript, type Child } from '../support/child.ts'
import { WITHOUT_ENGINE } from '../support/without-engine.ts'

// The engine holds one data directory a process, so all of this happens in processes of their own.

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const dataDirectory = (name: string) => join(directory, name)

const OPEN = `
  const { openStore } = await import('./store/engine/client.ts')
  const { migrate } = await import('./store/schema/migrations.ts')
  const { rows } = await import('./store/engine/query.ts')
  const print = (value) => process.stdout.write(JSON.stringify(value) + '\\n')`

/** Opens the store at DATA and says how that went. */
const TRY = `${OPEN}
  try {
    const store = await openStore({ path: process.env.DATA }, 'memory')
    print({ opened: (await store.read.ping()).success })
    await store.close()
  } catch (error) { print({ name: error.name, message: error.message }) }`

async function answer(child: Child): Promise<{ opened?: boolean; name?: string; message?: string }> {
  const line = JSON.parse(await child.line(/^{/)) as Awaited<ReturnType<typeof answer>>
  expect((await child.ended).code).toBe(0)
  return line
}

describe('the data directory', () => {
  test('belongs to one process: a second one is told so, and what to do', async () => {
    const environment = { DATA: dataDirectory('shared') }
    const holder = runScript(
      `${OPEN}; const store = await openStore({ path: process.env.DATA }, 'memory'); print('held'); process.stdin.resume()
       process.once('SIGTERM', async () => { await store.close(); process.exit(0) }); setInterval(() => {}, 1000)`,
      { environment },
    )
    await holder.line(/held/)
    const { name, message } = await answer(runScript(TRY, { environment }))
    expect(name).toBe('StoreError')
    expect(message).toContain(`${environment.DATA} is in use by another process`)
    expect(message).toContain('DRIFTGAUGE_DATA')
    holder.process.kill('SIGTERM')
    expect((await holder.ended).code).toBe(0)
    expect(await answer(runScript(TRY, { environment }))).toEqual({ opened: true })
  })

  test('that cannot be made is named, with the way out', async () => {
    const path = dataDirectory('a file')
    writeFileSync(path, '')
    const { name, message } = await answer(
      runScript(TRY, { environment: { DATA: join(path, 'clickhouse') } }),
    )
    expect(name).toBe('StoreError')
    expect(message).toContain(join(path, 'clickhouse'))
    expect(message).toContain('DRIFTGAUGE_DATA')
  })
})

describe('without the engine', () => {
  const module = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`
  /** The package is there, its binary for the platform is not, or does not load. */
  const withoutBinary = (code: string) =>
    module(`
      import Module from 'node:module'
      const resolve = Module._resolveFilename
      Module._resolveFilename = function (request, ...rest) {
        if (!request.startsWith('@chdb/')) return resolve.call(this, request, ...rest)
        throw Object.assign(new Error('no binary'), { code: '${code}' })
      }`)

  test.each([
    ['the package is not installed', WITHOUT_ENGINE],
    ['there is no binary for the platform', withoutBinary('MODULE_NOT_FOUND')],
    ['the binary does not load', withoutBinary('ERR_DLOPEN_FAILED')],
  ])('because %s, the error names the platform and both ways out', async (_, preload) => {
    const environment = { DATA: dataDirectory('none') }
    const { name, message } = await answer(runScript(TRY, { environment, preload: [preload] }))
    expect(name).toBe('StoreError')
    expect(message).toContain(`${process.platform}-${process.arch}`)
    expect(message).toContain('npm install chdb')
    expect(message).toContain('CLICKHOUSE_URL')
    expect(readdirSync(directory)).not.toContain('none')
  })
})

test('migrations run once, whatever how often and by how many processes they are asked for', async () => {
  const script = `${OPEN}
    const store = await openStore({ path: process.env.DATA }, 'memory')
    const applied = []
    for (let i = 0; i < 3; i++) applied.push(await migrate(store, new Date()))
    const tables = await rows(store.read, 'SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name')
    print({ applied, tables })
    await store.close()`
  const run = async () => {
    const child = runScript(script, { environment: { DATA: dataDirectory('migrated') } })
    return JSON.parse(await child.line(/^{/)) as { applied: number[]; tables: { name: string }[] }
  }
  const first = await run()
  expect(first.applied[0]).toBeGreaterThan(10)
  expect(first.applied.slice(1)).toEqual([0, 0])
  expect(first.tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['binnings', 'hours', 'profiles', 'results']),
  )
  expect(await run()).toEqual({ ...first, applied: [0, 0, 0] })
})

describe('a process that is killed while it inserts', () => {
  const BATCH = 300
  const MODEL = `
    const { modelSchema } = await import('./control/declared/model.ts')
    const { syncSilver } = await import('./store/events/silver.ts')
    const { predictionsBetween } = await import('./store/events/predictions.ts')
    const { storePredictions } = await import('./ingest/intake/pipeline.ts')
    const { createWriter } = await import('./ingest/intake/writer.ts')
    const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric', c: 'categorical' } })
    const store = await openStore({ path: process.env.DATA }, 'memory')
    await migrate(store, new Date())
    await syncSilver(store, model)`
  const INSERT = `${OPEN} ${MODEL}
    const { writeSync } = await import('node:fs')
    for (let batch = 0; ; batch++) {
      const records = Array.from({ length: ${BATCH} }, (_, i) => ({ value: {
        id: [process.env.ROUND, batch, i].join(' '), ts: 1767614400 + i, features: { a: i, c: 'c' + (i % 7) } } }))
      await storePredictions({ store, writer: createWriter(store), model, source: 'test', now: new Date() }, records)
      writeSync(1, 'stored ' + batch + '\\n')
    }`
  const COUNT = `${OPEN} ${MODEL}
    print(await rows(store.read, \`SELECT splitByChar(' ', id)[1] AS round, toUInt32(splitByChar(' ', id)[2]) AS batch, count() AS n
      FROM \${predictionsBetween('m', new Date(1767614400000), new Date(1767618000000))} GROUP BY round, batch ORDER BY round, batch\`))
    await store.close()`

  test('loses nothing that it had acknowledged, and leaves the directory usable', async () => {
    const environment = { DATA: dataDirectory('killed') }
    const acknowledged: string[] = []
    for (const [round, after] of [
      ['x', 3],
      ['y', 11],
    ] as const) {
      const child = runScript(INSERT, { environment: { ...environment, ROUND: round } })
      await child.line(new RegExp(`^stored ${after}$`))
      child.process.kill('SIGKILL')
      expect((await child.ended).signal).toBe('SIGKILL')
      acknowledged.push(...child.lines.map((line) => `${round} ${line.replace('stored ', '')}`))
    }
    const child = runScript(COUNT, { environment })
    const stored = JSON.parse(await child.line(/^\[/)) as { round: string; batch: number; n: number }[]
    const whole = stored.filter(({ n }) => n === BATCH).map(({ round, batch }) => `${round} ${batch}`)
    expect(acknowledged.length).toBeGreaterThanOrEqual(16)
    expect(whole).toEqual(expect.arrayContaining(acknowledged))
    expect(stored, 'no batch is there in part').toHaveLength(whole.length)
  })
})
