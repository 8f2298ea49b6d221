import { ConfigError } from '../../config.ts'
import type { ModelDeclaration } from '../../control/declared/model.ts'
import { Refusal, type Api } from '../client/api-client.ts'
import { writeNew } from '../shared/write-new.ts'
import { say } from '../shared/print.ts'
import { escapeControls, plural, printable } from '../shared/text.ts'
import type { Suggestions } from './suggestions.ts'
import { changedFeatures } from './suggestions.ts'
import { nothingToSuggest, suggestionYaml } from './yaml.ts'

export interface SuggestOptions {
  baseline?: number
  output?: string
  json: boolean
}

/** Prints, or writes to a file, what could be declared of the features of a model. Throws {@link ConfigError}. */
export async function suggest(
  api: Api,
  model: string,
  { baseline, output, json }: SuggestOptions,
): Promise<void> {
  const query = baseline === undefined ? '' : `?baseline=${baseline}`
  const found = await api
    .get<Suggestions>(`/models/${model}/constraints/suggested${query}`)
    .catch((error: unknown) => refuse(error, model, baseline))
  const declared = await api.get<ModelDeclaration>(`/models/${model}`)
  const changed = changedFeatures(found, declared)
  const text = json ? `${JSON.stringify(found, null, 2)}\n` : suggestionYaml(found, changed)
  if (output === undefined) {
    process.stdout.write(escapeControls(text))
    return
  }
  if (!json && changed.length === 0) return void say(nothingToSuggest(found))
  await writeNew(output, escapeControls(text))
  say(`Wrote suggestions for ${plural(changed.length, 'feature')} to ${printable(output)}.`)
}

function refuse(error: unknown, model: string, baseline: number | undefined): never {
  if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 409)) throw error
  const advice =
    error.status === 409
      ? `Run "driftgauge baseline add ${model} FILE".`
      : baseline !== undefined && error.message.includes('baseline')
        ? `"driftgauge baseline list ${model}" lists its baselines.`
        : `Declare it with "driftgauge apply", or infer it from a file with "driftgauge baseline add ${model} FILE".`
  throw new ConfigError(`${error.message} ${advice}`)
}
