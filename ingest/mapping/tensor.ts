import { isAbsent, show } from '../decode/fields.ts'
import { isRecord } from '../../domain/json.ts'
import { reject, type Rejection } from '../decode/outcome.ts'

/** A tensor of the Open Inference Protocol as rows: of shape [] one row, of [n] or [n, 1] one value a row, of [n, k] k values. */
export interface Tensor {
  status: 'tensor'
  name: string
  rows: number
  width: number
  /** Row-major. */
  data: readonly unknown[]
}

/** Whether a body holds tensors, as requests and responses of the Open Inference Protocol (V2) do. */
export function holdsTensors(list: unknown): list is unknown[] {
  return Array.isArray(list) && list.some((one) => isRecord(one) && Array.isArray(one.shape))
}

/** Reads tensors that all have the same number of rows. */
export function readTensors(list: readonly unknown[]): { status: 'tensors'; tensors: Tensor[] } | Rejection {
  const tensors: Tensor[] = []
  for (const one of list) {
    const tensor = readTensor(one)
    if (tensor.status === 'rejected') return tensor
    if (tensor.rows !== (tensors[0] ?? tensor).rows)
      return reject('bad_mapping', `"${tensors[0].name}" has ${tensors[0].rows} rows, "${tensor.name}" ${tensor.rows}`) // prettier-ignore
    if (tensors.some(({ name }) => name === tensor.name))
      return reject('bad_mapping', `there are two tensors called "${tensor.name}"`)
    tensors.push(tensor)
  }
  return { status: 'tensors', tensors }
}

function readTensor(value: unknown): Tensor | Rejection {
  if (!isRecord(value) || typeof value.name !== 'string' || !isShape(value.shape))
    return reject(
      'bad_mapping',
      `a tensor has a "name" and a "shape" of whole numbers; this one is ${show(value)}`,
    )
  const { name, shape, data } = value
  // A scalar is one row, and some servers write its value without a list.
  const values: unknown = shape.length === 0 && !isAbsent(data) && !Array.isArray(data) ? [data] : data
  if (!Array.isArray(values))
    return reject('bad_mapping', `"${name}" has no "data": tensors in binary form are not read`)
  const [rows = 1, width = 1] = shape
  if (shape.length > 2)
    return reject('bad_mapping', `"${name}" has ${shape.length} dimensions; one or two are read`)
  // The protocol allows data to be nested as the shape is.
  const isNested = values.some(Array.isArray)
  if (isNested && !values.every((row) => Array.isArray(row) && row.length === width))
    return reject('bad_mapping', `"${name}" is not nested as its shape [${shape.join(', ')}] says`)
  const flat = isNested ? (values as unknown[]).flat() : (values as unknown[])
  if (flat.length !== rows * width)
    return reject('bad_mapping', `"${name}" has ${flat.length} values; its shape says ${rows * width}`)
  return { status: 'tensor', name, rows, width, data: flat }
}

function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    // Rows without a value would be as many as the body likes to say.
    value.every((size, i) => Number.isSafeInteger(size) && (size as number) >= (i === 0 ? 0 : 1))
  )
}

/** The values of a tensor's row. */
export function tensorRow({ data, width }: Tensor, row: number): readonly unknown[] {
  return data.slice(row * width, (row + 1) * width)
}
