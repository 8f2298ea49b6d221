import type { Path } from './declaration.ts'

/** What is wrong with one part of a declaration; an empty path stands for the whole. */
export interface Problem {
  /** Its keys, joined by dots, as the API writes it. */
  path: string
  message: string
}

interface Refusal {
  errors: readonly Problem[]
  message: string
}

/** What the API refuses, by part. Of a check, its paths begin with the section and the place in it. */
export function problemsOf({ errors, message }: Refusal, section: string): Problem[] {
  if (errors.length === 0) return [{ path: '', message }]
  const prefix = `${section}.0`
  return errors.map(({ path, message }) => ({
    path: path === prefix ? '' : path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : path,
    message,
  }))
}

/** The problem of a part or of what lies below it. */
export function problemAt(problems: readonly Problem[], path: Path): string | undefined {
  const wanted = path.join('.')
  return problems.find((one) => one.path === wanted || one.path.startsWith(`${wanted}.`))?.message
}
