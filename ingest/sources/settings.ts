/** What the environment says about batch sources. */
export interface SourceSettings {
  /** Folders within which sources may read files. */
  folders: readonly string[]
  /** Values of AWS_… and DRIFTGAUGE_SOURCE_…, by name; those given as files are read. */
  variables: Readonly<Record<string, string>>
}

export const NO_SOURCES: SourceSettings = { folders: [], variables: {} }

/** The variable that holds a secret of a source whose declaration names this set of them. */
export const sourceVariable = (name: string, what: string) =>
  `DRIFTGAUGE_SOURCE_${name.toUpperCase()}_${what}`
