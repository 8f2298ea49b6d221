import { z } from 'zod'
import type { Control } from '../../../control/database/control.ts'
import {
  sourceDeclarationOf,
  sources,
  sourceSchema,
  type Source,
} from '../../../control/declared/sources/source.ts'
import {
  countFiles,
  filesToRetry,
  listFiles,
  noFiles,
  type FileCounts,
} from '../../../control/sources/history.ts'
import { forgetFiles, waitAgain, type LedgerFile } from '../../../control/sources/ledger.ts'
import {
  askForLook,
  findLook,
  forgetLook,
  listLooks,
  NEVER,
  type Look,
} from '../../../control/sources/looks.ts'
import { checkLocation } from '../../../ingest/sources/check.ts'
import { nextLook } from '../../../ingest/sources/run.ts'
import type { sourceRoutes } from '../../contract/sources/sources.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../../declare/declare-document.ts'
import { checkSourceModel } from '../../declare/check-source.ts'
import { declaredIn } from '../../declare/declared.ts'
import { decodeCursor, pageOf, pageOfDocuments } from '../../paging.ts'
import { notFound } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

const kind: DocumentKind<Source> = {
  noun: 'source',
  documents: sources,
  shown: sourceDeclarationOf,
  check: (control, source, before) => checkSourceModel(source, before, declaredIn(control)),
  async remove(control, name) {
    await forgetFiles(control, name)
    await forgetLook(control, name)
    await sources.remove(control, name)
  },
}

/** How long a request waits for a run before it answers. */
const PATIENCE_MS = 5_000
const numberCursor = z.tuple([z.int()])

/** Batch sources: where files come from, and what became of them. */
export const sourceHandlers: HandlersOf<typeof sourceRoutes> = (context) => {
  const { store, clock, spool, sourceRunner, sourceSettings, dispatcher } = context
  const { control } = store
  return {
    async listSources({ query }) {
      const [all, looks, counts] = [
        await sources.readAll(control),
        await listLooks(control),
        await countFiles(control),
      ]
      const { items, ...page } = pageOfDocuments(all, query, (source) => ({
        ...sourceDeclarationOf(source),
        state: stateOf(source, looks.get(source.name) ?? NEVER, counts.get(source.name)),
      }))
      return { status: 200, body: { sources: items, ...page } }
    },
    async declareSource({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: sourceDeclarationOf(document), revision }
    },
    async checkSource({ body }) {
      const { files, ...checked } = await checkLocation(
        body,
        { store, spool, settings: sourceSettings, dispatcher, clock },
        AbortSignal.timeout(PATIENCE_MS * 4),
      )
      const shown = files.map(({ path, size, modifiedAt }) => ({ path, size, modified_at: time(modifiedAt) }))
      return { status: 200, body: { ...checked, files: shown } }
    },
    async getSource({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.source)
      return {
        status: 200,
        body: { ...sourceDeclarationOf(document), state: await readState(control, document) },
        revision,
      }
    },
    async patchSource({ params, body: patch, request, commit }) {
      const asked = { name: params.source, request, commit, schema: sourceSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: sourceDeclarationOf(document), revision }
    },
    async deleteSource({ params, request, commit }) {
      await removeDocument(kind, { name: params.source, request, commit })
      return { status: 204 }
    },
    async runSource({ params, body }) {
      const { document } = await documentOr404(context, kind, params.source)
      if (body.retry_failed || body.again !== undefined) {
        const numbers = await filesToRetry(control, document.name, body.again)
        if (numbers.length === 0 && body.again !== undefined)
          throw notFound(`file "${body.again}" that was taken, or failed, from the source "${document.name}"`)
        await waitAgain(control, numbers)
      }
      await askForLook(control, document.name, clock())
      const outcome = await sourceRunner.run(document.name, PATIENCE_MS)
      const state = await readState(control, document)
      // A run that was under way already may have looked before this was asked for.
      return { status: 200, body: { running: outcome === 'running' || state.next_look_at === null, state } }
    },
    async listSourceFiles({ params, query: { state, limit, cursor } }) {
      const before = decodeCursor(cursor, numberCursor)?.[0]
      const { document } = await documentOr404(context, kind, params.source)
      const found = await listFiles(control, document.name, { state, before, limit: limit + 1 })
      const { items, ...page } = pageOf(found, limit, ({ number }) => [number])
      return { status: 200, body: { files: items.map(shownFile), ...page } }
    },
  }
}

const time = (milliseconds: number) => new Date(milliseconds).toISOString()
const instant = (date: Date | undefined) => date?.toISOString() ?? null

async function readState(control: Control, source: Source) {
  const [look, counts] = [await findLook(control, source.name), await countFiles(control, source.name)]
  return stateOf(source, look, counts.get(source.name))
}

function stateOf(source: Source, look: Look, { files, accepted, rejected }: FileCounts = noFiles()) {
  return {
    looked_at: instant(look.lookedAt),
    next_look_at: instant(nextLook(source, look)),
    listed: look.listed,
    settling: look.settling,
    left_out: look.leftOut,
    files,
    accepted,
    rejected,
    problem: look.problem?.text ?? null,
    problem_since: instant(look.problem?.since),
  }
}

function shownFile(file: LedgerFile) {
  const { number, path, size, state, accepted, rejected, erased, problem } = file
  return {
    ...{ number, path, size, state, accepted, rejected, erased, problem },
    modified_at: time(file.modifiedAt),
    seen_at: file.seenAt.toISOString(),
    started_at: instant(file.startedAt),
    ended_at: instant(file.endedAt),
    rows: file.rows ?? null,
  }
}
