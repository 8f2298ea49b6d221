import { Command } from 'commander'
import type { Environment } from '../config.ts'
import { CODE_VERSION } from '../service/version.ts'
import { escapeControls, printable } from './shared/text.ts'

const RESULT_ID = /^[0-9a-f]{32}$/

interface Difference {
  what: string
  stored: unknown
  recomputed: unknown
}

interface Check {
  status: 'agrees' | 'differs' | 'unavailable'
  differences?: Difference[]
  reason?: string
}

interface Reproduction {
  agrees: boolean
  evaluation: Check
  window: Check
  baseline: Check
  code_version: { stored: string; running: string }
}

const HELP = `
The verdict and every statistic are recomputed from the counts and sums stored with
the result. These are recounted from the stored predictions and labels, and compared
with the stored baseline. Counts must agree exactly, sums to 1e-12 of the sum of
absolute values. Rows that arrived after the result make its window differ.

Of a file that "driftgauge bundle" wrote, every verdict and statistic is recomputed
from the file alone: no service and no store are needed.

Exit codes: 0 it agrees, 2 there is no such result, 3 something differs.
`

/** The `reproduce` command; its exit code goes to `exit`. */
export function reproduceCommand(environment: Environment, exit: (code: number) => void): Command {
  return new Command('reproduce')
    .summary('recompute a stored result, or those of a bundle, and show what differs')
    .description(
      'Recomputes a stored result, or those of a bundle, and shows whether they agree, or what differs.',
    )
    .argument('<result>', 'id of the result, as shown by the API and in alerts; or file of a bundle')
    .option('--json', 'print the comparison as JSON', false)
    .addHelpText('after', HELP)
    .action(async (result: string, { json }: { json: boolean }) => {
      if (!RESULT_ID.test(result)) {
        const { reproduceFile } = await import('./bundle/reproduce.ts')
        exit(reproduceFile(result, json, CODE_VERSION) ? 0 : 3)
        return
      }
      const { withApi } = await import('./client/api-client.ts')
      await withApi(environment, async ({ api }) => {
        const found = await api.post<Reproduction>(`/results/${result}/reproduce`)
        const text = json ? escapeControls(JSON.stringify(found, null, 2)) : describe(found).join('\n')
        process.stdout.write(`${text}\n`)
        exit(found.agrees ? 0 : 3)
      })
    })
}

function describe({ agrees, evaluation, window, baseline, code_version }: Reproduction): string[] {
  const { stored, running } = code_version
  return [
    agrees
      ? 'The recomputed result agrees with the stored one.'
      : 'The recomputed result differs from the stored one.',
    ...lines('verdict and statistics, from its own counts', evaluation),
    ...lines('counts of the window, from stored rows', window),
    ...lines('counts of the baseline', baseline),
    ...(stored === running ? [] : [`It was computed by version ${printable(stored)}; this is ${running}.`]),
  ]
}

const MARKS = { agrees: '✓', differs: '✗', unavailable: '?' }

function lines(what: string, { status, reason, differences = [] }: Check): string[] {
  const outcome = reason === undefined ? status : `cannot be checked: ${reason}`
  return [
    `${MARKS[status]} ${what}: ${outcome}`,
    ...differences.map(
      ({ what: name, stored, recomputed }) =>
        `    ${printable(name)}: stored ${printable(JSON.stringify(stored))}, now ${printable(JSON.stringify(recomputed))}`,
    ),
  ]
}
