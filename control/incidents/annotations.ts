import type { AnnotationKind } from '../../domain/annotation.ts'
import type { Control } from '../database/control.ts'

/** Something that is noted at a time, or from one time to another, of a model or of all. */
export interface Annotation {
  id: string
  /** Given by whoever made it, so that sending it twice makes one. */
  externalId: string | null
  /** Null for all models. */
  model: string | null
  kind: AnnotationKind
  text: string
  from: Date
  /** Null where it does not last. */
  to: Date | null
  link: string | null
  createdBy: string
  createdAt: Date
  /** Counts up from 1 with each change. */
  revision: number
}

export interface AnnotationFilter {
  /** Also those of all models. */
  model?: string | undefined
  /** Those that overlap `[from, to]`. */
  from?: Date | undefined
  to?: Date | undefined
}

/** Annotations in the order in which they begin. */
export async function listAnnotations(
  control: Control,
  { model, from, to }: AnnotationFilter = {},
): Promise<Annotation[]> {
  let query = control.selectFrom('annotations').select(['revision', 'document'])
  if (model !== undefined)
    query = query.where((row) => row.or([row('model', 'is', null), row('model', '=', model)]))
  if (from !== undefined) query = query.where('ends_at', '>=', from.getTime())
  if (to !== undefined) query = query.where('starts_at', '<=', to.getTime())
  return (await query.orderBy('starts_at').orderBy('id').execute()).map(decode)
}

export async function findAnnotation(control: Control, id: string): Promise<Annotation | undefined> {
  return findBy(control, 'id', id)
}

/** The annotation that somebody made under an id of their own. */
export async function findByExternalId(control: Control, id: string): Promise<Annotation | undefined> {
  return findBy(control, 'external_id', id)
}

async function findBy(
  control: Control,
  column: 'id' | 'external_id',
  value: string,
): Promise<Annotation | undefined> {
  const row = await control
    .selectFrom('annotations')
    .select(['revision', 'document'])
    .where(column, '=', value)
    .executeTakeFirst()
  return row && decode(row)
}

/** Stores an annotation, in place of what it was. */
export async function putAnnotation(control: Control, annotation: Annotation): Promise<void> {
  const { id, externalId, model, from, to, revision, ...rest } = annotation
  const values = {
    external_id: externalId,
    model,
    starts_at: from.getTime(),
    ends_at: (to ?? from).getTime(),
    revision,
    document: JSON.stringify({ id, externalId, model, from, to, ...rest }),
  }
  await control
    .insertInto('annotations')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

export async function removeAnnotation(control: Control, id: string): Promise<void> {
  await control.deleteFrom('annotations').where('id', '=', id).execute()
}

/** Removes those of one model. */
export async function removeAnnotationsOf(control: Control, model: string): Promise<void> {
  await control.deleteFrom('annotations').where('model', '=', model).execute()
}

function decode({ document, revision }: { document: string; revision: number }): Annotation {
  const { from, to, createdAt, ...rest } = JSON.parse(document) as Annotation
  return {
    ...rest,
    from: new Date(from),
    to: to === null ? null : new Date(to),
    createdAt: new Date(createdAt),
    revision,
  }
}
