import { currentAlerts } from '../../control/alerting/alert-events.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { Store } from '../../store/engine/client.ts'
import { memberName } from '../message/wording.ts'
import { ERROR_FINDING } from '../state/policy.ts'

const NAMED = 3

/**
 * What is wrong with the data of a model, whichever monitor found it, as it stands in a sentence; undefined where nothing
 * is known to be. That a monitor fails says nothing about the data.
 */
export async function dataProblemOf({ control }: Store, model: string): Promise<string | undefined> {
  const found = await currentAlerts(control, { scope: 'member', model, kind: DATA_KIND })
  const names = found
    .filter(({ status, column }) => status === 'firing' && column !== ERROR_FINDING)
    .map((event) => memberName(event))
  if (names.length === 0) return undefined
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return `a data problem is firing: ${names.slice(0, NAMED).join(', ')}${more}`
}
