import type { z } from 'zod'
import { closeExperiment } from '../../../alerts/experiments/close.ts'
import {
  experimentDeclarationOf,
  experimentDefinition,
  experiments,
  experimentSchema,
  SHADOW,
  type Experiment,
} from '../../../control/declared/experiment.ts'
import {
  readStanding,
  removeStanding,
  type ExperimentStanding,
} from '../../../control/experiments/experiment-state.ts'
import type { SequencePoint } from '../../../detectors/experiment/experiment.ts'
import { endOf, hoursOf, ruleOf } from '../../../detectors/run/experiments/look.ts'
import { experimentSequence } from '../../../detectors/experiment/sequence.ts'
import { shadowVersions } from '../../../store/experiments/shadow-versions.ts'
import { readHours } from '../../../store/experiments/hours.ts'
import { actorOf } from '../../access.ts'
import type { experimentAnswer, experimentRoutes } from '../../contract/versions/experiments.ts'
import { checkExperiment } from '../../declare/check-experiment.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../../declare/declare-document.ts'
import { declaredIn } from '../../declare/declared.ts'
import { pageOfDocuments } from '../../paging.ts'
import { Problem } from '../../problem.ts'
import { segmentsAnswer } from './experiment-segments.ts'
import type { HandlersOf } from '../../router.ts'

const MAX_POINTS = 2000

const kind: DocumentKind<Experiment> = {
  noun: 'experiment',
  documents: experiments,
  shown: experimentDeclarationOf,
  check: (control, experiment) => checkExperiment(experiment, declaredIn(control)),
  async remove(control, name) {
    await removeStanding(control, name)
    await experiments.remove(control, name)
  },
}

/** Experiments: a champion and a challenger, until one is known to be better. */
export const experimentHandlers: HandlersOf<typeof experimentRoutes> = (context) => {
  const { store, clock } = context
  const standingOf = async (experiment: Experiment) => {
    const standing = await readStanding(store.control, experiment.name)
    return standing?.definition === experimentDefinition(experiment) ? standing : undefined
  }
  const answerOf = async (experiment: Experiment) => toAnswer(experiment, await standingOf(experiment))
  const promotedVersion = async (experiment: Experiment, wanted: string | undefined): Promise<string> => {
    const { challenger, model } = experiment
    const standing = await standingOf(experiment)
    if (challenger !== SHADOW || standing === undefined) return challenger
    const known = await shadowVersions(store, model, standing.startedAt)
    if (wanted !== undefined && known.includes(wanted)) return wanted
    if (wanted === undefined && known.length === 1) return known[0]
    const names = known.map((version) => JSON.stringify(version)).join(', ')
    throw new Problem(
      409,
      'Conflict',
      `State in "version" which version to promote: ${names || 'none'} had shadow traffic.`,
    )
  }
  const close =
    (decision: 'promoted' | 'kept') =>
    async ({ params, body, response }: Closing) => {
      const { document } = await documentOr404(context, kind, params.experiment)
      const { comment, force } = body
      const version = decision === 'kept' ? document.champion : await promotedVersion(document, body.version)
      const outcome = await closeExperiment(store, document, {
        comment,
        force,
        decision,
        version,
        by: actorOf(response),
        at: clock(),
        requestId: response.locals.requestId as string,
      })
      if (outcome.outcome === 'refused')
        throw new Problem(409, 'Conflict', `The experiment does not allow this: ${outcome.reason}.`)
      return { status: 200 as const, body: toAnswer(document, outcome.standing) }
    }
  return {
    async listExperiments({ query: { model, ...query } }) {
      const all = await experiments.readAll(store.control)
      const wanted = model === undefined ? all : all.filter(({ document }) => document.model === model)
      const { items, ...page } = pageOfDocuments(wanted, query, (experiment) => experiment)
      return { status: 200, body: { experiments: await Promise.all(items.map(answerOf)), ...page } }
    },
    async declareExperiment({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: await answerOf(document), revision }
    },
    async getExperiment({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.experiment)
      return { status: 200, body: await answerOf(document), revision }
    },
    async patchExperiment({ params, body: patch, request, commit }) {
      const asked = { name: params.experiment, request, commit, schema: experimentSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: await answerOf(document), revision }
    },
    async deleteExperiment({ params, request, commit }) {
      await removeDocument(kind, { name: params.experiment, request, commit })
      return { status: 204 }
    },
    async getExperimentSequence({ params }) {
      const { document } = await documentOr404(context, kind, params.experiment)
      const { model, name, margin = null, design } = document
      const standing = await standingOf(document)
      const definition = experimentDefinition(document)
      const hours = standing === undefined ? [] : await readHours(store, { model, name, definition })
      const points =
        standing === undefined
          ? []
          : experimentSequence(hoursOf(document, hours), ruleOf(document, standing)).points
      const sum = (side: string, of: 'n' | 'predictions') =>
        hours.filter((one) => one.side === side).reduce((total, one) => total + one[of], 0)
      const isPaired = design === 'paired'
      return {
        status: 200,
        body: {
          points: thinned(points, MAX_POINTS).map(toPoint),
          margin,
          coverage: {
            champion: sum(isPaired ? 'pairs' : 'champion', 'predictions'),
            challenger: isPaired ? null : sum('challenger', 'predictions'),
            compared: isPaired ? sum('pairs', 'n') : sum('champion', 'n') + sum('challenger', 'n'),
          },
        },
      }
    },
    async getExperimentSegments({ params }) {
      const { document } = await documentOr404(context, kind, params.experiment)
      const standing = await standingOf(document)
      return { status: 200, body: await segmentsAnswer(context, document, standing) }
    },
    promoteChallenger: close('promoted'),
    keepChampion: close('kept'),
  }
}

type Closing = Pick<
  Parameters<ReturnType<HandlersOf<typeof experimentRoutes>>['promoteChallenger']>[0],
  'params' | 'body' | 'response'
>

function toAnswer(
  experiment: Experiment,
  standing: ExperimentStanding | undefined,
): z.input<typeof experimentAnswer> {
  return { ...(experimentDeclarationOf(experiment) as Omit<z.input<typeof experimentAnswer>, 'standing'>), standing: standing === undefined ? null : toStanding(experiment, standing) } // prettier-ignore
}

function toStanding(experiment: Experiment, standing: ExperimentStanding) {
  return {
    state: standing.state,
    reason: standing.reason,
    started_at: standing.startedAt.toISOString(),
    ends_at: new Date(endOf(experiment, standing)).toISOString(),
    mature_until: standing.matureUntil,
    problem: standing.problem,
    looked_at: standing.lookedAt,
    decided_at: standing.decidedAt,
    point: standing.point === null ? null : toPoint(standing.point as SequencePoint),
    closed: standing.closed,
  }
}

function toPoint({ hour, leastRows, evenHours, isByDay: _, ...point }: SequencePoint) {
  return { hour: new Date(hour).toISOString(), least_rows: leastRows, even_hours: evenHours, ...point }
}

/** Points at even distances, with the first, the deciding and the last one. */
function thinned(points: readonly SequencePoint[], most: number): SequencePoint[] {
  if (points.length <= most) return [...points]
  const deciding = points.findIndex(({ state }) => state !== 'undecided')
  const step = (points.length - 1) / (most - 2)
  const chosen = new Set(Array.from({ length: most - 1 }, (_, i) => Math.round(i * step)))
  if (deciding >= 0) chosen.add(deciding)
  return points.filter((_, i) => chosen.has(i))
}
