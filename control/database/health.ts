import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Control } from './control.ts'
import { ControlUnavailable } from './errors.ts'

const ANSWER_WITHIN_MS = 5_000
const SILENT = 'The database of control state does not respond'

/** Why the database does not answer; undefined where it does. */
export async function whyNoControl(control: Control): Promise<string | undefined> {
  return Promise.race([probe(control), setTimeout(ANSWER_WITHIN_MS, SILENT, { ref: false })])
}

async function probe(control: Control): Promise<string | undefined> {
  try {
    await sql`SELECT 1`.execute(control)
    return undefined
  } catch (error) {
    return error instanceof ControlUnavailable
      ? error.message
      : 'The database of control state fails; see the log for the cause'
  }
}
