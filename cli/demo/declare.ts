import { randomBytes } from 'node:crypto'
import type { Baseline } from '../../control/declared/baselines.ts'
import { channels } from '../../control/declared/channel.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { monitors } from '../../control/declared/monitor.ts'
import type { Service } from '../../service/service.ts'
import { DEMO_MODEL, labelEvent, predictionEvent } from './events.ts'
import type { Flight } from './flights.ts'
import { request } from './http.ts'
import type { LatenessModel } from './model.ts'
import { DEMO_CHANNEL, DEMO_CONCEPT_MONITOR, DEMO_MONITOR } from './replay.ts'

/** Declares model, monitors, and the channel that leads to `receiver`. */
export async function declareDemo(
  { models, store }: Pick<Service, 'models' | 'store'>,
  receiver: string,
): Promise<void> {
  const now = new Date()
  const declaration = modelSchema.parse({
    name: DEMO_MODEL,
    task: 'binary',
    positive: 'late',
    features: { hour: 'numeric', distance: 'numeric', origin: 'categorical', destination: 'categorical' },
  })
  await models.declare(declaration, now)
  for (const monitor of [DEMO_MONITOR, DEMO_CONCEPT_MONITOR])
    await monitors.put(store.control, monitor.name, monitor, now)
  const webhook = { url: receiver, secret: `whsec_${randomBytes(32).toString('base64')}` }
  await channels.put(store.control, DEMO_CHANNEL, { name: DEMO_CHANNEL, webhook }, now)
}

/** Uploads flights, with what the model says of them and what became of them, as the baseline. */
export async function uploadBaseline(
  url: string,
  flights: readonly Flight[],
  model: LatenessModel,
): Promise<Baseline> {
  const rows = flights.map((flight) => {
    const { features, prediction, score } = predictionEvent(flight, model)
    return { ...features, prediction, score, label: labelEvent(flight).label }
  })
  return (await request(`${url}/api/v1/models/${DEMO_MODEL}/baselines?name=january`, rows)) as Baseline
}
