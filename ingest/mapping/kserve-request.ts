import type { KServeService } from '../../control/declared/kserve-service.ts'
import { isRecord } from '../../domain/json.ts'
import { reject } from '../decode/outcome.ts'
import { readEach, type ReadRows, type Rows } from './kserve-rows.ts'
import { holdsTensors, readTensors, tensorRow, type Tensor } from './tensor.ts'

/** Compiles how the features of each instance are read from a request, of either protocol. */
export function compileRequest({ features }: KServeService): ReadRows {
  return (body) => {
    if (holdsTensors(body.inputs)) return tensorInstances(body.inputs, features)
    // The V1 protocol takes "inputs" for "instances" too.
    const instances = body.instances ?? body.inputs
    return Array.isArray(instances)
      ? named(instances, features)
      : reject('bad_mapping', 'a request must have a list "instances" (V1), or tensors in "inputs" (V2)')
  }
}

function tensorInstances(inputs: readonly unknown[], features: readonly string[] | undefined): Rows {
  const { chosen, isNamed } = chooseInputs(inputs, features)
  const read = readTensors(chosen)
  if (read.status === 'rejected') return read
  const { tensors } = read
  const byName = isNamed && tensors.every(({ width }) => width === 1)
  const misplaced = byName ? undefined : misplacedTensor(tensors, features)
  if (misplaced !== undefined)
    return reject('bad_mapping', `the input "${misplaced}" is called like a feature, but its values are not at that feature's place in "features": name all inputs after their features, or none`) // prettier-ignore
  const rows = Array.from({ length: tensors[0].rows }, (_, row) =>
    byName
      ? Object.fromEntries(tensors.map(({ name, data }) => [name, data[row]]))
      : tensors.flatMap((tensor) => tensorRow(tensor, row)),
  )
  return named(rows, features)
}

/**
 * The inputs that hold the features: those that are called like them, or all, or the only one that is as wide, whose
 * values follow one another in the order of the features. Other inputs are ignored, whatever they are.
 */
function chooseInputs(
  inputs: readonly unknown[],
  features: readonly string[] | undefined,
): { chosen: readonly unknown[]; isNamed: boolean } {
  if (features === undefined) return { chosen: inputs, isNamed: true }
  const declared = inputs.filter((one) => isRecord(one) && features.includes(one.name as string))
  if (declared.length >= features.length) return { chosen: declared, isNamed: true }
  const widths = inputs.map(widthOf)
  const all = widths.reduce((sum, width) => sum + width, 0)
  if (all !== features.length && declared.length > 0) return { chosen: declared, isNamed: true }
  const wide = inputs.filter((_, i) => widths[i] === features.length)
  return { chosen: all !== features.length && wide.length === 1 ? wide : inputs, isNamed: false }
}

/** The name of a tensor that is read by its place, although it is called like the feature of another one. */
function misplacedTensor(tensors: readonly Tensor[], features: readonly string[] = []): string | undefined {
  let place = 0
  return tensors.find(({ name, width }) => {
    const own = features.indexOf(name)
    place += width
    return own >= 0 && own !== place - width
  })?.name
}

/** Values of a row of a tensor; NaN where its shape does not say. */
function widthOf(input: unknown): number {
  return isRecord(input) && Array.isArray(input.shape) ? Number((input.shape as unknown[])[1] ?? 1) : NaN
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
      return reject('bad_mapping', `an instance has ${values.length} values, but ${features.length} features are declared`) // prettier-ignore
    return read(Object.fromEntries(features.map((name, i) => [name, values[i]])))
  })
}

/** A list of one value stands for that value. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}
