import { Command } from 'commander'
import { ConfigError, type Environment } from '../config.ts'
import { withLazyApi } from './client/lazy-api.ts'
import { parseName } from './shared/options.ts'

interface Options {
  id: string[]
  file?: string
  dryRun: boolean
  yes: boolean
  json: boolean
}

/** The `erase` command. */
export function eraseCommand(environment: Environment): Command {
  return new Command('erase')
    .summary('delete everything stored under prediction ids')
    .description(
      'Deletes the predictions, labels and dead letters of a person, by the ids of the\n' +
        'predictions, and counts their hours again. Records with these ids that arrive\n' +
        'later are dropped. This cannot be undone.',
    )
    .argument('<model>', 'name of the model', parseName)
    .option('--id <id>', 'id of a prediction; may be given several times', collect, [])
    .option('--file <path>', 'file with one id per line; - reads standard input')
    .option('--dry-run', 'count what would be deleted, and delete nothing', false)
    .option('--yes', 'delete', false)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText(
      'after',
      '\nStopped or failed half-way, run the same command again: it deletes what is left.\n' +
        'docs/privacy.md says what is not deleted.',
    )
    .action(async (model: string, { id, file, dryRun, yes, json }: Options) => {
      if (dryRun === yes)
        throw new ConfigError('Give --dry-run to count what would be deleted, or --yes to delete it.')
      if (id.length > 0 === (file !== undefined))
        throw new ConfigError('Give the ids with --id, or a file of ids with --file.')
      const { readIds } = await import('./erase/read-ids.ts')
      const ids = file === undefined ? id : await readIds(file)
      await withLazyApi(environment, async (api) => {
        const { erase, eraseLines } = await import('./erase/run.ts')
        const erased = await erase(api, model, ids, dryRun)
        process.stdout.write(json ? `${JSON.stringify(erased)}\n` : `${eraseLines(erased).join('\n')}\n`)
      })
    })
}

const collect = (id: string, ids: string[]) => [...ids, id]
