/** Constraints suggested from a baseline, and what comes of declaring them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-suggest-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)
const write = (name: string, text: string) => {
  writeFileSync(path(name), text)
  return path(name)
}
const driftgauge = (...args: string[]) =>
  command(args, { LOG_LEVEL: 'silent', DRIFTGAUGE_DATA: path('data') })

const ORIGINS = ['ATL', '1', 'off', 'a, "b": #c']
const csv = (rows: number) =>
  [
    'distance,origin,code,label',
    ...Array.from({ length: rows }, (_, i) => `${31 + (i % 400)},"${ORIGINS[i % 4].replaceAll('"', '""')}",${i % 500 === 7 ? '' : `k${i % 60}`},${i % 2 ? 'yes' : 'no'}`), // prettier-ignore
    '',
  ].join('\n')
const applied = (features: unknown) =>
  write('model.yaml', JSON.stringify({ models: [{ name: 'shop', task: 'binary', positive: 'yes', features }] })) // prettier-ignore

beforeAll(async () => {
  expect(await driftgauge('baseline', 'add', 'shop', write('train.csv', csv(2000)))).toMatchObject({ code: 0 }) // prettier-ignore
})

test('is YAML that can be declared, after which there is nothing left to suggest', async () => {
  const { code, stdout } = await driftgauge('suggest', 'shop')
  expect(code).toBe(0)
  const { features } = parse(stdout) as { features: object }
  expect(features).toEqual({
    distance: { kind: 'numeric', required: true, min: 0, max: 630 },
    origin: { kind: 'categorical', required: true, allowed: expect.arrayContaining(ORIGINS) },
    code: { kind: 'categorical', required: true, tolerance: 0.004 },
  })
  expect(stdout).toContain('# Constraints suggested for the model "shop" from its baseline 1 ("train.csv", 2,000 rows).\n') // prettier-ignore
  expect(stdout).toContain('    max: 630 # the largest value is 430, plus a margin of 196\n')
  expect(stdout).toContain('#   "code", allowed: the baseline has more than 50 categories.\n')
  expect(await driftgauge('apply', '-f', applied(features))).toMatchObject({ code: 0 })
  const again = await driftgauge('suggest', 'shop')
  expect(again.stdout).toMatch(/^# Nothing to suggest: the model "shop" already declares all that follows from baseline 1\.\n/) // prettier-ignore
  expect(parse(again.stdout)).toBeNull()
  const file = await driftgauge('suggest', 'shop', '--output', path('none.yaml'))
  expect(file).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to suggest: /) })
  expect(existsSync(path('none.yaml'))).toBe(false)
})

test('keeps what else is declared of a feature, and says what differs', async () => {
  const features = {
    distance: { kind: 'numeric', importance: 2, required: true, min: 0, max: 500, tolerance: 0.1 },
    origin: 'categorical',
    code: { kind: 'categorical', pattern: 'k.*', required: true, tolerance: 0.01 },
    added: 'numeric',
  }
  expect(await driftgauge('apply', '-f', applied(features))).toMatchObject({ code: 0 })
  const { stdout } = await driftgauge('suggest', 'shop')
  const suggested = (parse(stdout) as { features: Record<string, object> }).features
  expect(suggested).toEqual({
    distance: { kind: 'numeric', importance: 2, required: true, min: 0, max: 630, tolerance: 0.1 },
    origin: expect.objectContaining({ required: true }),
  })
  expect(stdout).toContain('# Features that already declare what is suggested are left out.\n')
  expect(stdout).toContain('    max: 630 # declared: 500; the largest value is 430, plus a margin of 196\n')
  expect(stdout).toContain('    importance: 2 # as declared\n')
  expect(stdout).toContain('# Not in the baseline: "added".\n')
})

test('is JSON, or a new file', async () => {
  const { stdout } = await driftgauge('suggest', 'shop', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    model: 'shop',
    baseline: { version: 1, name: 'train.csv', rows: 2000 },
    rows_needed: 1000,
    features: [{ feature: 'distance', kind: 'numeric' }, { feature: 'origin' }, { feature: 'code' }],
    not_in_baseline: ['added'],
  })
  const file = path('suggested.yaml')
  expect(await driftgauge('suggest', 'shop', '--output', file)).toMatchObject({
    code: 0,
    stdout: `Wrote suggestions for 2 features to ${file}.\n`,
  })
  const text = readFileSync(file, 'utf8')
  const taken = await driftgauge('suggest', 'shop', '--output', file)
  expect(taken).toMatchObject({ code: 2, stderr: `driftgauge: ${file}: the file exists; choose a new name\n` }) // prettier-ignore
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('is nothing where the baseline has few rows', async () => {
  await driftgauge('baseline', 'add', 'shop', write('few.csv', csv(999)))
  const { code, stdout } = await driftgauge('suggest', 'shop', '--baseline', '2')
  expect(code).toBe(0)
  expect(stdout).toContain('# Nothing to suggest: baseline 2 of "shop" has 999 rows, and at least 1,000 are needed. Create a baseline with more rows.\n') // prettier-ignore
  expect(parse(stdout)).toBeNull()
})

test('says what to do where there is nothing to derive it from', async () => {
  const bare = write('bare.yaml', JSON.stringify({ models: [{ name: 'bare', task: 'binary', features: { a: 'numeric' } }] })) // prettier-ignore
  await driftgauge('apply', '-f', bare)
  const outcomes = [
    await driftgauge('suggest', 'nobody'),
    await driftgauge('suggest', 'bare'),
    await driftgauge('suggest', 'shop', '--baseline', '9'),
    await driftgauge('suggest', 'shop', '--baseline', 'x'),
  ]
  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2])
  const [unknown, bareModel, number, text] = outcomes.map(({ stderr }) => stderr)
  expect(unknown).toBe('driftgauge: There is no model "nobody". Declare it with "driftgauge apply", or infer it from a file with "driftgauge baseline add nobody FILE".\n') // prettier-ignore
  expect(bareModel).toMatch(/The model "bare" has no active baseline.* Run "driftgauge baseline add bare FILE"\.\n$/) // prettier-ignore
  expect(number).toBe('driftgauge: There is no baseline 9 of model "shop". "driftgauge baseline list shop" lists its baselines.\n') // prettier-ignore
  expect(text).toContain('use the number of a baseline')
})
