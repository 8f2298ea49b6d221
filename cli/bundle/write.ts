import { gzipSync } from 'node:zlib'
import { ConfigError } from '../../config.ts'
import type { Bundle } from '../../detectors/reproduce/bundle.ts'
import { Refusal, type Api } from '../client/api-client.ts'
import { say } from '../shared/print.ts'
import { plural, printable } from '../shared/text.ts'
import { writeNew } from '../shared/write-new.ts'

/** Writes the bundle of an alert, or else of a result, to a file that does not exist yet. */
export async function writeBundle(api: Api, id: string, path: string): Promise<void> {
  const bundle = (await found(api, `/alerts/${id}/bundle`)) ?? (await found(api, `/results/${id}/bundle`))
  if (bundle === undefined) throw new ConfigError(`There is no alert and no result with the id ${id}.`)
  await writeNew(path, gzipSync(JSON.stringify(bundle)))
  const { results, alert } = bundle
  const what = alert === null ? 'the result' : `the alert and its ${plural(results.length, 'result')}`
  say(`Wrote ${what} to ${printable(path)}. Check it with: driftgauge reproduce ${printable(path)}`)
}

async function found(api: Api, path: string): Promise<Bundle | undefined> {
  try {
    return await api.get<Bundle>(path)
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined
    throw error
  }
}
