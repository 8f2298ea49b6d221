/** As the API answers. */
export interface Answer {
  models: (Age & { model: string; kind: string })[]
  service: (Age & { kind: string })[]
}

interface Age {
  keep: string
  before: string | null
  rows: number
  oldest: string | null
}

const HEADER = ['model', 'kind', 'kept', 'deleted before', 'rows', 'oldest']

/** What is kept for how long, as a table for people. */
export function retentionLines({ models, service }: Answer, isApplied: boolean): string[] {
  const cells = [
    ...models.map(({ model, kind, ...age }) => [model === '' ? '(none)' : model, kind, ...ageCells(age)]),
    ...service.map(({ kind, ...age }) => ['(all)', kind, ...ageCells(age)]),
  ]
  const widths = HEADER.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === ROWS ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd()
  const rows = [...models, ...service].reduce((sum, age) => sum + age.rows, 0)
  return [line(HEADER), ...cells.map(line), '', outcome(rows, isApplied)]
}

const ROWS = HEADER.indexOf('rows')

const ageCells = ({ keep, before, rows, oldest }: Age) => [
  keep,
  before?.slice(0, 10) ?? '-',
  String(rows),
  oldest?.slice(0, 10) ?? '-',
]

function outcome(rows: number, isApplied: boolean): string {
  if (rows === 0) return 'Nothing is older than it is kept.'
  return isApplied
    ? `Deleted ${rows} rows.`
    : `${rows} rows are older than they are kept. The service deletes them within an hour; --apply deletes them now.`
}
