import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../cli/program.ts'
import { command } from '../support/command.ts'
import { ROOT } from '../support/root.ts'

interface Found {
  words: string[]
  command: Command
}

const below = (parent: Command, words: string[] = []): Found[] =>
  parent.commands.flatMap((one) => {
    const own = [...words, one.name()]
    return [{ words: own, command: one }, ...below(one, own)]
  })
const all = below(createProgram({}, () => {}))
const groups = all.filter((one) => one.command.commands.length > 0)
const leaves = all.filter((one) => one.command.commands.length === 0)
const lines = (found: Found[]) => found.map(({ words }) => words.join(' '))

test('docs/cli.md lists every command, and none that there is not', () => {
  const docs = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')
  const listed = [...docs.matchAll(/^\| `driftgauge ([a-z -]+)` +\|/gm)].map(([, line]) => line)
  expect(listed.toSorted()).toEqual(lines(leaves).toSorted())
})

test.each(lines(all))('%s has a help of its own, which says what it does', async (line) => {
  const { code, stdout, stderr } = await command([...line.split(' '), '--help'], {})
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(new RegExp(`^Usage: driftgauge ${line} `))
  expect(stdout, 'a description follows the usage').toMatch(/^Usage: .*\n\n\w/)
})

const NEW = [
  'status',
  'model',
  'monitor',
  'channel',
  'route',
  'topic',
  'key',
  'alert',
  'baseline add',
  'init',
]
test.each(lines(all).filter((line) => NEW.some((one) => `${line} `.startsWith(`${one} `))))(
  'the help of %s fits 80 columns',
  async (line) => {
    const { stdout } = await command([...line.split(' '), '--help'], {})
    expect(Math.max(...stdout.split('\n').map((one) => one.length))).toBeLessThanOrEqual(80)
  },
)

test.each(['', ...lines(groups)])('"%s" refuses a command that it does not have, below its own help', async (line) => {
  const words = line === '' ? [] : line.split(' ')
  const usage = ['driftgauge', ...words].join(' ')
  for (const asked of [['lits'], ['lits', '--help'], ['help', 'lits'], ['\u001b[2J']]) {
    const { code, stdout, stderr } = await command([...words, ...asked], {})
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^Usage: ${usage} `))
    expect(stderr).toMatch(/\nerror: unknown command '(lits|\\u\{1b\}\[2J)'.*\n$/)
    expect(stderr).not.toContain('\u001b')
  }
}) // prettier-ignore

test.each([
  ['monitr', 'monitor'],
  ['monitor lst', 'list'],
  ['silence expir --help', 'expire'],
  ['help statsu', 'status'],
])('%s is told what was meant', async (line, meant) => {
  const { stderr } = await command(line.split(' '), {})
  expect(stderr).toMatch(new RegExp(`; did you mean "${meant}"\\?\n$`))
})
