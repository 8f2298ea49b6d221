import type { Control } from './control.ts'

/** Thrown by work that went on after another process had taken it over. Nothing of it was stored. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'

  constructor(lease: string) {
    super(`another process has taken over the lease "${lease}"`)
  }
}

/** Work that one process at a time does. */
export interface Lease {
  /** Takes it if nobody does the work any longer, and says whether we hold it. To be called every few seconds. */
  hold(): Promise<boolean>
  /** To be called first in every transaction of the work. Throws {@link LeaseLost}. */
  fence: (transaction: Control) => Promise<void>
  /** Leaves it to whoever asks next. */
  release(): Promise<void>
}

export interface LeaseOptions {
  name: string
  /** Tells this process from all others. */
  holder: string
  /** Milliseconds without a sign of life after which whoever holds it counts as dead. */
  patience: number
  /** Milliseconds on a clock that is never set: no process compares its clock with another's. */
  monotonic: () => number
}

interface Row {
  holder: string
  token: number
  beat: number
}

/**
 * A lease on a row that its holder changes at each sign of life. Who wants it watches the row: when it has not changed
 * for as long as patience lasts, the first to raise the token has it, and what the former holder still tries to store
 * is refused.
 */
export function createLease(control: Control, options: LeaseOptions): Lease {
  const { name, holder, patience, monotonic } = options
  let token: number | undefined
  let seen: { token: number; beat: number; at: number } | undefined

  /** Changes the row as it was last seen; false where it is no longer so. */
  async function change(within: Control, before: Pick<Row, 'token' | 'beat'>, after: Row): Promise<boolean> {
    const { numUpdatedRows } = await within
      .updateTable('leases')
      .set(after)
      .where('name', '=', name)
      .where('token', '=', before.token)
      .where('beat', '=', before.beat)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  }

  async function beat(within: Control): Promise<boolean> {
    if (token === undefined) return false
    const { numUpdatedRows } = await within
      .updateTable('leases')
      .set((row) => ({ beat: row('beat', '+', 1) }))
      .where('name', '=', name)
      .where('token', '=', token)
      .where('holder', '=', holder)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 1n) return true
    token = undefined
    return false
  }

  async function take(): Promise<boolean> {
    await control
      .insertInto('leases')
      .values({ name, holder: '', token: 0, beat: 0 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const row = await control
      .selectFrom('leases')
      .select(['holder', 'token', 'beat'])
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    const now = monotonic()
    if (seen?.token !== row.token || seen.beat !== row.beat)
      seen = { token: row.token, beat: row.beat, at: now }
    if (row.holder !== '' && now - seen.at < patience) return false
    const next = { holder, token: row.token + 1, beat: 0 }
    if (!(await change(control, row, next))) return false
    token = next.token
    return true
  }

  let holding: Promise<boolean> | undefined
  const beatOrTake = async () => (await beat(control)) || take()

  return {
    // Of several at once, each would take it from the others.
    hold: () => (holding ??= beatOrTake().finally(() => (holding = undefined))),
    async fence(transaction) {
      if (!(await beat(transaction))) throw new LeaseLost(name)
    },
    async release() {
      if (token === undefined) return
      await control
        .updateTable('leases')
        .set({ holder: '' })
        .where('name', '=', name)
        .where('token', '=', token)
        .execute()
      token = undefined
    },
  }
}
