import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { escapeHtml } from '../../../alerts/channels/email/body.ts'
import { fit } from '../../../alerts/message/fit.ts'
import { buildMessage } from '../../../alerts/message/message.ts'
import { PAGERDUTY_LIMITS, pagerdutyEvent } from '../../../alerts/channels/pagerduty/event.ts'
import { SLACK_LIMITS, escapeSlack, slackBody } from '../../../alerts/channels/slack/message.ts'
import { sendEvents, sendTest } from '../../../alerts/delivery/send.ts'
import { channelSchema } from '../../../control/declared/channel.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { alertEvent, answer, link, member, startReceiver } from '../../support/channels.ts'

const NASTY = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('<script>alert(1)</script>', '<!channel>', '@here', '&&&<<<>>>'.repeat(500), '👩‍👩‍👧‍👦'.repeat(200), 'a\r\nBcc: x@example.com', '\u202eevil\u2066', 'Ꮳ'.repeat(5000), '*_~`', '\ud800', '|'), // prettier-ignore
)
/** As the schema lets them through. */
const NAME = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/)
const nastyEvent = fc
  .record({
    model: NAME,
    monitor: NAME,
    baseline: NASTY,
    kind: fc.constantFrom('feature', 'concept', 'performance', 'expected_performance', 'data'),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
    summary: NASTY.map((text) => `It moved: ${text}`),
    columns: fc.array(fc.tuple(NASTY, NASTY, NASTY), { minLength: 1, maxLength: 70 }),
  })
  .map(({ columns, ...rest }) =>
    alertEvent({
      ...rest,
      members: columns.map(([column, segment, explanation]) =>
        member({ kind: rest.kind, column, segment, explanation }),
      ),
    }),
  )

describe('a text that must fit', () => {
  it('never exceeds, is never cut within a character or an entity, and is kept where it fits', () => {
    fc.assert(
      fc.property(NASTY, fc.integer({ min: 1, max: 300 }), (text, most) => {
        for (const escape of [escapeSlack, escapeHtml]) {
          const fitted = fit(text, most, escape)
          expect(fitted.length).toBeLessThanOrEqual(most)
          expect(fitted.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>&]/)
          if (escape(text).length <= most) expect(fitted).toBe(escape(text))
          if (text.isWellFormed()) expect(fitted.isWellFormed()).toBe(true)
        }
      }),
    )
    expect(fit('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 13)).toBe('👩‍👩‍👧‍👦…')
  })
})

interface Block {
  type: string
  text?: { type: string; text: string }
  fields?: { text: string }[]
  elements?: { url?: string; text: { text: string } }[]
}

describe('Slack', () => {
  it('is told within the limits of Block Kit, whatever the names are', () => {
    fc.assert(
      fc.property(nastyEvent, (event) => {
        const { text, blocks } = slackBody(event, buildMessage([event], link)) as unknown as { text: string; blocks: Block[] }
        expect(text.length).toBeGreaterThan(0)
        expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks)
        for (const block of blocks) {
          const most = block.type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.section
          if (block.text) {
            expect(block.text.text.length).toBeGreaterThan(0)
            expect(block.text.text.length).toBeLessThanOrEqual(most)
          }
          expect(block.fields?.length ?? 0).toBeLessThanOrEqual(SLACK_LIMITS.fields)
          for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(SLACK_LIMITS.field)
          if (block.type !== 'actions') continue
          for (const button of block.elements!) {
            expect(button.url!.length).toBeLessThanOrEqual(SLACK_LIMITS.url)
            expect(() => new URL(button.url!)).not.toThrow()
            expect(button.text.text.length).toBeLessThanOrEqual(SLACK_LIMITS.button)
          }
        }
        const markup = JSON.stringify(blocks)
        expect(markup).not.toMatch(/<!|<@|<#|<script/)
      }),
      { numRuns: 200 },
    ) // prettier-ignore
  })

  it('is told what moved, since when and what to do, with links to the alert and to the chart at the window', () => {
    const event = alertEvent()
    const { text, blocks } = slackBody(event, buildMessage([event], link))
    expect(text).toMatch(/^\[critical\] Feature drift in flights: distance and 1 more: Feature "distance" of/)
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section', 'section', 'actions', 'context']) // prettier-ignore
    expect(blocks[5]).toMatchObject({
      elements: [
        { url: `https://drift.example.com/base/alerts/${event.id}` },
        { url: 'https://drift.example.com/base/models/flights/columns/distance?monitor=flights-daily&kind=feature&at=2001-04-02T14%3A00%3A00.000Z&from=2001-03-23T14%3A00%3A00.000Z&to=2001-04-07T14%3A00%3A00.000Z' }, // prettier-ignore
      ],
    })
    const shown = JSON.stringify(blocks)
    for (const words of [
      'since 2 Apr 2001 13:00 UTC',
      'Check the feature pipeline',
      'baseline 1 (january.parquet)',
      '|origin> (warning)',
    ])
      // prettier-ignore
      expect(shown).toContain(words)
  })
})

describe('links', () => {
  it('carry segment and version, and lead to the model where there is no column', () => {
    const chart = (changes: Parameters<typeof member>[0]) =>
      new URL(buildMessage([alertEvent({ members: [member(changes)] })], link).members[0].chart)
    const narrowed = chart({ column: 'a/b?c', segment: 'origin=ORD', version: '7' })
    expect(narrowed.pathname).toBe('/base/models/flights/columns/a%2Fb%3Fc')
    expect(Object.fromEntries(narrowed.searchParams)).toMatchObject({ segment: 'origin=ORD', version: '7' })
    expect(chart({ kind: 'data', column: 'no_data' }).pathname).toBe('/base/models/flights')
  })
})

describe('PagerDuty', () => {
  it('is told within the limits of the Events API, whatever the names are', () => {
    fc.assert(
      fc.property(nastyEvent, (event) => {
        const built = pagerdutyEvent(event, buildMessage([event], link))
        expect(Buffer.byteLength(JSON.stringify(built))).toBeLessThan(PAGERDUTY_LIMITS.bytes)
        expect(built.dedup_key.length).toBeLessThanOrEqual(255)
        if (built.payload === undefined) return void expect(built.event_action).toBe('resolve')
        expect(built.payload.summary.length).toBeLessThanOrEqual(PAGERDUTY_LIMITS.summary)
        expect(['critical', 'warning']).toContain(built.payload.severity)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['feature', 'feature drift'],
    ['performance', 'performance loss'],
    ['expected_performance', 'expected performance loss'],
    ['data', 'data problem'],
  ])('calls an alert of kind %s a %s', (kind, name) => {
    const event = alertEvent({ kind })
    expect(pagerdutyEvent(event, buildMessage([event], link)).payload?.class).toBe(name)
  })

  it('gets the same key from firing to resolution, and another for another monitor or kind', () => {
    const key = (changes: Partial<AlertEvent>) => {
      const event = alertEvent(changes)
      return pagerdutyEvent(event, buildMessage([event], link)).dedup_key
    }
    const fired = key({})
    expect(key({ id: 'other', reason: 'all_resolved', status: 'resolved' })).toBe(fired)
    expect(new Set([fired, key({ monitor: 'other' }), key({ kind: 'label' })]).size).toBe(3)
  })
})

const SLACK = 'https://hooks.slack.com/services/T000/B000/canarycanarycanary'
const KEY = 'canary0123456789canary0123456789'

describe('what a receiver answers', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  beforeAll(async () => void (receiver = await startReceiver()))
  afterAll(() => receiver.stop())
  afterEach(() => void (receiver.received.length = 0))

  const channel = (type: string) =>
    channelSchema.parse(
      type === 'slack'
        ? { name: 'c', slack: { webhook_url: `${receiver.url}${new URL(SLACK).pathname}` } }
        : { name: 'c', pagerduty: { routing_key: KEY, url: receiver.url } },
    )
  const context = () => ({ dispatcher: receiver.dispatcher, link, now: new Date(), mailer: undefined })
  const send = (type: string, ...others: AlertEvent[]) =>
    sendEvents(channel(type), [alertEvent(), ...others], context())

  it.each([
    ['slack', 200, 'ok', 'delivered', undefined],
    ['slack', 404, 'no_service', 'refused', /^HTTP 404: no_service: the incoming webhook was removed/],
    ['slack', 410, 'channel_is_archived', 'refused', /archived/],
    ['slack', 400, 'invalid_payload', 'refused', /could not read/],
    ['slack', 403, `<html>${SLACK}</html>`, 'refused', /^HTTP 403$/],
    ['slack', 500, 'rollup_error', 'retryable', /^HTTP 500$/],
    ['slack', 302, '', 'refused', /redirects/],
    ['pagerduty', 202, '{"status":"success"}', 'delivered', undefined],
    ['pagerduty', 400, JSON.stringify({ message: 'Event object is invalid', errors: [`bad key ${KEY}`] }), 'refused', /^HTTP 400: Event object is invalid: bad key …$/],
    ['pagerduty', 400, 'x'.repeat(100_000), 'refused', /^HTTP 400$/],
    ['pagerduty', 503, '', 'retryable', /^HTTP 503$/],
  ] as const)('%s: %i %.20s is %s', async (type, code, body, status, error) => {
    receiver.answer(answer(code, body, { location: 'http://127.0.0.1/' }))
    const outcome = await send(type)
    expect(outcome).toMatchObject({ status, httpStatus: code })
    if (error) expect((outcome as { error: string }).error).toMatch(error)
    expect(JSON.stringify(outcome)).not.toMatch(/canary/)
  }) // prettier-ignore

  it.each(['slack', 'pagerduty'])('%s: patience is had where it is asked for', async (type) => {
    receiver.answer(answer(429, '', { 'retry-after': '30' }))
    expect(await send(type)).toMatchObject({ status: 'retryable', retryAfter: 30_000 })
  })

  it.each(['slack', 'pagerduty'])('%s: one that hangs or breaks off is tried again', async (type) => {
    receiver.answer(() => {})
    expect(await send(type)).toMatchObject({ status: 'retryable' })
    receiver.answer((response) => response.destroy())
    expect(await send(type)).toMatchObject({ status: 'retryable' })
  })

  it('PagerDuty gets an event for each alert of a group, with its own key', async () => {
    receiver.answer(answer(202))
    await send('pagerduty', alertEvent({ id: 'b', monitor: 'weekly' }))
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(receiver.received[0].path).toBe('/v2/enqueue')
    expect(bodies).toMatchObject([
      { routing_key: KEY, event_action: 'trigger', dedup_key: 'driftgauge/flights/flights-daily/feature' },
      { routing_key: KEY, event_action: 'trigger', dedup_key: 'driftgauge/flights/weekly/feature' },
    ])
  })

  it('a test says that it is one, and leaves no incident open', async () => {
    receiver.answer(answer(202))
    expect(await sendTest(channel('pagerduty'), context())).toMatchObject({ status: 'delivered' })
    const [opened, closed] = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(opened).toMatchObject({ event_action: 'trigger', payload: { severity: 'info' } })
    expect(closed).toMatchObject({ event_action: 'resolve', dedup_key: opened.dedup_key })
    await sendTest(channel('slack'), context())
    expect(receiver.received[2].body).toContain('This is a test of channel c')
  })

  it('GitHub is told of no alert', async () => {
    const github = channelSchema.parse({
      name: 'g',
      github: { repository: 'a/b', token: 't'.repeat(40), api_url: receiver.url },
    })
    expect(await sendEvents(github, [alertEvent()], context())).toMatchObject({ status: 'refused' })
    expect(await sendTest(github, context())).toMatchObject({ status: 'refused' })
    expect(receiver.received).toEqual([])
  })
})

describe('several alerts of one model and kind', () => {
  it('are one message, with the members of all, the worst first', () => {
    const [one, two] = [
      alertEvent({ members: [member({ severity: 'warning' })] }),
      alertEvent({ id: 'b', monitor: 'weekly', members: [member({ column: 'hour' })] }),
    ]
    const message = buildMessage([two, one], link)
    expect(message.id).not.toBe(two.id)
    expect(message.id).toBe(buildMessage([one, two], link).id)
    expect(message.members.map(({ column, monitor }) => [column, monitor])).toEqual([
      ['hour', 'weekly'],
      ['distance', 'flights-daily'],
    ])
    expect(message.title).toBe('[critical] Feature drift in flights: hour and 1 more')
  })
})
