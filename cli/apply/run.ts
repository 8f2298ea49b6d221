import { say } from '../shared/print.ts'
import { ConfigError, type Environment } from '../../config.ts'
import { printable } from '../shared/text.ts'
import { Refusal, withApi, type Api } from '../client/api-client.ts'
import { backfill, backfillLines } from '../backfill/run.ts'
import { readDeclarationFile } from '../../declare/declarations.ts'
import { faultLines } from '../../declare/faults.ts'
import { leftAlone, planChanges, type Change, type Existing } from './plan.ts'
import { faultsByItself, namesIn, readText, type ReadDeclarations } from '../../declare/read.ts'
import { renderPlan } from './render.ts'
import { bySection, SECTIONS, SINGULAR, type Section } from '../../declare/references.ts'
import { listTagged } from '../client/list-all.ts'

export interface ApplyOptions {
  dryRun: boolean
  json: boolean
  /** How much of the past to evaluate for new and changed monitors, milliseconds. */
  backfill?: number | undefined
}

/** Makes the service declare what the file does. Throws {@link ConfigError} with every fault before anything is done. */
export async function apply(path: string, options: ApplyOptions, environment: Environment): Promise<void> {
  const read = readText(readDeclarationFile(path), environment)
  const { declarations: declared } = read
  if (declared === undefined) refuse(path, faultsByItself(read, namesIn(read)))
  await withApi(environment, async ({ api }) => {
    const { existing, etags } = await readExisting(api)
    checkReferences(path, read, existing)
    const changes = planChanges(declared, existing)
    const done = { declared, changes, leftAlone: leftAlone(declared, existing), dryRun: options.dryRun }
    const warnings = options.dryRun
      ? await checkChanges(api, read, changes)
      : await applyChanges(api, read, changes, etags)
    if (options.json) say(JSON.stringify(asJson(changes, warnings, options.dryRun), null, 2))
    else for (const line of [...renderPlan(done), ...warnings.map(warningLine)]) say(line)
    if (options.backfill !== undefined && !options.dryRun) await backfillChanged(api, changes, options)
  })
}

function refuse(path: string, faults: Parameters<typeof faultLines>[1]): never {
  throw new ConfigError(faultLines(path, faults).join('\n'))
}

/** Entity tags of what is declared, by name. */
type Etags = Record<Section, Record<string, string>>

async function readExisting(api: Api): Promise<{ existing: Existing; etags: Etags }> {
  const lists = await Promise.all(
    SECTIONS.map(async (section) => ({
      section,
      ...(await listTagged<unknown>(api, `/${section}`, section)),
    })),
  )
  return {
    existing: Object.fromEntries(lists.map(({ section, items }) => [section, items])) as Existing,
    etags: Object.fromEntries(lists.map((list) => [list.section, list.etags])) as Etags,
  }
}

/** What the file itself does not declare the service must have. */
function checkReferences(path: string, read: ReadDeclarations, existing: Existing): void {
  const names = namesIn(read)
  const known = (to: 'models' | 'channels') => [
    ...names[to],
    ...existing[to].map((one) => (one as { name: string }).name),
  ]
  const broken = read.references.filter(({ to, name }) => !known(to).includes(name))
  if (broken.length > 0)
    refuse(
      path,
      broken.map((reference) => read.referenceFault(reference, known(reference.to))),
    )
}

/** Gives monitors that are new or changed a past. As data, the changes are all that is printed. */
async function backfillChanged(
  api: Api,
  changes: readonly Change[],
  { backfill: length = 0, json }: ApplyOptions,
): Promise<void> {
  const from = new Date(Date.now() - length).toISOString()
  for (const { section, name, change } of changes) {
    if (section !== 'monitors' || change === 'unchanged') continue
    try {
      const lines = backfillLines(name, await backfill(api, name, { from }))
      if (!json) lines.forEach(say)
    } catch (error) {
      // It is declared all the same.
      if (!(error instanceof Refusal)) throw error
      process.stderr.write(`${printable(name)} could not be backfilled yet: ${printable(error.message)}\n`)
    }
  }
}

interface Warning {
  section: Section
  name: string
  message: string
}

/**
 * Declares what is new or different, one after the other, if it is still as the changes say; a refusal says what was done
 * before it.
 * @returns what the service warns of
 */
async function applyChanges(
  api: Api,
  { bodies }: ReadDeclarations,
  changes: readonly Change[],
  etags: Etags,
): Promise<Warning[]> {
  const done: string[] = []
  const warned: Warning[] = []
  for (const { section, name, change } of changes.filter((one) => one.change !== 'unchanged')) {
    const title = titleOf({ section, name })
    const body = bodies[section].find((one) => (one as { name: unknown }).name === name)
    try {
      const { warnings = [] } = await api.post<{ warnings?: { message: string }[] }>(
        `/${section}`,
        body,
        unlessChanged(change, etags[section][name]),
      )
      warned.push(...warnings.map(({ message }) => ({ section, name, message })))
    } catch (error) {
      const before = done.length === 0 ? 'Nothing was changed.' : `Already applied: ${done.join(', ')}.`
      if (error instanceof Error) error.message = `${title}: ${reasonOf(error)}\n${before}`
      throw error
    }
    done.push(`${title} ${change}`)
  }
  return warned
}

/** What makes the service refuse a change of what is no longer as it was compared. */
function unlessChanged(change: Change['change'], etag: string | undefined): Record<string, string> {
  if (change === 'created') return { 'if-none-match': '*' }
  return etag === undefined ? {} : { 'if-match': etag }
}

function reasonOf(error: Error): string {
  if (!(error instanceof Refusal) || error.status !== 412) return error.message
  const { differs } = error.body
  const fields =
    Array.isArray(differs) && differs.length > 0
      ? ` It now differs from the file in ${differs.join(', ')}.`
      : ''
  return `another change was made after it was compared with the file, and is kept.${printable(fields)} Run apply again to compare it anew.`
}

/** Has the service make the checks of {@link applyChanges}, and nothing else. */
async function checkChanges(
  api: Api,
  { bodies }: ReadDeclarations,
  changes: readonly Change[],
): Promise<Warning[]> {
  const wanted = changes.filter(({ change }) => change !== 'unchanged')
  if (wanted.length === 0) return []
  const named = (section: Section) =>
    bodies[section].filter((body) =>
      wanted.some((one) => one.section === section && one.name === (body as { name: unknown }).name),
    )
  try {
    const { warnings } = await api.post<{ warnings: { monitor: string; message: string }[] }>(
      '/declarations/check',
      bySection(named),
    )
    return warnings.map(({ monitor, message }) => ({ section: 'monitors', name: monitor, message }))
  } catch (error) {
    // A key that may not write would be refused at the first of them.
    const refused =
      error instanceof Refusal &&
      (error.status === 403 ? wanted[0] : (error.body.declaration as Change | undefined))
    if (error instanceof Refusal && refused)
      error.message = `${titleOf(refused)}: ${error.message}\nNothing was changed.`
    throw error
  }
}

const titleOf = ({ section, name }: Pick<Change, 'section' | 'name'>) =>
  `${SINGULAR[section]} "${printable(name)}"`

const warningLine = (warning: Warning) => `warning: ${titleOf(warning)}: ${printable(warning.message)}`

function asJson(changes: readonly Change[], warnings: readonly Warning[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    changes: changes.map(({ section, name, change, fields }) => ({
      kind: SINGULAR[section],
      name,
      change,
      fields,
    })),
    warnings: warnings.map(({ section, name, message }) => ({ kind: SINGULAR[section], name, message })),
  }
}
