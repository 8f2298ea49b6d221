import type { Cell, Table, TableColumn } from '../table.ts'

/** What a column of numbers or times is in. */
const UNITS: Partial<Record<TableColumn['is'], string>> = { time: 'UTC', share: '0 to 1' }

/**
 * The table as CSV (RFC 4180): numbers in full, times in ISO 8601. Texts that a spreadsheet would take for a formula
 * begin with an apostrophe.
 */
export function csv({ columns, rows }: Table): string {
  const header = columns.map(({ name, is }) => text(UNITS[is] === undefined ? name : `${name} (${UNITS[is]})`)) // prettier-ignore
  const lines = [header, ...rows.map((row) => row.map((cell, i) => field(cell, columns[i])))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

function field(cell: Cell, { is }: TableColumn): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  return is === 'time' ? new Date(cell).toISOString() : text(cell)
}

function text(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
