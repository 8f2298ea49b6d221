import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openModels } from '../store/models.ts'
import { HOUR_MS } from '../domain/time.ts'
import { makeAll, type Body } from './columnar.ts'
import type { BenchOptions } from './options.ts'
import { declare } from './rollup.ts'
import { perSecond, print, startApp, timed, withStore, type Timed } from './support.ts'

const FILES = 4
const EXTENSIONS: Record<string, string> = { NDJSON: 'ndjson', Parquet: 'parquet' }

/** Rows a second of files that a batch source takes from a folder, against the same files sent over HTTP one by one. */
export async function benchSources({ tiny }: BenchOptions): Promise<void> {
  const [features, events, runs] = tiny ? [2, 1_000, 1] : [20, 200_000, 3]
  await withStore(async (store, directory) => {
    const model = declare(features)
    const models = openModels(store)
    await models.declare(model, new Date())
    const bodies = (await makeAll(store, features, events / FILES)).filter(({ format }) => format in EXTENSIONS) // prettier-ignore
    const app = await startApp({
      store,
      models,
      spool: directory,
      sourceSettings: { folders: [directory], variables: {} },
    })
    const post = async (path: string, content: Body['content'], type = 'application/json') => {
      const response = await fetch(`${app.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: content,
      })
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as { running?: boolean; accepted?: number }
    }

    for (const body of bodies) {
      const sent: Timed[] = []
      const taken: Timed[] = []
      // In turn, so that what else the machine does is fair to both.
      for (let run = 0; run < runs; run++) {
        sent.push(
          await timed(async () => {
            for (let file = 0; file < FILES; file++)
              await post(`/models/${model.name}/predictions`, body.content, body.type)
          }),
        )
        const source = `${body.format.toLowerCase()}-${run}`
        const path = join(directory, source)
        writeFiles(path, body)
        await post('/sources', JSON.stringify({ name: source, model: model.name, folder: { path } }))
        taken.push(
          await timed(async () => {
            while ((await post(`/sources/${source}/run`, '{}')).running === true);
          }),
        )
        await requireAll(app.url, source, events)
      }
      const least = (times: readonly Timed[], what: keyof Timed) => Math.min(...times.map((one) => one[what]))
      print(
        `${FILES} files of ${(events / FILES).toLocaleString('en-US')} events, ${features} features, ${body.format}: from a folder ${perSecond(events, least(taken, 'ms'))}, over HTTP ${perSecond(events, least(sent, 'ms'))}: ratio ${(least(sent, 'ms') / least(taken, 'ms')).toFixed(2)}, of CPU ${(least(sent, 'cpu') / least(taken, 'cpu')).toFixed(2)}`,
      )
    }
    app.close()
  })
}

function writeFiles(folder: string, { format, content }: Body): void {
  mkdirSync(folder)
  const before = (Date.now() - HOUR_MS) / 1000
  for (let file = 0; file < FILES; file++) {
    const path = join(folder, `${file}.${EXTENSIONS[format]}`)
    writeFileSync(path, content)
    utimesSync(path, before, before)
  }
}

async function requireAll(url: string, source: string, events: number): Promise<void> {
  const response = await fetch(`${url}/api/v1/sources/${source}/files`)
  const { files } = (await response.json()) as { files: { accepted: number }[] }
  const accepted = files.reduce((sum, file) => sum + file.accepted, 0)
  if (accepted !== events) throw new Error(`accepted ${accepted} of ${events} events`)
}
