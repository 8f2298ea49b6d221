import { userInfo } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Environment } from '../../config.ts'
import { ANNOTATION_KINDS, type AnnotationKind } from '../../domain/annotation.ts'
import type { Api } from '../client/api-client.ts'
import { withLazyApi } from '../client/lazy-api.ts'
import { parseName } from '../shared/options.ts'

interface AddOptions {
  model?: string
  kind: AnnotationKind
  from?: string
  to?: string
  link?: string
  externalId?: string
  by: string
  json: boolean
}

/** `driftgauge annotation …`: what the charts mark on their axis of time. */
export function annotationCommand(environment: Environment): Command {
  const command = new Command('annotation').description('mark deployments, holidays and notes on the charts')
  const withApi = (work: (api: Api) => Promise<void>) => withLazyApi(environment, work)
  command
    .command('add')
    .summary('annotate a time or a period')
    .description(
      'Marks a time, or a period if --to is given, on every chart with an axis of time.\n' +
        'With --external-id, running the same command again adds nothing.',
    )
    .argument('<text>', 'what it is, at most 500 characters')
    .option('--model <model>', 'only for this model; for all by default', parseName)
    .addOption(new Option('--kind <kind>', 'kind of mark').choices(ANNOTATION_KINDS).default('note'))
    .option('--from <time>', 'time, such as 2026-01-31T17:05:00Z; now by default')
    .option('--to <time>', 'end, if it lasts')
    .option('--link <url>', 'where to read more')
    .option('--external-id <id>', 'an id of your own, such as that of a build')
    .option('--by <name>', 'name of the person or pipeline', userInfo().username)
    .option('--json', 'print the annotation as JSON', false)
    .action((text: string, options: AddOptions) =>
      withApi(async (api) => (await import('./run.ts')).add(api, text, options)),
    )
  command
    .command('list')
    .summary('list annotations')
    .description('Lists annotations in the order in which they begin.')
    .option('--model <model>', 'of this model and of all models', parseName)
    .option('--from <time>', 'that end at this time or later')
    .option('--to <time>', 'that begin at this time or earlier')
    .option('--json', 'print the annotations as JSON', false)
    .action((options: { model?: string; from?: string; to?: string; json: boolean }) =>
      withApi(async (api) => (await import('./run.ts')).list(api, options)),
    )
  command
    .command('remove')
    .summary('remove an annotation')
    .description('Removes an annotation from the charts.')
    .argument('<id>', 'id as printed by "annotation list"', parseId)
    .action((id: string) => withApi(async (api) => (await import('./run.ts')).remove(api, id)))
  return command
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{12}$/.test(text))
    throw new InvalidArgumentError(
      'use an id as printed by "driftgauge annotation list": 12 hexadecimal digits',
    )
  return text
}
