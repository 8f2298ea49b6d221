import type { Api } from '../client/api-client.ts'
import { progressBar } from '../shared/progress.ts'

const COUNTS = [
  'ids',
  'not_found',
  'predictions',
  'labels',
  'waiting_labels',
  'inference_logs',
  'reference_features',
  'dead_letters',
  'example_hours',
] as const

/** As the API answers, for all batches together. */
export type Erased = Record<(typeof COUNTS)[number], number> & {
  model: string
  dry_run: boolean
  recounted_hours: string[]
}

/** Ids of one request. Each rewrites the parts that contain one of them, so fewer requests are much less work. */
const BATCH = 5_000

/** Erases ids, or counts what would be erased, and shows on stderr how far it is. */
export async function erase(
  api: Api,
  model: string,
  ids: readonly string[],
  isDryRun: boolean,
): Promise<Erased> {
  const bar = progressBar()
  const hours = new Set<string>()
  const none = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<(typeof COUNTS)[number], number>
  const total = { ...none }
  try {
    for (let start = 0; start < ids.length; start += BATCH) {
      bar.update(start, ids.length, `${start} of ${ids.length} ids`)
      const body = { ids: ids.slice(start, start + BATCH), dry_run: isDryRun }
      const erased = await api.post<Erased>(`/models/${model}/erase`, body)
      for (const name of COUNTS) total[name] += erased[name]
      for (const hour of erased.recounted_hours) hours.add(hour)
    }
  } finally {
    bar.stop()
  }
  return { model, dry_run: isDryRun, ...total, recounted_hours: [...hours].sort() }
}

/** The outcome for people. */
export function eraseLines(erased: Erased): string[] {
  const { model, dry_run: isDryRun, ids, not_found: notFound, recounted_hours: hours } = erased
  const rows = [
    ['predictions', erased.predictions],
    ['labels', erased.labels],
    ['waiting labels', erased.waiting_labels],
    ['KServe logs', erased.inference_logs],
    ['reference rows', erased.reference_features],
    ['dead letters', erased.dead_letters],
  ] as const
  const examples = erased.example_hours
  const period = hours.length === 0 ? '' : `, from ${hours[0]} to ${hours.at(-1)}`
  return [
    isDryRun
      ? `${model}: nothing was deleted. For these ${ids} ids, --yes would delete:`
      : `${model}: deleted for ${ids} ids:`,
    ...rows.map(([name, count]) => `  ${name.padEnd(15)} ${count}`),
    `Nothing is stored under ${notFound} of the ids.`,
    `${isDryRun ? 'Hours to count again' : 'Hours that are counted again'}: ${hours.length}${period}.`,
    ...(examples === 0
      ? []
      : [
          `Hours ${isDryRun ? 'that would lose' : 'that lost'} the example values of their input problems: ${examples}.`,
        ]),
    ...(isDryRun ? [] : ['ClickHouse removes the old files from the disk after about eight minutes.']),
  ]
}
