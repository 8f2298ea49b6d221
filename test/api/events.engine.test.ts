import { once } from 'node:events'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Change } from '../../api/contract/topics.ts'
import { eventStream } from '../../api/event-stream.ts'
import { createLive, type Live } from '../../api/live.ts'
import { DAY, HOUR, SECRET, START } from '../support/api.ts'
import { listen, type Listening } from '../support/samples/events.ts'
import { testService, type TestService } from '../support/service.ts'

describe('live events of the service', () => {
  let service: TestService
  let live: Listening
  beforeAll(async () => {
    service = await testService()
    live = await listen(service.url)
  })

  test('are a stream that nothing on the way keeps', async () => {
    const { status, headers } = live.response
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-accel-buffering')).toBe('no')
    const head = await fetch(`${service.url}/api/v1/events`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  const model = { name: 'm', task: 'binary', features: { x: 'numeric' } }
  const monitor = { name: 'watch', model: 'm', checks: ['feature'], alert: { channels: ['hook'] } }
  const events = Array.from({ length: 600 }, (_, i) => {
    return {
      id: `e${i}`,
      ts: START + Math.floor(i / 10) * HOUR,
      features: { x: (i * 7) % 13 },
      prediction: 'no',
    }
  })
  const window = { from: new Date(START).toISOString(), to: new Date(START + DAY).toISOString() }
  const webhook = { url: 'http://127.0.0.1:9/x', secret: SECRET }
  const topic = { name: 'spare', records: 'labels' }

  test.each<[string, string, unknown, Change[]]>([
    ['POST', '/models', model, [{ topic: 'models' }]],
    ['PATCH', '/models/m', { features: { y: 'numeric' } }, [{ topic: 'models', model: 'm' }]],
    ['POST', '/models/m/predictions', events, [{ topic: 'volume', model: 'm' }]],
    ['POST', '/models/m/predictions', [{ id: 'bad' }], [{ topic: 'dead_letters', model: 'm' }]],
    ['POST', '/models/m/labels', [{ id: 'e1', label: 'no' }, { id: 'e2' }], [{ topic: 'volume', model: 'm' }, { topic: 'dead_letters', model: 'm' }]],
    ['POST', '/models/m/baselines', { window }, [{ topic: 'baselines', model: 'm' }]],
    ['POST', '/models/m/baselines/1/activate', undefined, [{ topic: 'baselines', model: 'm' }]],
    ['POST', '/channels', { name: 'hook', webhook }, [{ topic: 'channels' }]],
    ['POST', '/channels', { name: 'spare', webhook }, [{ topic: 'channels' }]],
    ['DELETE', '/channels/spare', undefined, [{ topic: 'channels' }]],
    ['POST', '/topics', topic, [{ topic: 'topics' }]],
    ['PATCH', '/topics/spare', { model: 'm' }, [{ topic: 'topics' }]],
    ['DELETE', '/topics/spare', undefined, [{ topic: 'topics' }]],
    ['POST', '/monitors', monitor, [{ topic: 'monitors' }]],
    ['PATCH', '/monitors/watch', { cadence: 'hourly' }, [{ topic: 'monitors' }]],
    ['POST', '/monitors/watch/run', { asOf: window.to }, [{ topic: 'results' }]],
    ['POST', '/monitors', { ...monitor, name: 'spare' }, [{ topic: 'monitors' }]],
    ['DELETE', '/monitors/spare', undefined, [{ topic: 'monitors' }, { topic: 'alerts' }]],
  ])('%s %s tells what it changed', async (method, path, body, changes) => {
    await service.call(method, path, body)
    expect(await live.heard(...changes.map(({ topic }) => topic))).toEqual(changes)
  }) // prettier-ignore

  test('the worker tells what it evaluated and delivered', async () => {
    // For a day after its first window a monitor takes old data for data that are still being loaded.
    await service.worker.run(new Date(START + 39 * DAY))
    await live.heard('results')
    await service.worker.run(new Date(START + 40 * DAY))
    const changes = await live.heard('results', 'alerts', 'deliveries')
    const topics = new Map(changes.map((change) => [change.topic, change]))
    expect([...topics.values()]).toEqual([
      { topic: 'results', model: 'm' },
      { topic: 'alerts', model: 'm' },
      { topic: 'retrains', model: 'm' },
      { topic: 'deliveries' },
    ])
    const [alert] = (await service.call('GET', '/alerts')).body.alerts
    await service.call('POST', `/alerts/${alert.id}/ack`, { by: 'ada' })
    expect(await live.heard('alerts')).toEqual([{ topic: 'alerts' }])
  })

  test('nothing is told of a tick without anything due, of a refused change, or of reading', async () => {
    await service.worker.run(new Date(START + 40 * DAY))
    await service.call('GET', '/overview')
    await service.call('DELETE', '/models/m')
    await service.call('POST', '/models', { name: 'n' })
    await service.call('POST', '/models/m/predictions', [])
    await service.call('DELETE', '/monitors/watch')
    expect(await live.heard('monitors', 'alerts')).toEqual([{ topic: 'monitors' }, { topic: 'alerts' }])
    await service.call('DELETE', '/models/m')
    expect(await live.heard('models')).toEqual([{ topic: 'models', model: 'm' }])
    expect(live.events.map(({ event }) => event)).toEqual(live.events.map(() => 'invalidate'))
    expect(live.events.map(({ id }) => Number(id))).toEqual(live.events.map((_, i) => i + 1))
  })
})

describe('changes within the process', () => {
  afterEach(() => void vi.useRealTimers())

  function told(live: Live): Change[] {
    const changes: Change[] = []
    live.subscribe({ changed: (_, change) => changes.push(change), ended: () => {} })
    return changes
  }

  test('equal ones within half a second are told once, and the last is never lost', () => {
    vi.useFakeTimers()
    const live = createLive()
    const changes = told(live)
    for (let i = 0; i < 100; i++) {
      live.publish({ topic: 'results', model: 'a' })
      live.publish({ topic: 'results', model: 'b' })
      live.publish({ topic: 'results' })
    }
    expect(changes).toEqual([])
    vi.advanceTimersByTime(500)
    expect(changes).toEqual([
      { topic: 'results', model: 'a' },
      { topic: 'results', model: 'b' },
      { topic: 'results' },
    ])
    live.publish({ topic: 'results', model: 'a' })
    vi.advanceTimersByTime(500)
    expect(changes).toHaveLength(4)
    vi.advanceTimersByTime(60_000)
    expect(changes).toHaveLength(4)
  })

  test('whoever has gone is told no more, and nobody once it is closed', () => {
    vi.useFakeTimers()
    const live = createLive()
    const [stays, changes] = [told(live), [] as Change[]]
    const leave = live.subscribe({ changed: (_, change) => changes.push(change), ended: () => {} })
    live.publish({ topic: 'models' })
    leave()
    vi.advanceTimersByTime(500)
    expect([stays.length, changes.length]).toEqual([1, 0])
    live.publish({ topic: 'models' })
    live.close()
    live.publish({ topic: 'models' })
    vi.advanceTimersByTime(5000)
    expect(stays).toHaveLength(1)
    let ended = false
    live.subscribe({ changed: () => {}, ended: () => (ended = true) })
    expect(ended).toBe(true)
  })
})

describe('a stream of events', () => {
  afterEach(() => void vi.useRealTimers())

  /** A bus that knows whether its one subscriber has left. */
  function watched() {
    const live = createLive()
    const state = { left: false }
    const subscribe: Live['subscribe'] = (subscriber) => {
      const leave = live.subscribe(subscriber)
      return () => {
        state.left = true
        leave()
      }
    }
    return { state, live: { ...live, subscribe } }
  }

  test('begins with the time to wait before coming back, and breathes', () => {
    vi.useFakeTimers()
    const stream = eventStream(createLive())
    expect(String(stream.read())).toBe('retry: 3000\n\n')
    vi.advanceTimersByTime(14_999)
    expect(stream.read()).toBeNull()
    vi.advanceTimersByTime(1)
    expect(String(stream.read())).toBe(':\n\n')
    stream.destroy()
  })

  test('leaves the bus when its client goes', async () => {
    const { live, state } = watched()
    const stream = eventStream(live)
    expect(state.left).toBe(false)
    stream.destroy()
    await once(stream, 'close')
    expect(state.left).toBe(true)
  })

  test('is cut when its client reads nothing', async () => {
    vi.useFakeTimers()
    const { live, state } = watched()
    const stream = eventStream(live)
    for (let i = 0; i < 2000 && !stream.destroyed; i++) {
      live.publish({ topic: 'volume', model: `m${i}` })
      vi.advanceTimersByTime(500)
    }
    expect(stream.destroyed).toBe(true)
    expect(stream.readableLength).toBeLessThan(65_000)
    vi.useRealTimers()
    await new Promise(setImmediate)
    expect(state.left).toBe(true)
  })
})
