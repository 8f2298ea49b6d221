import { Command } from 'commander'
import type { Environment } from '../config.ts'
import { withLazyApi } from './client/lazy-api.ts'
import type { Answer } from './retention/lines.ts'

interface Options {
  apply: boolean
  json: boolean
}

/** The `retention` command. */
export function retentionCommand(environment: Environment): Command {
  return new Command('retention')
    .summary('show how long data are kept, and delete what is older')
    .description(
      'Shows how long data are kept and how much is older. The service deletes that\n' +
        'every hour; --apply deletes it now.',
    )
    .option('--apply', 'delete what is older', false)
    .option('--json', 'print the answer of the API', false)
    .action(({ apply, json }: Options) =>
      withLazyApi(environment, async (api) => {
        const { retentionLines } = await import('./retention/lines.ts')
        const retention = apply
          ? await api.post<Answer>('/retention/apply')
          : await api.get<Answer>('/retention')
        const text = json ? JSON.stringify(retention) : retentionLines(retention, apply).join('\n')
        process.stdout.write(`${text}\n`)
      }),
    )
}
