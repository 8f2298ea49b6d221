import type { Task } from '../../control/declared/model.ts'
import type { Outputs } from './signature.ts'

export type TaskChoice = { outcome: 'task'; task: Task } | { outcome: 'unclear'; reason: string }

const CHOOSE = 'Say which with --task binary, multiclass or regression (in the API: "task").'

/**
 * The task of a model: what the user says, else what its outputs say, else what its baseline suggests; where the last two
 * contradict one another, nothing.
 */
export function chooseTask(
  given: Task | undefined,
  outputs: Outputs,
  suggested: Task | undefined,
): TaskChoice {
  if (given !== undefined) return { outcome: 'task', task: given }
  if (outputs === 'two_classes') return { outcome: 'task', task: 'binary' }
  if (outputs === 'numbers') {
    if (suggested === undefined || suggested === 'regression') return { outcome: 'task', task: 'regression' }
    return unclear(
      `The model gives out numbers, but the baseline's labels or predictions are classes. ${CHOOSE}`,
    )
  }
  if (suggested === undefined)
    return unclear(`The signature does not tell the task of the model, and no baseline does. ${CHOOSE}`)
  if (outputs === 'classes' && suggested === 'regression')
    return unclear(
      `The model gives out whole numbers or texts, and the baseline has many different ones. ${CHOOSE}`,
    )
  return { outcome: 'task', task: suggested }
}

const unclear = (reason: string): TaskChoice => ({ outcome: 'unclear', reason })
