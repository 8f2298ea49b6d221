import { z } from 'zod'
import { listAudit } from './audit.ts'
import type { Model } from './model.ts'
import type { Control } from '../database/control.ts'

/** Names of features that a change of a model's declaration added and removed. Kinds never change. */
export interface FeatureChanges {
  added: string[]
  removed: string[]
}

const changesSchema = z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) })

/** As the audit log has them; empty where the features stay. */
export function featureChangesText(before: Model, after: Model): string {
  const [old, current] = [before, after].map(({ features }) => features.map(({ name }) => name))
  const added = current.filter((name) => !old.includes(name))
  const removed = old.filter((name) => !current.includes(name))
  return added.length + removed.length === 0
    ? ''
    : JSON.stringify({ added, removed } satisfies FeatureChanges)
}

/** The changes of a model's features within `[from, to)` that the audit log has, the newest ones of many; ascending. */
export async function listFeatureChanges(
  control: Control,
  { model, limit, ...period }: { model: string; from: Date; to: Date; limit: number },
): Promise<(FeatureChanges & { at: Date })[]> {
  const entries = await listAudit(control, { subject: 'model', name: model, ...period, limit })
  const found = entries.flatMap(({ at, detail }) => {
    const { success, data } = changesSchema.safeParse(parsed(detail))
    return success ? [{ at, ...data }] : []
  })
  return found.toReversed()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
