import { parseArgs } from 'node:util'
import type { BenchOptions } from './options.ts'

export type Arguments =
  { status: 'run'; names: string[]; options: BenchOptions } | { status: 'help' | 'wrong'; text: string }

const USAGE = `npm run bench -- [NAME…] [--tiny] [--only TEXT] [--runs N] [--rate N]

Runs the benches named, or all of them:`

const OPTIONS = `  --tiny       a few rows only, to see that a bench runs; its figures mean nothing
  --only TEXT  only cells with this text in their name (growth, compare, peers, experiment, false-alarms, false-alarms-peers, pages, quality)
  --runs N     runs of each cell (compare, peers, experiment, false-alarms, false-alarms-peers, pages, quality)
  --rate N     predictions a second that are simulated (soak)`

/** What the command line asks for. */
export function parseArguments(
  args: readonly string[],
  benches: Readonly<Record<string, { summary: string; needs?: string }>>,
): Arguments {
  const wrong = (reason: string): Arguments => ({
    status: 'wrong',
    text: `${reason} See npm run bench -- --help.`,
  })
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    // Its advice on names that begin with a hyphen helps nobody here.
    return wrong(`${(error as Error).message.split('. ')[0]}.`)
  }
  const { positionals, values } = parsed
  if (values.help) return { status: 'help', text: help(benches) }
  const names = Object.keys(benches)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) return wrong(`There is no bench "${unknown}"; there are ${names.join(', ')}.`)
  const runs = values.runs === undefined ? undefined : Number(values.runs)
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
    return wrong(`--runs takes a whole number above 0, not "${values.runs}".`)
  const rate = values.rate === undefined ? undefined : Number(values.rate)
  if (rate !== undefined && !(rate > 0 && rate < Infinity))
    return wrong(`--rate takes a number above 0, not "${values.rate}".`)
  return {
    status: 'run',
    names: positionals.length > 0 ? positionals : names,
    options: { tiny: values.tiny, runs, only: values.only, rate },
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false, short: 'h' },
      tiny: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string' },
      rate: { type: 'string' },
    },
  })

function help(benches: Readonly<Record<string, { summary: string; needs?: string }>>): string {
  const width = Math.max(...Object.keys(benches).map((name) => name.length))
  const lines = Object.entries(benches).map(
    ([name, { summary, needs }]) =>
      `  ${name.padEnd(width)}  ${summary}${needs === undefined ? '' : ` (needs ${needs})`}`,
  )
  return [USAGE, ...lines, '', OPTIONS].join('\n')
}
