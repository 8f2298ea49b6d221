import { slotCount, type CategoricalBinning, type ColumnBinning, type NumericBinning } from './binning.ts'
import type { Column } from './model.ts'
import { array, float, identifier, literal } from './sql.ts'

export interface BinnedColumn extends Column {
  binning: ColumnBinning
}

/**
 * A select that counts rows into bins in one pass over `from`: one row a group and column, with
 * `role, column, counts, sums, squares` beside the groups. `groups` maps an alias to its expression.
 */
export function profileSelect(
  from: string,
  columns: readonly BinnedColumn[],
  groups: Record<string, string>,
): string {
  const aliases = Object.keys(groups)
  const keys = Object.entries(groups).map(([alias, expression]) => `${expression} AS ${alias}`)
  const aggregates = columns.map(aggregate)
  const list = (of: (a: Aggregate) => string) => `[${aggregates.map(of).join(', ')}]`
  return `
    WITH ${aggregates.map(({ definition }) => definition).join(', ')}
    SELECT ${[...aliases, 'role', 'column', 'counts', 'sums', 'squares'].join(', ')}
    FROM (
      SELECT ${[...keys, ...aggregates.map(({ selection }) => selection)].join(', ')}
      FROM ${from}
      ${aliases.length > 0 ? `GROUP BY ${aliases.join(', ')}` : ''}
    )
    ARRAY JOIN
      [${columns.map(({ role }) => literal(role)).join(', ')}] AS role,
      [${columns.map(({ name }) => literal(name)).join(', ')}] AS column,
      ${list(({ counts }) => counts)} AS counts,
      ${list(({ sums }) => sums)} AS sums,
      ${list(({ squares }) => squares)} AS squares`
}

/** A select of `magnitudes`: per slot of a numeric column the sum of the absolute values of `x - centre`, else `[]`. */
export function magnitudeSelect(from: string, { source, binning }: BinnedColumn): string {
  if (binning.kind === 'categorical') return 'SELECT emptyArrayFloat64() AS magnitudes'
  const column = identifier(source)
  const [value, slot] = [centred(column, binning.centre), numericSlot(column, binning)]
  return `SELECT sumResample(0, ${slotCount(binning)}, 1)(abs(${value}), ${slot}) AS magnitudes FROM ${from}`
}

interface Aggregate {
  definition: string
  selection: string
  counts: string
  sums: string
  squares: string
}

function aggregate(column: BinnedColumn, index: number): Aggregate {
  const { binning, source } = column
  const slots = slotCount(binning)
  const counted = `countResample(0, ${slots}, 1)(slot${index}) AS counts${index}`
  if (binning.kind === 'categorical') {
    return {
      definition: `${slotSql(identifier(source), binning)} AS slot${index}`,
      selection: counted,
      counts: `counts${index}`,
      sums: 'emptyArrayFloat64()',
      squares: '0.0',
    }
  }
  return {
    definition: `${slotSql(identifier(source), binning)} AS slot${index},
      ${centred(identifier(source), binning.centre)} AS value${index}`,
    selection: `${counted}, sumResample(0, ${slots}, 1)(value${index}, slot${index}) AS sums${index},
      sum(value${index} * value${index}) AS squares${index}`,
    counts: `counts${index}`,
    sums: `sums${index}`,
    squares: `squares${index}`,
  }
}

/** The slot of a row in the column's count array, as an expression over its quoted source. */
export function slotSql(source: string, binning: ColumnBinning): string {
  return binning.kind === 'numeric' ? numericSlot(source, binning) : categorySlot(source, binning)
}

/** Slot of a number: `roundDown` finds its edge; what is null, NaN or infinite goes to slot 0. */
function numericSlot(source: string, { edges }: NumericBinning): string {
  const steps = array(['-inf', ...edges.map(float), 'inf'], 'Float64')
  const slots = `arrayConcat([0], range(1, ${edges.length + 1}), [0])`
  return `transform(roundDown(ifNull(${source}, nan), ${steps}), ${steps}, ${slots}, 0)`
}

function categorySlot(source: string, { categories }: CategoricalBinning): string {
  if (categories.length === 0) return `if(isNull(${source}), 0, 1)`
  const names = array(categories.map(literal), 'String')
  const rest = categories.length + 1
  // transform() on a null would give the default, so missing rows would land among the rest.
  return `if(isNull(${source}), 0, transform(${source}, ${names}, range(1, ${rest}), ${rest}))`
}

function centred(source: string, centre: number): string {
  return `if(isFinite(ifNull(${source}, nan)), assumeNotNull(${source}) - ${float(centre)}, 0.0)`
}
