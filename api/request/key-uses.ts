import type { Logger } from 'pino'
import { MINUTE_MS } from '../../domain/time.ts'
import type { Control } from '../../control/database/control.ts'
import { createKeyUseLog, type KeyUseLog } from '../../control/declared/key-use-log.ts'
import { noteKeyUses } from '../../control/declared/key-uses.ts'

/** Records when stored keys are used, in the database of control state, about once a minute. */
export const recordKeyUses = (control: Control, log: Logger): KeyUseLog =>
  createKeyUseLog({
    write: (uses) => noteKeyUses(control, uses),
    everyMs: MINUTE_MS,
    onFailure: (error) => log.debug({ err: error }, 'the use of keys was not recorded; it will be retried'),
  })
