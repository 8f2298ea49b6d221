import { markdownTable } from '../markdown-table.ts'

/** What was measured at one size, by what it is called in the table. */
export interface Measured {
  size: string
  values: Record<string, number>
}

/** A Markdown table: a column for each size, with the ratio to the smallest size, which comes first. */
export function growthTable(title: string, measured: readonly Measured[]): string {
  const [smallest] = measured
  const cell = (name: string, { values }: Measured) => {
    const value = rounded(values[name])
    return values === smallest.values
      ? value
      : `${value} (${(values[name] / smallest.values[name]).toFixed(2)})`
  }
  const rows = [
    [title, ...measured.map(({ size }) => size)],
    ...Object.keys(smallest.values).map((name) => [name, ...measured.map((one) => cell(name, one))]),
  ]
  return markdownTable(rows)
}

/** What was measured, in one line. */
export const listed = ({ values }: Measured) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${rounded(value)}`)
    .join('; ')

function rounded(value: number): string {
  const maximumFractionDigits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { maximumFractionDigits })
}
