import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import { say, sayJson } from '../shared/print.ts'
import { printable, thousands } from '../shared/text.ts'
import type { Baseline } from './add-baseline.ts'

interface BaselinePage {
  baselines: Baseline[]
  active: number | null
  /** Versions of the model that have a baseline of their own. */
  bound: { version: string; baseline: number }[]
  /** Baselines of new versions that are still to be made after a retraining. */
  pending: { version: string; reason: string }[]
}

/** Prints the baselines of a model, oldest first. */
export async function list(api: Api, model: string, json: boolean): Promise<void> {
  const path = `/models/${model}/baselines`
  const { active, bound, pending } = await api.get<BaselinePage>(path)
  const all = await listAll<Baseline>(api, path, 'baselines')
  const found = all.map((baseline) => ({
    ...baseline,
    active: baseline.version === active,
    for_versions: bound.filter((one) => one.baseline === baseline.version).map(({ version }) => version),
  }))
  if (json) return void sayJson(found)
  if (found.length === 0) say(`The model "${model}" has no baselines.`)
  else
    for (const { version, active: isActive, rows, created_at, name, for_versions } of found) {
      const bounds =
        for_versions.length === 0 ? '' : `  for version ${for_versions.map(printable).join(', ')}`
      say(
        `${isActive ? '*' : ' '} ${version}  ${created_at}  ${thousands(rows)} rows  ${printable(name)}${bounds}`,
      )
    }
  for (const { version, reason } of pending)
    say(`  To be made for version ${printable(version)}: ${printable(reason)}`)
}
