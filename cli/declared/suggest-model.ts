import { parse } from 'node:path'
import type { z } from 'zod'
import type { modelRoutes } from '../../api/contract/models.ts'
import { ConfigError } from '../../config.ts'
import { nameSchema } from '../../control/declared/model.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { fileProblem } from '../../ingest/files/open-file.ts'
import { quoted } from '../../domain/printable.ts'
import { Refusal, type Api } from '../client/api-client.ts'
import { upload } from '../client/upload.ts'
import { progressBar } from '../shared/progress.ts'
import { outcomeQuery } from '../shared/options.ts'
import { say, sayJson } from '../shared/print.ts'
import { columnOptions, shellWord } from '../shared/shell.ts'
import { printable, thousands } from '../shared/text.ts'
import { yamlText } from '../shared/yaml.ts'

type Suggested = z.output<(typeof modelRoutes.suggestModel.answers)[200]>

export interface SuggestOptions {
  name?: string
  column?: OutcomeColumns
  json: boolean
}

/** Prints the declaration of a model that the columns of a file suggest, as YAML. Nothing is declared. */
export async function suggestModel(
  api: Api,
  file: string,
  { name, column, json }: SuggestOptions,
): Promise<void> {
  const problem = await fileProblem(file)
  if (problem !== undefined) throw new ConfigError(`${printable(file)}: ${problem}`)
  const found = await send(api, file, `name=${name ?? nameFrom(file)}${outcomeQuery(column ?? {})}`)
  if (json) sayJson(found)
  else say(yamlText({ models: [found.model] }, notes(found, file)).trimEnd())
}

async function send(api: Api, file: string, query: string): Promise<Suggested> {
  const bar = progressBar()
  try {
    return await upload<Suggested>(api, `/models/suggested?${query}`, file, bar)
  } catch (error) {
    if (error instanceof Refusal) error.message = `${printable(file)}: ${error.message}`
    throw error
  } finally {
    bar.stop()
  }
}

/** `flights` of `data/flights.csv.gz`. */
function nameFrom(file: string): string {
  const stem = parse(file).base.split('.')[0]
  if (!nameSchema.safeParse(stem).success)
    throw new ConfigError(`${quoted(stem)} cannot be the name of a model. Give another one with --name.`)
  return stem
}

function notes(
  { model, rows, outcome_columns: columns, left_out: leftOut }: Suggested,
  file: string,
): string[] {
  const found = Object.entries(columns)
  const named = found.map(([outcome, column]) =>
    outcome === column ? outcome : `${outcome} (${quoted(column)})`,
  )
  const options = columnOptions(columns)
  return [
    `Suggested from the ${thousands(rows)} rows of ${quoted(parse(file).base)}, which have ${found.length === 0 ? 'no prediction, score or label' : named.join(', ')}.`,
    'Check it, and declare it with "driftgauge apply".',
    ...(options === '' ? [] : [`Then: driftgauge baseline add ${model.name} ${shellWord(file)}${options}`]),
    ...(leftOut.length === 0 ? [] : ['Left out:']),
    ...leftOut.map(({ column, reason, detail }) => `  ${quoted(column)}: ${REASONS[reason]}${detail}`),
  ]
}

const REASONS: Record<Suggested['left_out'][number]['reason'], string> = {
  index: 'looks like an index: ',
  id: 'looks like an id: ',
  time: 'looks like a time: ',
  unsupported: '',
}
