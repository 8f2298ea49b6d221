import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { keepPrivate } from '../../service/private-directories.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-private-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function made(name: string, mode: number): string {
  const path = join(directory, name)
  mkdirSync(path)
  chmodSync(path, mode)
  return path
}

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)

test('our own directories are closed to others; what is closed or missing stays as it is', async () => {
  const open = made('open', 0o755)
  const group = made('group', 0o2770)
  const closed = made('closed', 0o500)
  expect(await keepPrivate([open, group, closed, join(directory, 'missing')])).toEqual([])
  expect([open, group, closed].map(modeOf)).toEqual(['700', '2700', '500'])
})

test('a directory that users share, that belongs to another user or that holds more, is left and warned about', async () => {
  const shared = made('shared', 0o1777)
  const other = made('other', 0o775)
  const parent = made('parent', 0o755)
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(join(parent, 'work'))
  expect(await keepPrivate([parent])).toEqual([expect.stringContaining('permissions 0755')])
  cwd.mockRestore()
  expect(modeOf(parent)).toBe('755')
  expect(await keepPrivate([shared])).toEqual([
    expect.stringMatching(/access to .*shared \(permissions 1777, .*chmod 700.*DRIFTGAUGE_DATA/),
  ])
  const getuid = vi.spyOn(process, 'getuid').mockReturnValue(statSync(other).uid + 1)
  const warnings = await keepPrivate([other])
  getuid.mockRestore()
  expect(warnings).toEqual([expect.stringContaining('permissions 0775')])
  expect([shared, other].map(modeOf)).toEqual(['1777', '775'])
})
