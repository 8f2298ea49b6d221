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

/** Has a counter go on after `value`, if it is not past that. */
export async function raise(control: Control, name: string, value: number): Promise<void> {
  await control
    .insertInto('counters')
    .values({ name, value })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value }).where('counters.value', '<', value),
    )
    .execute()
}

/**
 * A time for what is stored now: that of the clock, but later than any given before by any process, so that a clock that
 * is behind, or was set back, decides nothing.
 */
export async function stamp(control: Control, now: Date): Promise<Date> {
  const { value } = await control
    .insertInto('counters')
    .values({ name: 'newest stamp', value: now.getTime() })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({
        value: row
          .case()
          .when(row.ref('excluded.value'), '>', row.ref('counters.value'))
          .then(row.ref('excluded.value'))
          .else(row('counters.value', '+', 1))
          .end(),
      })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return new Date(value)
}
