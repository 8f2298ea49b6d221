import type { ExchangePart } from '../../store/events/inference-logs.ts'
import type { KServeService } from '../../control/declared/kserve-service.ts'
import { MAX_TEXT, parseText, show } from '../decode/fields.ts'
import { reject } from '../decode/outcome.ts'
import { parseTime } from '../decode/parse-time.ts'
import { readCloudEvent, type CloudEvent } from './cloud-event.ts'
import { compileRequest } from './kserve-request.ts'
import { compileResponse } from './kserve-response.ts'
import type { ReadRows } from './kserve-rows.ts'
import { IGNORED, type Mapping } from './mapped.ts'

/** Types of the CloudEvents that KServe's logger sends. */
const PARTS: ReadonlyMap<string | undefined, ExchangePart> = new Map([
  ['org.kubeflow.serving.inference.request', 'request'],
  ['org.kubeflow.serving.inference.response', 'response'],
])

interface CompiledService {
  service: KServeService
  read: Record<ExchangePart, ReadRows>
}

/**
 * Compiles how the events of KServe's inference logger are read. It logs a request and its response on their own,
 * with the same id; each becomes an inference log. Events of other kinds, services, namespaces and components are ignored.
 */
export function compileKServe(services: Readonly<Record<string, KServeService>>): Mapping {
  const compiled = new Map<string | undefined, CompiledService>(
    Object.entries(services).map(([name, service]) => [
      name,
      { service, read: { request: compileRequest(service), response: compileResponse(service) } },
    ]),
  )
  return (message) => {
    const event = readCloudEvent(message)
    if (event.status !== 'event') return event
    const part = PARTS.get(event.attribute('type'))
    const found = compiled.get(event.attribute('inferenceservicename'))
    if (part === undefined || found === undefined || !concerns(event, found.service)) return IGNORED
    const { service, read } = found

    const id = parseText(event.attribute('id'))
    if (id === undefined) return reject('bad_id', `the CloudEvent has no "id" of 1 to ${MAX_TEXT} characters`)
    const time = event.attribute('time')
    const logged = time === undefined ? { at: message.recordedAt } : parseTime(time)
    if ('problem' in logged)
      return reject('bad_ts', `the "time" of the CloudEvent ${logged.problem}; it is ${show(time)}`)
    const body = event.data()
    if (body.status === 'rejected') return body
    const outcome = read[part](body.value)
    if (outcome.status === 'rejected') return outcome
    const version = versionOf(event, body.value, service)
    const { rows, faults } = outcome
    return {
      status: 'inference_log',
      log: { model: service.model, id, part, ts: logged.at, version, rows, faults },
    }
  }
}

/** An event that does not say its namespace or component, as those of older versions, is taken to be the right one. */
function concerns(event: CloudEvent, { namespace, component }: KServeService): boolean {
  const isOther = (name: string, wanted: string | undefined) =>
    wanted !== undefined && (event.attribute(name) ?? wanted) !== wanted
  return !isOther('namespace', namespace) && !isOther('component', component)
}

function versionOf(
  event: CloudEvent,
  body: Record<string, unknown>,
  { version }: KServeService,
): string | undefined {
  if (version !== undefined) return event.attribute(version)
  return parseText(body.model_version)
}
