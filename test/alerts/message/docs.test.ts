import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linkTo } from '../../../alerts/message/message.ts'
import { DEFAULT_POLICY } from '../../../alerts/state/policy.ts'
import type { MemberEvaluation } from '../../../alerts/state/window-verdict.ts'
import { step } from '../../../alerts/state/step.ts'
import { webhookBody } from '../../../alerts/channels/webhook/body.ts'
import { signatureHeaders } from '../../../alerts/channels/webhook/signature.ts'
import { ROOT } from '../../support/root.ts'

const page = readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8')
const block = (language: string) => page.split(`\`\`\`${language}\n`)[1].split('```')[0]

const HOUR = 3_600_000
const at = (hour: number) => new Date(Date.UTC(2001, 3, 2, hour))

/** The story of the page's example: distance in kilometres, and what follows from it. */
function exampleBody(): string {
  const feature = { kind: 'feature', segment: '', version: '' }
  const moved = (column: string, hour: number): MemberEvaluation =>
    column === 'distance'
      ? {
          ...feature,
          column,
          windowEnd: at(hour),
          verdict: 'critical',
          effect: 0.4127,
          explanation:
            'The distribution shifted: effect 0.413 (critical threshold 0.25), mostly at 1,620 and above, from 10% to 24.1% of rows.',
          resultId: '5d0c3b0ab3b0b7f0b0a3e9f1c2d4e6f8',
        }
      : {
          ...feature,
          column,
          windowEnd: at(hour),
          verdict: 'warning',
          effect: 0.1184,
          explanation:
            'The distribution shifted: effect 0.118 (warning threshold 0.1), mostly at ORD, from 5.1% to 8.9% of rows.',
          resultId: '7a1e9d4c2b8f40e6a5d3c1b09f8e7d6c',
        }
  const [event] = step({
    monitor: {
      name: 'flights-daily',
      model: 'flights',
      alert: { ...DEFAULT_POLICY, channels: ['oncall'] },
    },
    windowEnd: at(14),
    evaluations: [moved('origin', 14), moved('distance', 14)],
    history: [moved('origin', 13), moved('distance', 13)],
    before: [],
    existing: [],
    baselineOf: () => 'baseline 1 (january.parquet)',
    importance: ({ column }) => ({ distance: 0.2 })[column],
    now: new Date(at(14).getTime() + HOUR / 6),
  }).filter(({ scope }) => scope === 'alert')
  return webhookBody([{ ...event, owner: 'data-science' }], linkTo('https://drift.example.com'))
}

it('the page shows the payload as it is sent', () => {
  expect(JSON.parse(block('json'))).toEqual(JSON.parse(exampleBody()))
})

const body = JSON.stringify({ text: 'naïve 😀' })
const secrets = [`whsec_${Buffer.alloc(32, 9).toString('base64')}`, 'plain text of more than 24 bytes']
const headers = signatureHeaders('msg_1', new Date(), body, secrets)
const cases = JSON.stringify([
  ...secrets.map((secret) => [secret, headers, body]),
  [secrets[0], headers, `${body} `],
  ['another secret of 24 bytes', headers, body],
  [secrets[0], signatureHeaders('msg_1', new Date(Date.now() - HOUR), body, secrets), body],
])
const expected = [true, true, false, false, false]

it('the page verifies signatures in Node.js', () => {
  const script = `${block('js')}\nconsole.log(JSON.stringify(${cases}.map((one) => verify(...one))))`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  expect(JSON.parse(output)).toEqual(expected)
})

it('the page verifies signatures in Python', ({ skip }) => {
  const script = `${block('python')}
import json, sys
print(json.dumps([verify(s, h, b.encode()) for s, h, b in json.loads(sys.stdin.read())]))`
  let output: string
  try {
    output = execFileSync('python3', ['-c', script], { input: cases, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return skip('no python3 here')
    throw error
  }
  expect(JSON.parse(output)).toEqual(expected)
})
