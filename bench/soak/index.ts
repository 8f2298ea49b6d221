import { DAY_MS } from '../../domain/time.ts'
import type { BenchOptions } from '../options.ts'
import { print, withDirectory } from '../support.ts'
import { listDifferences } from './differences.ts'
import { FEATURES } from './events.ts'
import type { Ledger } from './ledger.ts'
import { curve, listed, soakTable, type Seen } from './report.ts'
import { run } from './run.ts'
import { FULL_RATE, SIX_WEEKS, STEP_MS, TINY, type Outage, type Scenario } from './scenario.ts'

/** Predictions a second that two cores get through in about an hour. */
const DEFAULT_RATE = 5

const count = (value: number) => value.toLocaleString('en-US')

/**
 * Six weeks of a service in about an hour: late labels, corrections, duplicates, restarts and retention, with every count
 * compared with the producer's own. Fails where one differs.
 */
export async function benchSoak({ tiny, rate = DEFAULT_RATE }: BenchOptions): Promise<void> {
  const scenario = tiny ? TINY : { ...SIX_WEEKS, rate }
  const days = (scenario.steps * STEP_MS) / DAY_MS
  print(
    `soak: ${days} days of event time, ${scenario.rate} predictions of ${Object.keys(FEATURES).length} features a second simulated: ` +
      `one in ${count(FULL_RATE / scenario.rate)} of ${FULL_RATE} a second`,
  )
  await withDirectory((directory) => soak(scenario, directory))
}

async function soak(scenario: Scenario, directory: string): Promise<void> {
  const began = performance.now()
  const parts: { name: string; seen: Seen }[] = []
  const daily: { disk: number; parts: number; resident: number }[] = []
  const starts: { milliseconds: number; outage: Outage }[] = []
  const warnings = new Map<string, number>()
  let differing = 0
  const ledger = await run(scenario, directory, {
    onAudit({ compared, differences }, seen, step) {
      const minutes = Math.round((performance.now() - began) / 60_000)
      const day = ((step + 1) * STEP_MS) / DAY_MS
      print(
        `soak, day ${day}, after ${minutes} min: ${count(compared)} counts compared, ${count(differences.length)} differ; ${listed(seen)}`,
      )
      for (const line of listDifferences(differences)) print(`  ${line}`)
      differing += differences.length
      parts.push({ name: `to day ${day}`, seen })
    },
    onDay: (size, resident) => void daily.push({ ...size, resident }),
    onStart: (milliseconds, outage) => void starts.push({ milliseconds, outage }),
    onWarning(line) {
      const { msg } = JSON.parse(line) as { msg: string }
      warnings.set(msg, (warnings.get(msg) ?? 0) + 1)
    },
  })
  print(`\n${soakTable(parts)}\n`)
  if (daily.length > 0)
    for (const [what, of] of [
      ['resident memory', 'resident'],
      ['data directory', 'disk'],
      ['active parts', 'parts'],
    ] as const)
      print(`${what.padEnd(15)} at the end of each day ${curve(daily.map((day) => day[of]))}`)
  print(summary(ledger, starts))
  for (const [message, times] of warnings) print(`in the log ${count(times)} times: ${message}`)
  if (differing > 0) throw new Error(`soak: ${count(differing)} counts differ from the producer's`)
}

function summary({ totals }: Ledger, starts: readonly { milliseconds: number; outage: Outage }[]): string {
  const of = (signal: Outage['signal']) => starts.filter(({ outage }) => outage.signal === signal)
  const slowest = Math.max(...starts.map(({ milliseconds }) => milliseconds)) / 1000
  return (
    `sent: ${count(totals.predictions)} predictions, ${count(totals.repeated)} of them again and ${count(totals.corrections)} corrected; ` +
    `${count(totals.labels)} labels, ${count(totals.flips)} corrected; ${count(totals.refused)} of a deleted month, refused. ` +
    `${of('SIGTERM').length} restarts and ${of('SIGKILL').length} kills, ready again within ${slowest.toFixed(1)} s`
  )
}
