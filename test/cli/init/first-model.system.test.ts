/** The page that leads from two files to a finding, command by command. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseDeclarations } from '../../../declare/declarations.ts'
import { DAY_MS } from '../../../domain/time.ts'
import { command, type Outcome } from '../../support/command.ts'
import { describeWithPython } from '../../support/python.ts'
import { ROOT } from '../../support/root.ts'

const page = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8')
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n([^]*?)\n *\`\`\``, 'gm'))].map(([, block]) => block)

describeWithPython('docs/first-model.md', [], (python) => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-first-model-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const environment = { LOG_LEVEL: 'silent', DRIFTGAUGE_DATA: join(directory, 'data') }
  const placed = (word: string) => (/\.(csv|yaml)$/.test(word) ? join(directory, word) : word)

  test('leads to the broken feature with the commands that it shows', { timeout: 240_000 }, async () => {
    execFileSync(python, [join(ROOT, 'examples/first-model/make_files.py')], { cwd: directory })
    const text = page('first-model.md')
    const tenDaysAgo = new Date(Date.now() - 10 * DAY_MS).toISOString().slice(0, 10)
    const lines = blocks(text, 'sh')
      .flatMap((block) => block.split('\n'))
      .flatMap((line) => /^npx driftgauge (?!serve)(.*)$/.exec(line)?.[1] ?? [])
    const ran = new Map<string, Outcome>()
    for (const line of lines) {
      const words = line.replace('2026-01-05', tenDaysAgo).split(' ').map(placed)
      const own = words[0] === 'init' ? [...words, '-o', join(directory, 'driftgauge.yaml')] : words
      ran.set(own[0], await command(own, environment))
    }
    expect([...ran].map(([name, { code }]) => [name, code])).toEqual([
      ['init', 0],
      ['apply', 0],
      ['baseline', 0],
      ['replay', 0],
      // Something drifted.
      ['monitor', 1],
      ['backfill', 0],
    ])
    expect(ran.get('init')!.stdout).toContain(`driftgauge backfill loans-drift --from ${tenDaysAgo}`)
    expect(ran.get('replay')!.stdout).toContain('15,000 predictions')
    expect(ran.get('monitor')!.stdout).toMatch(/critical +feature +income/)
    const written = readFileSync(join(directory, 'driftgauge.yaml'), 'utf8')
    const [shown] = blocks(text, 'yaml')
    expect(written).toContain(shown)
  })
})

test('the YAML of the recipes can be declared', () => {
  const found = blocks(page('recipes.md'), 'yaml')
  expect(found.length).toBeGreaterThan(1)
  const models = 'models: [{ name: loans, task: binary, features: { income: numeric } }]\n'
  const channels = 'channels: [{ name: ml-alerts, email: { to: [ml@example.com] } }]\n'
  for (const block of found) {
    const yaml = `${block.includes('models:') ? '' : models}${channels}${block}`
    expect(parseDeclarations(yaml, 'recipes.md', {}).monitors).toHaveLength(1)
  }
})
