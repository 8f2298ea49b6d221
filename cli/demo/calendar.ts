import { VERDICT_RANK } from '../shared/verdict-rank.ts'
import { WEEK_MS } from '../../domain/time.ts'
import type { Result } from '../../store/results/results.ts'
import { byColumn, date, day, ICONS, verdictOf } from './findings.ts'

/** One row a column, one sign a week: the worst verdict of its days. */
export function calendar(results: readonly Result[], from: number): string[] {
  const last = Math.max(...results.map(day))
  const weeks = Array.from({ length: Math.floor((last - from) / WEEK_MS) + 1 }, (_, i) => from + i * WEEK_MS)
  const months = weeks.map((week, i) =>
    i === 0 || date(week).slice(0, 7) !== date(week - WEEK_MS).slice(0, 7) ? monthName(week) : '',
  )
  const lines = [...byColumn(results)].map(([key, found]) => {
    const [kind, column] = key.split(' ')
    const signs = weeks.map((week) =>
      worstSign(found.filter((result) => day(result) >= week && day(result) < week + WEEK_MS)),
    )
    return `  ${column.padEnd(12)} ${kind.padEnd(11)} ${signs.join(' ')}`
  })
  const header = `  ${'worst day of each week'.padEnd(24)} ${months.map((name) => name.slice(0, 3)).reduce(placeAt, '')}`
  return [
    header,
    ...lines,
    `  ${' '.repeat(24)} ${ICONS.ok} stable  ${ICONS.unconfirmed} unconfirmed  ${ICONS.warning} warning  ${ICONS.critical} critical  ${ICONS.insufficient_data} too few rows`,
  ]
}

/** Writes a month's name above the week it begins in, two characters a week. */
function placeAt(line: string, name: string, week: number): string {
  return name === '' ? line : line.padEnd(2 * week) + name
}

function monthName(time: number): string {
  return new Date(time).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
}

function worstSign(results: readonly Result[]): string {
  if (results.length === 0) return ' '
  const worst = results.reduce((a, b) => (VERDICT_RANK[verdictOf(b)] > VERDICT_RANK[verdictOf(a)] ? b : a))
  return ICONS[verdictOf(worst)]
}
