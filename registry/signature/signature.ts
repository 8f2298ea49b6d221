import { z } from 'zod'
import { parse } from 'yaml'
import { featureNameSchema, type ColumnKind } from '../../control/declared/model.ts'
import { quoted } from '../../domain/printable.ts'

/**
 * What a model gives out, as far as its signature tells: numbers, which may be estimates or scores; two classes; classes,
 * of which there may be two or more.
 */
export type Outputs = 'numbers' | 'two_classes' | 'classes' | 'untold'

/** What a signature says of a model, or why it does not say enough. */
export type Signature =
  | {
      outcome: 'columns'
      features: { name: string; kind: ColumnKind }[]
      leftOut: { column: string; reason: string }[]
      outputs: Outputs
    }
  | { outcome: 'unusable'; reason: string }

const specSchema = z.object({
  type: z.string(),
  name: z.string().nullish(),
  'tensor-spec': z.object({ dtype: z.string(), shape: z.array(z.number()) }).optional(),
})
const specsSchema = z.array(specSchema)
type Spec = z.output<typeof specSchema>

const mlmodelSchema = z.object({
  signature: z.object({ inputs: z.string().nullish(), outputs: z.string().nullish() }).nullish(),
})

const KINDS: Readonly<Record<string, ColumnKind>> = {
  integer: 'numeric',
  long: 'numeric',
  float: 'numeric',
  double: 'numeric',
  boolean: 'categorical',
  string: 'categorical',
}

const HOW_TO_LOG =
  'Log the model with signature=infer_signature(X, model.predict(X)), where X is a DataFrame, or declare the model in YAML with the key "mlflow".'

/** The features and outputs of a model from the text of its `MLmodel` file. */
export function readSignature(mlmodel: string | undefined): Signature {
  if (mlmodel === undefined) return unusable(`The version has no file "MLmodel". ${HOW_TO_LOG}`)
  const file = mlmodelSchema.safeParse(yamlOf(mlmodel))
  if (!file.success) return unusable(`The file "MLmodel" cannot be read. ${HOW_TO_LOG}`)
  const { signature } = file.data
  if (signature?.inputs == null) return unusable(`The model has no signature. ${HOW_TO_LOG}`)
  const inputs = specsOf(signature.inputs)
  if (inputs === undefined) return unusable(`The inputs of the signature cannot be read. ${HOW_TO_LOG}`)
  return columnsOf(inputs, outputsOf(signature.outputs == null ? [] : (specsOf(signature.outputs) ?? [])))
}

function columnsOf(inputs: readonly Spec[], outputs: Outputs): Signature {
  if (inputs.some(({ type }) => type === 'tensor'))
    return unusable(`The inputs are tensors, whose columns have no names. ${HOW_TO_LOG}`)
  const features: { name: string; kind: ColumnKind }[] = []
  const leftOut: { column: string; reason: string }[] = []
  for (const { name, type } of inputs) {
    if (!featureNameSchema.safeParse(name).success)
      return unusable(`A column of the inputs has no name that a feature can have. ${HOW_TO_LOG}`)
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
    if (kind !== undefined) features.push({ name: name!, kind })
    else leftOut.push({ column: name!, reason: `values of the type ${quoted(type)} are not monitored` })
  }
  if (features.length === 0)
    return unusable(`None of the inputs is a number, a text or a flag. ${HOW_TO_LOG}`)
  return { outcome: 'columns', features, leftOut, outputs }
}

/** Several outputs, such as a class beside its score, leave open which is the prediction. */
function outputsOf(outputs: readonly Spec[]): Outputs {
  if (outputs.length !== 1) return 'untold'
  const [{ type, 'tensor-spec': tensor }] = outputs
  if (tensor === undefined) return outputsOfType(type)
  const isOneColumn = tensor.shape.length === 1 || (tensor.shape.length === 2 && tensor.shape[1] === 1)
  return isOneColumn ? outputsOfType(tensor.dtype) : 'untold'
}

function outputsOfType(type: string): Outputs {
  if (/^(float|double)\d*$/.test(type)) return 'numbers'
  if (/^bool(ean)?$/.test(type)) return 'two_classes'
  return /^(u?int\d*|integer|long|string|str\d*|object)$/.test(type) ? 'classes' : 'untold'
}

function specsOf(text: string): Spec[] | undefined {
  try {
    return specsSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' })
  } catch {
    return undefined
  }
}

const unusable = (reason: string): Signature => ({ outcome: 'unusable', reason })
