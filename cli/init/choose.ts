import { access } from 'node:fs/promises'
import { parse } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../../config.ts'
import { MAIL_KINDS, STARTERS } from '../../control/declared/channel.ts'
import { nameSchema } from '../../control/declared/model.ts'
import {
  guessOutcomes,
  OUTCOMES,
  type Outcome,
  type OutcomeColumns,
} from '../../ingest/baseline/outcome-columns.ts'
import { fileProblem } from '../../ingest/files/open-file.ts'
import { printable } from '../shared/text.ts'
import type { Ask } from './ask.ts'
import type { Destination } from './declaration.ts'

/** The training file. Throws {@link ConfigError} where none can be read. */
export async function chooseFile(given: string | undefined, ask: Ask | undefined): Promise<string> {
  if (given !== undefined) return requireFile(given)
  if (ask === undefined)
    throw new ConfigError('Give a file of training rows, such as: driftgauge init training.csv')
  return ask({ text: 'Training file (CSV, TSV, NDJSON or Parquet)', otherwise: undefined, problem: fileProblem }) // prettier-ignore
}

/** A file with logged predictions; undefined where there is none. */
export async function chooseLog(
  given: string | undefined,
  ask: Ask | undefined,
): Promise<string | undefined> {
  if (given !== undefined) return requireFile(given)
  const problem = (path: string) => (path === '' ? undefined : fileProblem(path))
  const path = await ask?.({ text: 'File with some logged predictions', otherwise: '', problem })
  return path || undefined
}

async function requireFile(path: string): Promise<string> {
  const problem = await fileProblem(path)
  if (problem !== undefined) throw new ConfigError(`${printable(path)}: ${problem}`)
  return path
}

/** The name of the model: by default that of its file. */
export async function chooseName(
  given: string | undefined,
  file: string,
  ask: Ask | undefined,
): Promise<string> {
  if (given !== undefined) return given
  const stem = parse(file).base.split('.')[0].replaceAll(/[^\w.-]+/g, '-').slice(0, 63) // prettier-ignore
  const suggested = nameSchema.safeParse(stem).success ? stem : undefined
  if (ask !== undefined)
    return ask({ text: 'Name of the model', otherwise: suggested, problem: issueOf(nameSchema) })
  if (suggested === undefined)
    throw new ConfigError(`The name of the file cannot be the name of a model. Give another one with --name.`)
  return suggested
}

const issueOf = (schema: z.ZodType) => (answer: string) => schema.safeParse(answer).error?.issues[0].message

const QUESTIONS: Record<Outcome, string> = {
  prediction: "Column of the model's prediction",
  score: 'Column of its score (the probability of the positive class)',
  label: 'Column of the label (what turned out to be right)',
}

/** Which of the columns hold the outcomes. */
export async function chooseColumns(
  names: readonly string[],
  told: OutcomeColumns,
  ask: Ask | undefined,
): Promise<OutcomeColumns> {
  const guessed = guessOutcomes(names, told)
  if (ask === undefined) return guessed
  const chosen: Partial<Record<Outcome, string>> = { ...told }
  for (const outcome of ['label', 'prediction', 'score'] as const) {
    if (told[outcome] !== undefined) continue
    const taken = Object.values<string>(chosen)
    const problem = (answer: string) =>
      answer === '' || answer === 'none' || (names.includes(answer) && !taken.includes(answer))
        ? undefined
        : `choose one of: ${names.filter((name) => !taken.includes(name)).join(', ')}`
    const answer = await ask({ text: QUESTIONS[outcome], otherwise: guessed[outcome] ?? '', problem })
    if (answer !== '' && (answer !== 'none' || names.includes('none'))) chosen[outcome] = answer
  }
  return chosen
}

const NONE = 'none'
const BY_NAME = [...STARTERS.keys()].filter((kind) => !MAIL_KINDS.includes(kind))
const BY_ADDRESS = [...STARTERS.keys()].find((kind) => MAIL_KINDS.includes(kind))!
const addressSchema = z.email('write an address as name@example.com')

/** Where alerts are to go; undefined for nowhere but the dashboard. */
export async function chooseDestination(
  given: string | undefined,
  ask: Ask | undefined,
): Promise<Destination | undefined> {
  const problem = (answer: string) =>
    answer.includes('@')
      ? issueOf(addressSchema)(answer)
      : [...BY_NAME, NONE].some((one) => one === answer)
        ? undefined
        : `choose ${BY_NAME.join(', ')}, none, or an email address`
  const text = `Where do alerts go? ${BY_NAME.join(', ')}, an email address, or none`
  const answer = given ?? (await ask?.({ text, otherwise: NONE, problem })) ?? NONE
  const wrong = problem(answer)
  if (wrong !== undefined) throw new ConfigError(`--alerts ${printable(answer)}: ${wrong}.`)
  if (answer === NONE) return undefined
  const kind = BY_NAME.find((one) => one === answer) ?? BY_ADDRESS
  const { settings, variables } = STARTERS.get(kind)!
  return { channel: { [kind]: settings(answer) }, variables, refersToThem: kind !== BY_ADDRESS }
}

/** What predictions can be expected to say. Labels come later, if at all: only a log that has them shows that they do. */
export function expectedOutcomes(columns: OutcomeColumns, log: OutcomeColumns = {}): Set<Outcome> {
  const has = (outcome: Outcome) =>
    log[outcome] !== undefined || (outcome !== 'label' && columns[outcome] !== undefined)
  return new Set(OUTCOMES.filter(has))
}

/** Throws {@link ConfigError} where the file is there already: better before questions than after. */
export async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw new ConfigError(`${printable(path)}: the file exists; choose another name with --output.`)
}
