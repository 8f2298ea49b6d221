import type { KServeService } from '../../store/kserve-service.ts'
import { isRecord } from '../fields.ts'
import { reject } from '../outcome.ts'
import { readEach, type ReadRows, type Rows } from './kserve-rows.ts'
import { holdsTensors, readTensors, tensorRow } from './tensor.ts'

/** Compiles how the features of each instance are read from a request, of either protocol. */
export function compileRequest({ features }: KServeService): ReadRows {
  return (body) => {
    if (holdsTensors(body.inputs)) return tensorInstances(body.inputs, features)
    // The V1 protocol takes "inputs" for "instances" too.
    const instances = body.instances ?? body.inputs
    return Array.isArray(instances)
      ? named(instances, features)
      : reject(
          'bad_mapping',
          'a request has a list called "instances" (V1), or "inputs" that are tensors (V2)',
        )
  }
}

/**
 * Tensors with one value a row are features by name, where the names are those of features, and then all other inputs
 * are ignored, whatever they are; else features follow one another in the order of the tensors.
 */
function tensorInstances(inputs: readonly unknown[], features: readonly string[] | undefined): Rows {
  const declared = features && inputs.filter((one) => isRecord(one) && features.includes(one.name as string))
  const isNamed = declared !== undefined && declared.length > 0
  const read = readTensors(isNamed ? declared : inputs)
  if (read.status === 'rejected') return read
  const { tensors } = read
  const byName = tensors.every(({ width }) => width === 1) && (isNamed || features === undefined)
  const rows = Array.from({ length: tensors[0].rows }, (_, row) =>
    byName
      ? Object.fromEntries(tensors.map(({ name, data }) => [name, data[row]]))
      : tensors.flatMap((tensor) => tensorRow(tensor, row)),
  )
  return named(rows, features)
}

function named(instances: readonly unknown[], features: readonly string[] | undefined): Rows {
  const read = (row: Record<string, unknown>) => ({ status: 'read', row }) as const
  return readEach(instances, (instance) => {
    if (isRecord(instance))
      return read(Object.fromEntries(Object.entries(instance).map(([name, value]) => [name, single(value)])))
    const values: unknown[] = Array.isArray(instance) ? instance : [instance]
    if (features === undefined)
      return reject('bad_mapping', 'the inputs have no names: declare "features" in their order')
    if (values.length !== features.length)
      return reject('bad_mapping', `an instance has ${values.length} values, and ${features.length} features are declared`) // prettier-ignore
    return read(Object.fromEntries(features.map((name, i) => [name, values[i]])))
  })
}

/** A list of one value stands for that value. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}
