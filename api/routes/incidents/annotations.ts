import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import {
  findAnnotation,
  findByExternalId,
  listAnnotations,
  putAnnotation,
  removeAnnotation,
  type Annotation,
} from '../../../control/incidents/annotations.ts'
import type { Control } from '../../../control/database/control.ts'
import { modelDocuments } from '../../../control/declared/model.ts'
import { actorOf } from '../../access.ts'
import { toAnnotation } from '../../answers/annotation.ts'
import type { annotationRoutes } from '../../contract/incidents/annotations.ts'
import { pageOfAll } from '../../paging.ts'
import { invalid, notDeclared, notFound } from '../../problem.ts'
import { entityTag, preconditionsOf, requireMet } from '../../request/preconditions.ts'
import type { HandlersOf } from '../../router.ts'

const position = z.tuple([z.number(), z.string()])
const positionOf = ({ from, id }: Annotation): [number, string] => [from.getTime(), id]

/** Annotations: what somebody noted on the axis of time. */
export const annotationHandlers: HandlersOf<typeof annotationRoutes> = ({ store, clock }) => ({
  async listAnnotations({ query: { limit, cursor, ...filter } }) {
    const all = await listAnnotations(store.control, filter)
    const { items, next_cursor } = pageOfAll(all, { limit, cursor }, position, positionOf)
    const etags = Object.fromEntries(items.map(({ id, revision }) => [id, entityTag(revision)]))
    return { status: 200, body: { annotations: items.map(toAnnotation), etags, next_cursor } }
  },
  async createAnnotation({ body, response, commit }) {
    const now = clock()
    const made: Annotation = {
      id: randomBytes(6).toString('hex'),
      externalId: body.external_id ?? null,
      model: body.model ?? null,
      kind: body.kind,
      text: body.text,
      from: body.from ?? now,
      to: body.to ?? null,
      link: body.link ?? null,
      createdBy: body.created_by ?? actorOf(response),
      createdAt: now,
      revision: 1,
    }
    const same = (control: Control) =>
      made.externalId === null ? undefined : findByExternalId(control, made.externalId)
    const name = (await same(store.control))?.id ?? made.id
    const existing = await commit(async (transaction) => {
      const before = await same(transaction)
      if (before !== undefined) return before
      await check(transaction, made)
      await putAnnotation(transaction, made)
      return undefined
    }, name)
    const stored = existing ?? made
    return {
      status: existing === undefined ? 201 : 200,
      body: toAnnotation(stored),
      revision: stored.revision,
    }
  },
  async patchAnnotation({ params, body, request, commit }) {
    const changed = await commit(async (transaction) => {
      const before = await annotationOr404(transaction, params.annotation)
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const wanted: Annotation = { ...before, ...given }
      requireCurrent(request, before, wanted)
      await check(transaction, wanted)
      const stored = { ...wanted, revision: before.revision + 1 }
      await putAnnotation(transaction, stored)
      return stored
    })
    return { status: 200, body: toAnnotation(changed), revision: changed.revision }
  },
  async deleteAnnotation({ params, request, commit }) {
    await commit(async (transaction) => {
      requireCurrent(request, await annotationOr404(transaction, params.annotation))
      await removeAnnotation(transaction, params.annotation)
    })
    return { status: 204 }
  },
})

async function annotationOr404(control: Control, id: string): Promise<Annotation> {
  const annotation = await findAnnotation(control, id)
  if (annotation === undefined) throw notFound(`annotation ${id}`)
  return annotation
}

function requireCurrent(request: Request, before: Annotation, wanted?: Annotation): void {
  const current = { revision: before.revision, shown: toAnnotation(before) }
  requireMet(
    preconditionsOf(request),
    `annotation ${before.id}`,
    current,
    wanted && (() => toAnnotation(wanted)),
  )
}

async function check(control: Control, { from, to, model }: Annotation): Promise<void> {
  if (to !== null && to <= from) throw invalid('to', 'must be after "from"')
  if (model === null || (await modelDocuments.find(control, model)) !== undefined) return
  notDeclared([{ path: 'model', message: `there is no model "${model}"` }])
}
