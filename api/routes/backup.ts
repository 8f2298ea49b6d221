import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { readBackup } from '../../store/backup/backup.ts'
import { encodeFrame, type Frame } from '../../store/backup/frames.ts'
import { PATIENCE_MS, processLease } from '../../store/process-lease.ts'
import type { ApiContext } from '../context.ts'
import type { backupRoutes } from '../contract/operation/backup.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const BEAT_MS = 5_000
const RETRY_MS = 2_000

/** Everything that is stored. */
export const backupHandlers: HandlersOf<typeof backupRoutes> = (context) => {
  const { store, spool, codeVersion, clock, backups } = context
  const lease = processLease(store, 'backup')

  /** Waits where whoever holds the lease may be dead. */
  async function begin(): Promise<void> {
    if (backups.isRunning) throw alreadyRunning()
    const until = performance.now() + PATIENCE_MS + BEAT_MS
    while (!(await lease.hold())) {
      if (performance.now() > until) throw alreadyRunning()
      await setTimeout(RETRY_MS)
    }
  }

  async function* frames(id: string): AsyncGenerator<Buffer> {
    if (backups.isRunning) throw alreadyRunning()
    const end = backups.begin()
    const beating = setInterval(() => void lease.hold().catch(() => {}), BEAT_MS)
    try {
      for await (const frame of readBackup({
        store,
        id,
        directory: spool,
        release: codeVersion,
        now: clock(),
      }))
        yield encodeFrame(frame)
      context.log.info({ backup: id }, 'backup made')
    } catch (error) {
      if (isCut(error)) context.log.warn({ backup: id }, 'the backup was cut off: its request ended')
      else yield encodeFrame(failure(context, id, error))
    } finally {
      clearInterval(beating)
      await lease.release().catch(() => {})
      end()
    }
  }

  return {
    async createBackup({ commit }) {
      await begin()
      const id = randomUUID()
      await commit(() => Promise.resolve(), id)
      return { status: 200, stream: Readable.from(frames(id), { objectMode: false }) }
    },
  }
}

/** Whether the client has gone, or the service ends. */
const isCut = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE'

/** The answer has begun, so that its end must tell. */
function failure({ log }: Pick<ApiContext, 'log'>, backup: string, error: unknown): Frame {
  log.error({ err: error, backup }, 'the backup failed')
  return { type: 'error', message: error instanceof Error ? error.message : String(error) }
}

const alreadyRunning = () =>
  new Problem(409, 'Backup running', 'Another backup is being made. Try again when it has ended.')
