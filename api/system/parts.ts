import type { System } from '../contract/operation/system.ts'

/** What was found out, before it is judged. */
export type SystemParts = Omit<System, 'state' | 'summary' | 'problems'>
