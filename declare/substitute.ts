import { readFileSync } from 'node:fs'
import type { Environment } from '../config.ts'

/** What went wrong, and where in the text it starts. */
export interface SubstitutionFault {
  /** The reference as it is written, so that it can be found in the file. */
  reference: string
  message: string
}

export interface Substitution {
  text: string
  /** True when any of the text came from the environment or a default. */
  substituted: boolean
  faults: SubstitutionFault[]
}

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g
const WELL_FORMED = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s
const HOW = 'write ${NAME} or ${NAME:-default}, and $${ for a literal "${"'

/**
 * Replaces `${NAME}` and `${NAME:-default}` by the environment's values; `$${` stands for a plain `${`. As in the
 * rest of the configuration an empty variable counts as one that is not set, and `NAME_FILE` may name a file that
 * holds the value. What comes in is never looked through again.
 */
export function substitute(text: string, environment: Environment): Substitution {
  const faults: SubstitutionFault[] = []
  let substituted = false
  const replaced = text.replace(REFERENCE, (reference: string, inner: string | undefined, end: string) => {
    if (inner === undefined) return '${'
    substituted = true
    const outcome = end === '' ? malformed(reference) : resolve(inner, environment)
    if ('value' in outcome) return outcome.value
    faults.push({ reference, message: outcome.message })
    return ''
  })
  return { text: replaced, substituted, faults }
}

type Outcome = { value: string } | { message: string }

const malformed = (reference: string): Outcome => ({
  message: `"${reference.split('\n')[0]}" cannot be read: ${HOW}`,
})

function resolve(inner: string, environment: Environment): Outcome {
  const match = WELL_FORMED.exec(inner)
  if (match === null || (match[2] ?? '').includes('${')) return malformed(`\${${inner}}`)
  const [, name, fallback] = match as unknown as [string, string, string | undefined]
  const [value, path] = [environment[name] ?? '', environment[`${name}_FILE`] ?? '']
  if (value !== '' && path !== '') return { message: `set either ${name} or ${name}_FILE, not both` }
  if (value !== '') return { value }
  if (path !== '') {
    try {
      return { value: readFileSync(path, 'utf8').trim() }
    } catch (cause) {
      return { message: `${name}_FILE refers to a file that cannot be read: ${(cause as Error).message}` }
    }
  }
  if (fallback !== undefined) return { value: fallback }
  return {
    message: `the environment variable ${name} is not set; set it, or give a default: \${${name}:-default}`,
  }
}
