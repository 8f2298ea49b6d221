/**
 * The one spelling of a category or class, applied wherever one enters: `1`, `1.0`, `true` and `"1"` are the
 * same class in different producers' hands. Booleans become `1` and `0`, plain decimal numerals lose a
 * fraction of zeros; all other text, case, white space and leading zeros included, is kept as it is.
 * `canonicalCategorySql` is the same rule inside ClickHouse.
 */
export function canonicalCategory(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  const text = String(value)
  if (/^(true|True|TRUE)$/.test(text)) return '1'
  if (/^(false|False|FALSE)$/.test(text)) return '0'
  if (/^-?0(\.0+)?$/.test(text)) return '0'
  return /^-?(0|[1-9][0-9]*)\.[0-9]+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}
