import type { z } from 'zod'
import type { keyRoutes } from '../../api/contract/keys.ts'

/** A key as the API lists it. */
export type Key = z.output<(typeof keyRoutes.listKeys.answers)[200]>['keys'][number]
export type NewKey = z.output<(typeof keyRoutes.createKey.answers)[201]>
export type Scope = Key['scopes'][number]
