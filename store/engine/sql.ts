/** Quotes a table or column name. The only way a name from outside reaches a statement. */
export function identifier(name: string): string {
  return '`' + name.replace(/[\\`]/g, '\\$&') + '`'
}

/**
 * Quotes a string as a literal. Long statements use literals in place of query parameters, because the
 * embedded engine runs parameterised statements one at a time across all connections.
 */
export function literal(value: string): string {
  return "'" + value.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0') + "'"
}

/** A double as a literal that is read back as the same double, never as an integer type. */
export function float(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return value.toExponential()
}

/** An array literal; an empty one gets its element type, which could not be inferred. */
export function array(elements: readonly string[], type: string): string {
  return elements.length === 0 ? `emptyArray${type}()` : `[${elements.join(',')}]`
}

/** A UTC instant as a `DateTime64(3)` literal. */
export function instant(date: Date): string {
  return `fromUnixTimestamp64Milli(${date.getTime()}, 'UTC')`
}

/** A UTC hour as a `DateTime` literal. */
export function hourLiteral(date: Date): string {
  return `toDateTime(${Math.floor(date.getTime() / 1000)}, 'UTC')`
}

/** A `DateTime` or `DateTime64` expression in UTC as ISO 8601 text. */
export function isoText(expression: string): string {
  return `concat(replaceOne(toString(${expression}), ' ', 'T'), 'Z')`
}
