import type { Control } from '../database/control.ts'

/** Windows of a monitor that were due while nothing ran, and are made up for when there is time. */
export interface MissedWindows {
  monitor: string
  stream: string
  /** Ends of the oldest and the newest of them. */
  first: Date
  last: Date
}

export async function listMissedWindows(control: Control): Promise<MissedWindows[]> {
  const found = await control
    .selectFrom('missed_windows')
    .selectAll()
    .orderBy('monitor')
    .orderBy('stream')
    .execute()
  return found.map(({ monitor, stream, first_end, last_end }) => ({
    monitor,
    stream,
    first: new Date(first_end),
    last: new Date(last_end),
  }))
}

/** Notes windows beside those that were noted before. */
export async function addMissedWindows(
  control: Control,
  { monitor, stream, first, last }: MissedWindows,
): Promise<void> {
  const before = (await listMissedWindows(control)).find(
    (one) => one.monitor === monitor && one.stream === stream,
  )
  const range = {
    first_end: Math.min(first.getTime(), before?.first.getTime() ?? Infinity),
    last_end: Math.max(last.getTime(), before?.last.getTime() ?? -Infinity),
  }
  await control
    .insertInto('missed_windows')
    .values({ monitor, stream, ...range })
    .onConflict((conflict) => conflict.columns(['monitor', 'stream']).doUpdateSet(range))
    .execute()
}

/** Notes that only windows up to `last` are left, or none. */
export async function leaveMissedWindows(
  control: Control,
  { monitor, stream }: Pick<MissedWindows, 'monitor' | 'stream'>,
  last: Date | undefined,
): Promise<void> {
  const change =
    last === undefined
      ? control.deleteFrom('missed_windows').where('monitor', '=', monitor).where('stream', '=', stream)
      : control
          .updateTable('missed_windows')
          .set({ last_end: last.getTime() })
          .where('monitor', '=', monitor)
          .where('stream', '=', stream)
  await change.execute()
}
