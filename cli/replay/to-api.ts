import type { InputWarning } from '../../ingest/decode/input-problem.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Api } from '../client/api-client.ts'
import type { Batch } from './batches.ts'
import type { Destination, Sent } from './destination.ts'
import { declaredDelays } from './label-delay.ts'
import { untilDone, type Patience } from './patience.ts'
import type { KindOf } from '../../ingest/rows/table-rows.ts'

/** As the intake answers. */
interface Answer {
  accepted: number
  rejected: number
  rejections: { index: number; reason: string; detail: string }[]
  warnings: InputWarning[]
}

interface DeclaredModel {
  task: Model['task']
  features: Record<string, 'numeric' | 'categorical' | { kind: 'numeric' | 'categorical' }>
}

/** Sends events to the intake of the service. */
export function sendToApi(api: Api, patience: Patience): Destination {
  return {
    needsModel: true,
    delays: () => declaredDelays(api),
    kindsOf: async (model) => kindOf(await api.get<DeclaredModel>(`/models/${encodeURIComponent(model)}`)),
    async send(batches) {
      const answers = await Promise.all(batches.map(async (batch) => ({ batch, answer: await offer(batch) })))
      return total(answers)
    },
  }

  function offer({ kind, model, events }: Batch): Promise<Answer> {
    const path = `/models/${encodeURIComponent(model!)}/${kind}`
    const lines = events.map(({ text }) => text).join('\n')
    return untilDone(async () => {
      const offered = await api.offer<Answer>(path, lines)
      return offered.status === 'answered' ? { status: 'done', value: offered.body } : offered
    }, patience)
  }
}

function kindOf({ task, features }: DeclaredModel): KindOf {
  const outcome = task === 'regression' ? 'numeric' : 'categorical'
  const kinds = new Map(
    Object.entries(features).map(([name, one]) => [name, typeof one === 'string' ? one : one.kind]),
  )
  return (column, field) => (field === undefined ? (kinds.get(column) ?? 'categorical') : outcome)
}

function total(answers: readonly { batch: Batch; answer: Answer }[]): Sent {
  const warnings: InputWarning[] = []
  const sent: Sent = { accepted: { predictions: 0, labels: 0 }, rejected: { predictions: 0, labels: 0 }, rejections: [], warnings } // prettier-ignore
  for (const {
    batch: { kind, events },
    answer,
  } of answers) {
    sent.accepted[kind] += answer.accepted
    sent.rejected[kind] += answer.rejected
    warnings.push(...answer.warnings)
    for (const { index, reason, detail } of answer.rejections)
      sent.rejections.push({ row: events[index].row, kind, reason, detail })
  }
  return sent
}
