import type { KServeService, OutputKind } from '../../control/declared/kserve-service.ts'
import { isRecord } from '../../domain/json.ts'
import { reject, type Rejection } from '../decode/outcome.ts'
import { completer, readOutput, type Outcome } from './kserve-outcome.ts'
import { readEach, type ReadRows } from './kserve-rows.ts'
import { holdsTensors, readTensors, tensorRow } from './tensor.ts'

/** Compiles how the outcome of each instance is read from a response, of either protocol. */
export function compileResponse(service: KServeService): ReadRows {
  const { output } = service
  const outputs: [string | undefined, OutputKind][] =
    typeof output === 'string' ? [[undefined, output]] : Object.entries(output)
  const names = typeof output === 'string' ? undefined : Object.keys(output)
  const complete = completer(
    service,
    outputs.map(([, kind]) => kind),
  )
  return (body) => {
    const answers = answersOf(body, names)
    if (answers.status === 'rejected') return answers
    return readEach(answers.rows, (answer) => {
      const outcome: Outcome = {}
      for (const [name, kind] of outputs) {
        const found = valuesOf(answer, name)
        const read = found.status === 'values' ? readOutput(kind, found.values, service) : found
        if (read.status === 'rejected') return read
        Object.assign(outcome, read.outcome)
      }
      return { status: 'read', row: { ...complete(outcome) } }
    })
  }
}

/** The answer to each instance: a value, a list of values, or outputs by name; of tensors, only those with `names`. */
function answersOf(
  { predictions, outputs }: Record<string, unknown>,
  names: readonly string[] | undefined,
): { status: 'rows'; rows: unknown[] } | Rejection {
  if (Array.isArray(predictions)) return { status: 'rows', rows: predictions }
  if (!holdsTensors(outputs))
    return reject('bad_mapping', 'a response must have a list "predictions" (V1), or tensors in "outputs" (V2)') // prettier-ignore
  const wanted = names ? outputs.filter((one) => isRecord(one) && names.includes(one.name as string)) : outputs // prettier-ignore
  if (wanted.length === 0) return noOutput(names?.[0], outputs.flatMap(nameOf))
  const read = readTensors(wanted)
  if (read.status === 'rejected') return read
  const { tensors } = read
  const rows = Array.from({ length: tensors[0].rows }, (_, row) =>
    Object.fromEntries(tensors.map((tensor) => [tensor.name, tensorRow(tensor, row)])),
  )
  return { status: 'rows', rows }
}

/** The values of one output; without a name, of the only one. */
function valuesOf(
  answer: unknown,
  name: string | undefined,
): { status: 'values'; values: unknown[] } | Rejection {
  if (!isRecord(answer))
    return name === undefined ? { status: 'values', values: listOf(answer) } : noOutput(name, [])
  const names = Object.keys(answer)
  const wanted = name ?? (names.length === 1 ? names[0] : undefined)
  return wanted !== undefined && Object.hasOwn(answer, wanted)
    ? { status: 'values', values: listOf(answer[wanted]) }
    : noOutput(name, names)
}

const nameOf = (tensor: unknown) => isRecord(tensor) && typeof tensor.name === 'string' ? [tensor.name] : [] // prettier-ignore
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

const MAX_NAMED = 10

function noOutput(name: string | undefined, names: readonly string[]): Rejection {
  const present = names.length === 0 ? 'the outputs have no names' : `there are ${names.slice(0, MAX_NAMED).join(', ')}` // prettier-ignore
  return reject(
    'bad_mapping',
    name === undefined
      ? `declare under "output" which of the outputs is what: ${present}`
      : `there is no output "${name}": ${present}`,
  )
}
