/** The options that name columns; those that are called as their fields need none. */
export const columnOptions = (columns: Readonly<Record<string, string | undefined>>) =>
  Object.entries(columns)
    .flatMap(([field, column]) =>
      column === undefined || field === column ? [] : [` --column ${shellWord(`${field}=${column}`)}`],
    )
    .join('')

/** A word that a shell reads as it is meant. */
export function shellWord(text: string): string {
  return /^[\w./=:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
