import { ConfigError, type Environment } from '../../config.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import type { ColumnKind, Model } from '../../control/declared/model.ts'
import type { ApiAccess } from '../client/api-client.ts'
import { say } from '../shared/print.ts'
import { escapeControls, printable, thousands } from '../shared/text.ts'
import { addBaseline, type Added, type Baseline } from './add-baseline.ts'
import { addWindow } from './add-window.ts'

export interface AddOptions {
  name?: string
  column?: OutcomeColumns
  kind?: ReadonlyMap<string, ColumnKind>
  task?: Model['task']
  positive?: string
  from?: string
  to?: string
  activate: boolean
  json: boolean
}

/** Where the rows of a baseline come from. */
type Source = { file: string } | { from: string; to: string }

/** The file, or the period of stored predictions, that the command line names. Throws {@link ConfigError}. */
export function sourceOf(file: string | undefined, options: AddOptions): Source {
  const { from, to } = options
  if (file !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new ConfigError('Give either a file, or --from and --to for stored predictions, not both.')
    return { file }
  }
  if (from === undefined || to === undefined)
    throw new ConfigError('Give a file, or both --from and --to for stored predictions.')
  if (options.column !== undefined)
    throw new ConfigError('Stored predictions have no columns of a file: omit --column.')
  if (isGuided(options))
    throw new ConfigError('Stored predictions belong to a declared model, so nothing is inferred: omit --kind, --task and --positive.') // prettier-ignore
  return { from, to }
}

const isGuided = ({ kind, task, positive }: AddOptions) =>
  kind !== undefined || task !== undefined || positive !== undefined

/** Creates a baseline, and prints what became of it. */
export async function add(
  environment: Environment,
  access: ApiAccess,
  model: string,
  source: Source,
  options: AddOptions,
): Promise<void> {
  const { name, column: columns = {}, kind: kinds, task, positive, activate, json } = options
  if ('from' in source) {
    const { baseline, active } = await addWindow(access.api, model, { ...source, name, activate })
    return print({ baseline, active, notices: [] }, [headline(model, baseline, active)], json)
  }
  const guesses = { ...(kinds === undefined ? {} : { kinds }), task, positive }
  const guided = isGuided(options)
  const added = await addBaseline(environment, access, model, source.file, {
    name,
    columns,
    guesses,
    guided,
    activate,
  })
  print(added, description(added), json)
}

function print({ baseline, active, notices }: Pick<Added, 'baseline' | 'active' | 'notices'>, lines: readonly string[], json: boolean) {
  if (json) say(escapeControls(JSON.stringify({ ...baseline, active, notices })))
  else for (const line of lines) say(line)
} // prettier-ignore

const headline = (model: string, { version, rows }: Baseline, active: boolean) =>
  `Baseline ${version} of ${model}: ${thousands(rows)} rows${active ? ', active' : ''}.`

function description({ baseline, active, model, inferred, notices }: Added): string[] {
  const lines = [headline(model.name, baseline, active)]
  if (inferred) {
    const kinds = model.features.map(({ name, kind }) => `${printable(name)} (${kind})`).join(', ')
    const positive = model.positive === undefined ? '' : `, positive class "${printable(model.positive)}"`
    lines.push(`The model was inferred: ${model.task}${positive}; features ${kinds}.`)
  }
  return [...lines, ...notices]
}
