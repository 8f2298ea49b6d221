import { show } from '../decode/fields.ts'
import { reject, type Rejection } from '../decode/outcome.ts'

/** Why a record is a dead letter whose model nobody has declared. */
export function unknownModel(name: string): Rejection {
  return reject('unknown_model', `there is no model ${show(name)}; declare it, then replay this dead letter`)
}
