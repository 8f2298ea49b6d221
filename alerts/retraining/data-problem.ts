import { currentAlerts } from '../../control/alerting/alert-events.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { Store } from '../../store/engine/client.ts'
import { memberName } from '../message/wording.ts'
import { ERROR_FINDING } from '../state/policy.ts'

const NAMED = 3

export interface DataProblem {
  /** The columns or findings, as they stand in a sentence. */
  findings: string
  /** Id of the newest event of the alert that tells of it. */
  alert: string | undefined
}

/**
 * What is wrong with the data of a model, whichever monitor found it; undefined where nothing is known to be. That a
 * monitor fails says nothing about the data.
 */
export async function dataProblemOf({ control }: Store, model: string): Promise<DataProblem | undefined> {
  const found = (await currentAlerts(control, { scope: 'member', model, kind: DATA_KIND })).filter(
    ({ status, column }) => status === 'firing' && column !== ERROR_FINDING,
  )
  if (found.length === 0) return undefined
  const names = found.map((event) => memberName(event))
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  const alerts = await currentAlerts(control, { scope: 'alert', model, kind: DATA_KIND })
  const alert = alerts.find(
    ({ status, monitor }) => status === 'firing' && found.some((one) => one.monitor === monitor),
  )
  return { findings: `${names.slice(0, NAMED).join(', ')}${more}`, alert: alert?.id }
}
