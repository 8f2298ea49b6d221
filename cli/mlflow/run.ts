import { stringify } from 'yaml'
import type { ModelDeclaration } from '../../control/declared/model.ts'
import { quoted } from '../../domain/printable.ts'
import type { Api } from '../client/api-client.ts'
import { escapeControls, printable, thousands } from '../shared/text.ts'

/** A version of a registered model, as it is named on the command line. */
export type Reference = { name: string } & ({ alias: string } | { version: string })

/** As the API answers. */
export interface Imported {
  name: string
  model: ModelDeclaration
  dry_run: boolean
  created: boolean
  version: string
  run_id: string
  link: string
  left_out: { column: string; reason: string }[]
  baseline: { version: number; name: string; rows: number } | null
  note: string
}

export const importModel = (api: Api, body: object) => api.post<Imported>('/mlflow/import', body)

/** What came of an import; of a dry run, with the declaration as YAML. */
export function importLines({
  name,
  model,
  dry_run,
  created,
  version,
  left_out,
  baseline,
  note,
}: Imported): string {
  // prettier-ignore
  const count = Object.keys(model.features).length
  const done = dry_run ? 'Would declare' : created ? 'Declared' : 'Checked'
  const lines = [
    `${done} the model ${quoted(name)} from version ${version} in MLflow: ${model.task}, ${count} feature${count === 1 ? '' : 's'}.`,
    ...left_out.map(({ column, reason }) => `Left out ${quoted(column)}: ${reason}.`),
    ...(baseline === null
      ? []
      : [`Active baseline: ${baseline.version} ${quoted(baseline.name)}, ${thousands(baseline.rows)} rows.`]),
    ...(note === '' ? [] : [note]),
    ...(dry_run ? ['', stringify({ models: [model] }).trimEnd()] : []),
  ]
  return lines.map((line) => (line.includes('\n') ? `${escapeControls(line)}\n` : `${printable(line)}\n`)).join('') // prettier-ignore
}
