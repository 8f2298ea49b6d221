import type { z } from 'zod'
import type { brokenPartRoutes, missedWindowRoutes } from '../../api/contract/overview.ts'
import type { Readiness } from '../client/readiness.ts'
import { minuteOf } from '../shared/print.ts'
import { plural, printable } from '../shared/text.ts'

export type MissedWindows = z.output<
  (typeof missedWindowRoutes.listMissedWindows.answers)[200]
>['missed_windows'][number]
export type BrokenPart = z.output<
  (typeof brokenPartRoutes.listBrokenParts.answers)[200]
>['broken_parts'][number]

interface Health {
  isRunning: boolean
  missed: readonly MissedWindows[]
  broken: readonly BrokenPart[]
  readiness: Readiness
}

/** Each thing that needs attention beside alerts, in a line. */
export function problemsOf({ isRunning, missed, broken, readiness }: Health): string[] {
  return [
    ...(isRunning
      ? []
      : [
          'No service is running: this is the last state in the data directory. Start it with "driftgauge serve", or set DRIFTGAUGE_URL to its address.',
        ]),
    ...readiness.reasons.map((reason) => `The service cannot do its work: ${printable(reason)}`),
    ...missed.map(missedLine),
    ...brokenLines(broken),
    // Broken parts are named above.
    ...readiness.warnings.filter((warning) => broken.length === 0 || !warning.includes('/store/broken-parts')).map(printable), // prettier-ignore
  ]
}

function missedLine({ monitor, part, windows, oldest_end, newest_end }: MissedWindows): string {
  const period =
    windows === 1
      ? `which ended ${minuteOf(newest_end)} UTC`
      : `which ended from ${minuteOf(oldest_end)} to ${minuteOf(newest_end)} UTC`
  return printable(
    `${monitor}: ${plural(windows, `missed window`)} of ${part}, ${period}, still to be evaluated`,
  )
}

/** By table, because a fault of a disk may break many parts of one. */
function brokenLines(parts: readonly BrokenPart[]): string[] {
  const tables = new Map<string, BrokenPart[]>()
  for (const part of parts) tables.set(part.table, [...(tables.get(part.table) ?? []), part])
  return [...tables].map(([table, own]) => {
    const rows = own.reduce<number | undefined>(
      (sum, part) => (sum === undefined || part.rows === null ? undefined : sum + part.rows),
      0,
    )
    const lost = rows === undefined ? 'an unknown number of rows is' : `${plural(rows, 'row')} ${rows === 1 ? 'is' : 'are'}`
    return printable(`${own[0].model ?? table}: ${plural(own.length, 'broken part')} of the table ${table}: ${lost} missing; docs/operations.md says what to do`)
  }) // prettier-ignore
}
