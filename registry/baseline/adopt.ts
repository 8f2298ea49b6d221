import { changeAlone } from '../../control/database/changes.ts'
import type { Control } from '../../control/database/control.ts'
import { insertAudit } from '../../control/declared/audit.ts'
import { activeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import type { MlflowLink } from '../../control/declared/model.ts'
import { currentVersion, putSeenVersion, type SeenVersion } from '../../control/registry/versions.ts'
import { activate } from '../../ingest/baseline/baseline.ts'
import type { Store } from '../../store/engine/client.ts'
import type { ModelVersion } from '../mlflow/versions.ts'

/** What is to be noted of a version, and who asked for it. */
export interface Adoption {
  model: string
  version: ModelVersion
  /** The alias that points to the version; undefined where none is followed. */
  link: Pick<MlflowLink, 'model' | 'alias'> | undefined
  /** To be the active one. */
  baseline: Baseline | undefined
  note: string
  now: Date
  audit: { actor: string; action: string; requestId: string }
}

/**
 * Activates the baseline of a version and notes what the alias points to, with an audit entry, all or nothing. Where all
 * of that is so already, it changes nothing. Returns whether it did.
 */
export async function adopt(store: Store, adoption: Adoption): Promise<boolean> {
  const { model, link, baseline, now } = adoption
  const isActive =
    baseline === undefined || (await activeBaseline(store.control, model))?.version === baseline.version
  const before = link && (await currentVersion(store.control, model, link))
  if (isActive && (link === undefined || isNoted(adoption, before))) return false
  const commit = (work: (control: Control) => Promise<void>) =>
    changeAlone(store.control, async (transaction) => {
      await work(transaction)
      // Somebody else, such as an import beside the worker, may have noted the version since.
      const latest = link && (await currentVersion(transaction, model, link))
      if (link !== undefined) await putSeenVersion(transaction, seenVersion(adoption, link, latest))
      await insertAudit(transaction, entryOf(adoption, latest))
    })
  if (isActive) await commit(() => Promise.resolve())
  else await activate(store, model, baseline.version, now, commit)
  return true
}

function seenVersion(
  { model, version, baseline, note, now }: Adoption,
  link: Pick<MlflowLink, 'model' | 'alias'>,
  before: SeenVersion | undefined,
): SeenVersion {
  const same = isSame(version, before) ? before : undefined
  const isKept = baseline === undefined && same?.baseline !== undefined
  return {
    model,
    registered: link.model,
    alias: link.alias,
    version: version.version,
    runId: version.runId,
    seenAt: same?.seenAt ?? laterThan(before, now),
    baseline: baseline?.version ?? same?.baseline,
    note: isKept ? same.note : note,
  }
}

const isSame = (version: ModelVersion, before: SeenVersion | undefined) =>
  before?.version === version.version && before.runId === version.runId

/** Whether all that is to be noted is there already. */
function isNoted({ version, baseline, note }: Adoption, before: SeenVersion | undefined): boolean {
  if (before === undefined || !isSame(version, before)) return false
  return before.note === note && (baseline === undefined || before.baseline === baseline.version)
}

/** Times of versions tell them apart. */
function laterThan(before: SeenVersion | undefined, now: Date): Date {
  return new Date(Math.max(now.getTime(), (before?.seenAt.getTime() ?? 0) + 1))
}

function entryOf(
  { model, version, link, baseline, note, now, audit }: Adoption,
  before: SeenVersion | undefined,
) {
  const alias = link === undefined ? '' : `@${link.alias}`
  const from = before === undefined || before.version === version.version ? '' : `, was ${before.version}`
  const compared = baseline === undefined ? note : `baseline ${baseline.version} (${baseline.name})`
  const detail = `${version.name}${alias}: version ${version.version}${from}${compared === '' ? '' : `; ${compared}`}`
  return {
    at: now,
    ...audit,
    subject: 'model',
    name: model,
    before: '',
    after: '',
    detail: detail.slice(0, 1_000),
  }
}
