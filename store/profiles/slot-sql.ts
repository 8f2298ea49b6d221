import type { CategoricalBinning, ColumnBinning, NumericBinning } from './binning.ts'
import { array, float, literal } from '../engine/sql.ts'

/** The slot of a row in the column's count array, as an expression over its quoted source. */
export function slotSql(source: string, binning: ColumnBinning): string {
  return binning.kind === 'numeric' ? numericSlot(source, binning) : categorySlot(source, binning)
}

/** Slot of a number: `roundDown` finds its edge; what is null, NaN or infinite goes to slot 0. */
export function numericSlot(source: string, { edges }: NumericBinning): string {
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
