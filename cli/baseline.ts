import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { rm } from 'node:fs/promises'
import { Command } from 'commander'
import { ConfigError, readConfig, type Environment } from '../config.ts'
import { activate } from '../ingest/baseline.ts'
import {
  baselineFromFile,
  inferModel,
  missingFeatures,
  stageBaseline,
  type Guesses,
} from '../ingest/file-baseline.ts'
import type { StagedFile } from '../ingest/files.ts'
import { activeBaseline, listBaselines } from '../store/baselines.ts'
import { openStore, type Store } from '../store/client.ts'
import { migrate } from '../store/migrations.ts'
import type { ColumnKind, Model } from '../store/model.ts'
import { openModels, type Models } from '../store/models.ts'
import { collectKind, parseName, parseTask, parseVersion } from './options.ts'
import { progressBar } from './progress.ts'

interface AddOptions {
  name?: string
  kind?: ReadonlyMap<string, ColumnKind>
  task?: Model['task']
  positive?: string
  activate: boolean
  json: boolean
}

/** `driftgauge baseline …`: works on the data directory, so no service may be using it at the same time. */
export function baselineCommand(environment: Environment): Command {
  const command = new Command('baseline').description('make, list and activate the baselines of a model')
  command
    .command('add')
    .description(
      'make a baseline of a CSV, TSV, NDJSON or Parquet file; an undeclared model is inferred from it',
    )
    .argument('<model>', 'name of the model', parseName)
    .argument('<file>', 'rows with a column a feature, and prediction, score and label where there are any')
    .option('--name <name>', 'what to call it (default: the name of the file)')
    .option(
      '--kind <column=kind>',
      'override a guess: numeric or categorical; repeatable',
      collectKind,
      new Map(),
    )
    .option('--task <task>', 'override the guess: binary, multiclass or regression', parseTask)
    .option('--positive <class>', 'the class that the score is the probability of')
    .option('--activate', 'make it the active one (the first one always is)', false)
    .option('--json', 'print the baseline as JSON', false)
    .action((model: string, file: string, options: AddOptions) =>
      withModels(environment, (store, models) => add(store, models, model, file, options)),
    )
  command
    .command('list')
    .description('list the baselines of a model')
    .argument('<model>', 'name of the model', parseName)
    .option('--json', 'print them as JSON', false)
    .action((model: string, options: { json: boolean }) =>
      withModels(environment, (store) => list(store, model, options.json)),
    )
  command
    .command('activate')
    .description('compare with this baseline from now on')
    .argument('<model>', 'name of the model', parseName)
    .argument('<version>', 'number of the baseline', parseVersion)
    .action((model: string, version: number) =>
      withModels(environment, (store) => activateOne(store, model, version)),
    )
  return command
}

const say = (line: string) => process.stdout.write(`${line}\n`)

async function withModels(
  environment: Environment,
  work: (store: Store, models: Models) => Promise<void>,
): Promise<void> {
  const store = await openStore(readConfig(environment).store)
  try {
    await migrate(store, new Date())
    await work(store, openModels(store))
  } finally {
    await store.close()
  }
}

async function add(
  store: Store,
  models: Models,
  name: string,
  path: string,
  options: AddOptions,
): Promise<void> {
  if (!store.embedded) {
    throw new ConfigError(
      'Files are read by the embedded engine: unset CLICKHOUSE_URL, or make the baseline from a window of stored predictions through the API.',
    )
  }
  const declared = await models.find(name)
  const guesses: Guesses = {
    kinds: options.kind ?? new Map(),
    task: options.task,
    positive: options.positive,
  }
  if (
    declared !== undefined &&
    (options.kind !== undefined || options.task !== undefined || options.positive !== undefined)
  ) {
    throw new ConfigError(
      `The model "${name}" is declared already, so its file leaves nothing to guess: drop --kind, --task and --positive.`,
    )
  }
  const spool = join(tmpdir(), `driftgauge-${randomUUID()}`)
  const bar = progressBar()
  try {
    const model =
      declared ??
      (await withFile(store, path, spool, undefined, guesses, (file) =>
        inferModel(store.rollup, file, name, guesses),
      ))
    await withFile(store, path, spool, model, guesses, async (file) => {
      if (declared === undefined) await models.declare(model, new Date())
      const source = { file: basename(path) }
      const onProgress = (share: number) => bar.update(Math.round(100 * share), 100, 'counting')
      const outcome = await baselineFromFile(store, store.rollup, file, {
        model,
        name: options.name ?? source.file,
        source,
        now: new Date(),
        onProgress,
      })
      bar.stop()
      if (outcome.status === 'empty') throw new ConfigError(`${path}: the file has no rows`)
      const { baseline } = outcome
      const first = (await activeBaseline(store, name)) === undefined
      if (first || options.activate) await activate(store, name, baseline.version, new Date())
      if (options.json) say(JSON.stringify(baseline))
      else
        describe(
          model,
          baseline.version,
          baseline.rows,
          first || options.activate,
          file,
          declared === undefined,
        )
    })
  } finally {
    bar.stop()
    await rm(spool, { recursive: true, force: true })
  }
}

async function withFile<T>(
  store: Store,
  path: string,
  spool: string,
  model: Model | undefined,
  guesses: Guesses,
  work: (file: StagedFile) => Promise<T>,
): Promise<T> {
  const staged = await stageBaseline(store.rollup, path, spool, model, guesses)
  if (staged.status === 'unreadable') throw new ConfigError(staged.reason)
  try {
    return await work(staged.file)
  } finally {
    await staged.file.drop()
  }
}

function describe(
  model: Model,
  version: number,
  rows: number,
  active: boolean,
  file: StagedFile,
  inferred: boolean,
): void {
  say(
    `Baseline ${version} of ${model.name}: ${rows.toLocaleString('en-US')} rows${active ? ', active' : ''}.`,
  )
  if (inferred) {
    const kinds = model.features.map(({ name, kind }) => `${name} (${kind})`).join(', ')
    say(
      `The model was inferred: ${model.task}${model.positive === undefined ? '' : `, positive class "${model.positive}"`}; features ${kinds}.`,
    )
  }
  const missing = missingFeatures(file, model)
  if (missing.length > 0) say(`Not in the file, so not checked: ${missing.join(', ')}.`)
  for (const { name, type } of file.unsupported)
    say(`Not read: column "${name}", which is ${type.replace(/\s+/g, ' ')}.`)
}

async function list(store: Store, model: string, json: boolean): Promise<void> {
  const active = (await activeBaseline(store, model))?.version
  const found = (await listBaselines(store, model)).map((baseline) => ({
    ...baseline,
    active: baseline.version === active,
  }))
  if (json) say(JSON.stringify(found))
  else if (found.length === 0) say(`The model "${model}" has no baselines.`)
  else
    for (const { version, active, rows, createdAt, name } of found)
      say(`${active ? '*' : ' '} ${version}  ${createdAt}  ${rows.toLocaleString('en-US')} rows  ${name}`)
}

async function activateOne(store: Store, model: string, version: number): Promise<void> {
  const found = (await listBaselines(store, model)).some((baseline) => baseline.version === version)
  if (!found)
    throw new ConfigError(
      `The model "${model}" has no baseline ${version}; "driftgauge baseline list ${model}" shows those it has.`,
    )
  await activate(store, model, version, new Date())
  say(`Baseline ${version} of ${model} is active; its hours are counted anew.`)
}
