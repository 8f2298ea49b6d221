import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ConfigError } from '../config.ts'
import { modelSchema } from '../store/model.ts'
import { monitorSchema } from '../store/monitor.ts'

const declarationsSchema = z.strictObject({
  models: z.array(modelSchema).default([]),
  monitors: z.array(monitorSchema).default([]),
})

export type Declarations = z.output<typeof declarationsSchema>

/** Reads models and monitors from a YAML file. Throws {@link ConfigError} naming file, line and what is wrong. */
export function readDeclarations(path: string): Declarations {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`${path}: ${(cause as Error).message}`)
  }
  return parseDeclarations(text, path)
}

export function parseDeclarations(text: string, path: string): Declarations {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const [syntaxError] = document.errors
  if (syntaxError !== undefined) {
    throw new ConfigError(
      `${path}:${lines.linePos(syntaxError.pos[0]).line}: ${syntaxError.message.split(' at line')[0]}`,
    )
  }
  const outcome = declarationsSchema.safeParse(document.toJS() ?? {})
  if (outcome.success) return outcome.data
  const faults = outcome.error.issues.map(({ path: place, message }) => {
    const position = nearest(document, place)
    return `${path}:${position === undefined ? 1 : lines.linePos(position).line}: ${place.join('.')}: ${message}`
  })
  throw new ConfigError(faults.join('\n'))
}

/** Offset of the node at the path, or of its closest ancestor that exists. */
function nearest(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      { range?: [number, number, number] } | undefined
    if (node?.range !== undefined) return node.range[0]
  }
  return undefined
}
