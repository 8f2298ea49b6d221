import { say } from './shared/print.ts'
import { Command } from 'commander'
import type { Environment } from '../config.ts'
import type { ColumnKind, Model } from '../control/declared/model.ts'
import type { Added, Baseline } from './baseline/add-baseline.ts'
import type { Api, ApiAccess } from './client/api-client.ts'
import { escapeControls, printable, thousands } from './shared/text.ts'
import { collectKind, parseName, parseTask, parseVersion } from './shared/options.ts'

interface AddOptions {
  name?: string
  kind?: ReadonlyMap<string, ColumnKind>
  task?: Model['task']
  positive?: string
  activate: boolean
  json: boolean
}

/** `driftgauge baseline …`: through the service where one runs, else on the data directory. */
export function baselineCommand(environment: Environment): Command {
  const command = new Command('baseline').description('create, list and activate the baselines of a model')
  const withApi = async (work: (access: ApiAccess) => Promise<void>) =>
    (await import('./client/api-client.ts')).withApi(environment, work)
  command
    .command('add')
    .description(
      'create a baseline from a CSV, TSV, NDJSON or Parquet file; an undeclared model is inferred from it',
    )
    .argument('<model>', 'name of the model', parseName)
    .argument('<file>', 'rows with one column per feature, and prediction, score and label if available')
    .option('--name <name>', 'name of the baseline (default: name of the file)')
    .option(
      '--kind <column=kind>',
      'override the inferred kind: numeric or categorical (repeatable)',
      collectKind,
    )
    .option('--task <task>', 'override the inferred task: binary, multiclass or regression', parseTask)
    .option('--positive <class>', 'the class that the score is the probability of')
    .option('--activate', 'activate the baseline (the first one is always active)', false)
    .option('--json', 'print the baseline as JSON', false)
    .action((model: string, file: string, options: AddOptions) =>
      withApi((access) => add(environment, access, model, file, options)),
    )
  command
    .command('list')
    .description('list the baselines of a model')
    .argument('<model>', 'name of the model', parseName)
    .option('--json', 'print the baselines as JSON', false)
    .action((model: string, options: { json: boolean }) =>
      withApi(({ api }) => list(api, model, options.json)),
    )
  command
    .command('activate')
    .description('activate a baseline: compare with it from now on')
    .argument('<model>', 'name of the model', parseName)
    .argument('<baseline>', 'number of the baseline', parseVersion)
    .option('--for-version <version>', 'only for this version of the model, in monitors with by_version')
    .action((model: string, baseline: number, { forVersion }: { forVersion?: string }) =>
      withApi(({ api }) => activate(api, model, baseline, forVersion)),
    )
  command
    .command('deactivate')
    .description('undo "activate --for-version": compare the version with the active baseline again')
    .argument('<model>', 'name of the model', parseName)
    .argument('<baseline>', 'number of the baseline', parseVersion)
    .requiredOption('--for-version <version>', 'the version of the model that the baseline was activated for')
    .action((model: string, baseline: number, { forVersion }: { forVersion: string }) =>
      withApi(({ api }) => deactivate(api, model, baseline, forVersion)),
    )
  return command
}

const sayJson = (value: unknown) => say(escapeControls(JSON.stringify(value)))

async function add(
  environment: Environment,
  access: ApiAccess,
  model: string,
  file: string,
  options: AddOptions,
): Promise<void> {
  const { addBaseline } = await import('./baseline/add-baseline.ts')
  const { name, kind: kinds, task, positive, activate, json } = options
  const guided = kinds !== undefined || task !== undefined || positive !== undefined
  const guesses = { ...(kinds === undefined ? {} : { kinds }), task, positive }
  const added = await addBaseline(environment, access, model, file, { name, guesses, guided, activate })
  if (json) sayJson({ ...added.baseline, active: added.active, notices: added.notices })
  else for (const line of description(added)) say(line)
}

function description({ baseline, active, model, inferred, notices }: Added): string[] {
  const { version, rows } = baseline
  const lines = [`Baseline ${version} of ${model.name}: ${thousands(rows)} rows${active ? ', active' : ''}.`]
  if (inferred) {
    const kinds = model.features.map(({ name, kind }) => `${printable(name)} (${kind})`).join(', ')
    const positive = model.positive === undefined ? '' : `, positive class "${printable(model.positive)}"`
    lines.push(`The model was inferred: ${model.task}${positive}; features ${kinds}.`)
  }
  return [...lines, ...notices]
}

interface BaselinePage {
  baselines: Baseline[]
  active: number | null
  /** Versions of the model that have a baseline of their own. */
  bound: { version: string; baseline: number }[]
  next_cursor?: string | null
}

async function list(api: Api, model: string, json: boolean): Promise<void> {
  const { listAll } = await import('./client/list-all.ts')
  const path = `/models/${model}/baselines`
  const { active, bound } = await api.get<BaselinePage>(path)
  const all = await listAll<Baseline>(api, path, 'baselines')
  const found = all.map((baseline) => ({
    ...baseline,
    active: baseline.version === active,
    for_versions: bound.filter((one) => one.baseline === baseline.version).map(({ version }) => version),
  }))
  if (json) sayJson(found)
  else if (found.length === 0) say(`The model "${model}" has no baselines.`)
  else
    for (const { version, active: isActive, rows, created_at, name, for_versions } of found) {
      const bounds =
        for_versions.length === 0 ? '' : `  for version ${for_versions.map(printable).join(', ')}`
      say(
        `${isActive ? '*' : ' '} ${version}  ${created_at}  ${thousands(rows)} rows  ${printable(name)}${bounds}`,
      )
    }
}

async function activate(
  api: Api,
  model: string,
  baseline: number,
  version: string | undefined,
): Promise<void> {
  await change(api, model, `${baseline}/activate`, version)
  const whose = version === undefined ? '' : ` for version ${printable(version)}`
  say(`Baseline ${baseline} of ${model} is active${whose}; its hours are being recounted.`)
}

async function deactivate(api: Api, model: string, baseline: number, version: string): Promise<void> {
  await change(api, model, `${baseline}/deactivate`, version)
  say(`Version ${printable(version)} of ${model} is compared with the active baseline again.`)
}

async function change(api: Api, model: string, path: string, version: string | undefined): Promise<void> {
  const { Refusal } = await import('./client/api-client.ts')
  const { ConfigError } = await import('../config.ts')
  try {
    await api.post(
      `/models/${model}/baselines/${path}`,
      version === undefined ? {} : { for_version: version },
    )
  } catch (error) {
    if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 409)) throw error
    throw new ConfigError(`${error.message} "driftgauge baseline list ${model}" lists its baselines.`)
  }
}
