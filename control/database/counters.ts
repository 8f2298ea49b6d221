import type { Control } from './control.ts'

/** Adds to a counter, which begins at 0, and returns what it stands at: a number that nobody else was given. */
export async function count(control: Control, name: string, by = 1): Promise<number> {
  const { value } = await control
    .insertInto('counters')
    .values({ name, value: by })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((row) => ({ value: row('counters.value', '+', row.ref('excluded.value')) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return value
}
