import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../../dist/main.js')

/** A demo that has told its story: the one at DRIFTGAUGE_URL, or one of its own. */
export async function openDemo(): Promise<{ url: string; stop: () => void }> {
  const given = process.env.DRIFTGAUGE_URL
  if (given !== undefined) return { url: given, stop: () => {} }
  const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: demo.stdout }))
    if (line.startsWith('ready: ')) return { url: line.slice('ready: '.length), stop: () => demo.kill() }
  throw new Error('the demo ended before it was ready')
}

/** Pages with the demo's data, the ones that show most of it first. */
export async function demoPages(url: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/api/v1/alerts?status=firing`)
  const { alerts } = (await answer.json()) as { alerts: { id: string; monitor: string }[] }
  const [{ id, monitor }] = alerts
  const column = '/models/flights/columns/distance?kind=feature&at=2001-04-19T00:00:00Z'
  return {
    'model, half a year': '/models/flights?range=180d',
    'model, 30 days': '/models/flights?range=30d',
    'column, half a year': `${column}&range=180d`,
    'column, a month': `${column}&from=2001-04-01T00:00:00Z&to=2001-05-06T00:00:00Z`,
    alert: `/alerts/${id}`,
    overview: '/',
    alerts: '/alerts',
    incidents: '/incidents',
    'incidents by month': '/incidents/by-month',
    'features and constraints': '/models/flights/features',
    baselines: '/models/flights/baselines',
    'set-up': '/models/flights/setup',
    'form of a monitor, with its backtest': `/declare/monitor/${monitor}`,
    'form of a model': '/declare/model/flights',
    retraining: '/retrains',
    experiments: '/experiments',
    silences: '/silences',
    'dead letters': '/dead-letters',
    settings: '/settings',
    system: '/system',
    'audit log': '/audit',
  }
}
