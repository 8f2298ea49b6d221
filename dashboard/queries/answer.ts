import type { z } from 'zod'
import type { Routes } from '../../api/contract/routes.ts'

type Answers<Id extends keyof Routes> = Routes[Id]['answers']
/** What a route answers when it succeeds, as it comes over the wire. */
export type Answer<Id extends keyof Routes> = Answers<Id>[keyof Answers<Id>] extends z.ZodType
  ? z.input<Answers<Id>[keyof Answers<Id>]>
  : never
