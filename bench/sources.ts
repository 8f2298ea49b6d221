import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openModels } from '../store/models.ts'
import { HOUR_MS } from '../domain/time.ts'
import { makeAll, send, type Body } from './columnar.ts'
import type { BenchOptions } from './options.ts'
import { declare } from './rollup.ts'
import { least, perSecond, print, startApp, timed, withStore, type Timed } from './support.ts'

const FILES = 4
const EXTENSIONS: Record<string, string> = { NDJSON: 'ndjson', Parquet: 'parquet' }

interface Run {
  running: boolean
  state: { accepted: number }
}

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
    const post = async (path: string, request: object) => {
      const response = await fetch(`${app.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return response.json()
    }
    const predictions = `${app.url}/api/v1/models/${model.name}/predictions`

    for (const body of bodies) {
      const sent: Timed[] = []
      const taken: Timed[] = []
      // In turn, so that what else the machine does is fair to both.
      for (let run = 0; run < runs; run++) {
        sent.push(
          await timed(async () => {
            for (let file = 0; file < FILES; file++) await send(predictions, body, events / FILES)
          }),
        )
        const source = `${body.format.toLowerCase()}-${run}`
        const path = join(directory, source)
        writeFiles(path, body)
        await post('/sources', { name: source, model: model.name, folder: { path } })
        taken.push(
          await timed(async () => {
            let run: Run
            do run = (await post(`/sources/${source}/run`, {})) as Run
            while (run.running)
            if (run.state.accepted !== events)
              throw new Error(`accepted ${run.state.accepted} of ${events} events`)
          }),
        )
      }
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
