/** What the environment says about batch sources. */
export interface SourceSettings {
  /** Folders within which sources may read files. */
  folders: readonly string[]
  /** Values of AWS_… and DRIFTGAUGE_SOURCE_…, by name; those given as files are read. */
  variables: Readonly<Record<string, string>>
}

/** The variable that holds a secret of a source whose declaration names this set of them. */
export const sourceVariable = (name: string, what: string) =>
  `DRIFTGAUGE_SOURCE_${name.toUpperCase()}_${what}`

const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
const OWN = /^(DRIFTGAUGE_SOURCE_[A-Z0-9_]+_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|URL))(?:_FILE)?$/

/** Which of these variables are for sources, without the `_FILE` of those that name a file. */
export function sourceVariables(names: readonly string[]): string[] {
  return [...new Set([...AWS, ...names.flatMap((name) => OWN.exec(name)?.[1] ?? [])])]
}
