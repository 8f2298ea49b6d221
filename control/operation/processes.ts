import { sql } from 'kysely'
import { HOUR_MS } from '../../domain/time.ts'
import { parseJson } from '../../domain/json.ts'
import type { Control } from '../database/control.ts'
import { databaseTime } from '../database/database-time.ts'
import { processReportSchema, type ProcessReport } from './process-report.ts'

/** What a process last said of itself. */
export interface SeenProcess {
  id: string
  /** Milliseconds since then, on the clock of the database. */
  silentMs: number
  /** Undefined where a process of another release wrote what this one cannot read. */
  report: ProcessReport | undefined
}

/** A process that has said nothing for so long is forgotten. */
const FORGOTTEN_AFTER_MS = HOUR_MS

/** Stores what a process says of itself in place of what it said before. */
export async function writeProcess(control: Control, id: string, report: ProcessReport): Promise<void> {
  const now = databaseTime(control)
  const said = { seen_at: now, report: JSON.stringify(report) }
  await control
    .insertInto('processes')
    .values({ id, ...said })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(said))
    .execute()
  await control
    .deleteFrom('processes')
    .where('seen_at', '<', sql<number>`${now} - ${FORGOTTEN_AFTER_MS}`)
    .execute()
}

/** Every process that said something lately, the first to start first. */
export async function readProcesses(control: Control): Promise<SeenProcess[]> {
  const found = await control
    .selectFrom('processes')
    .select(['id', 'report', sql<number>`${databaseTime(control)} - seen_at`.as('silent')])
    .orderBy('id')
    .execute()
  return found.map(({ id, silent, report }) => ({
    id,
    silentMs: Math.max(0, Number(silent)),
    report: processReportSchema.safeParse(parseJson(report)).data,
  }))
}

/** To be called when a process stops. */
export async function removeProcess(control: Control, id: string): Promise<void> {
  await control.deleteFrom('processes').where('id', '=', id).execute()
}
