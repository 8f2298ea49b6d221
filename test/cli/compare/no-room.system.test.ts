import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeOnDisk, smallDisk } from '../../support/disk.ts'
import { ENTRY } from '../../support/entry.ts'
import { ROOT } from '../../support/root.ts'

describeOnDisk('a disk too small for what text is copied to', () => {
  test('is named, with the way out, and nothing is left on it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-no-room-'))
    const path = join(directory, 'large.csv')
    const lines = Array.from({ length: 600_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i)}\n`)
    writeFileSync(path, `x,y\n${lines.join('')}`)
    const disk = smallDisk(20)
    const { status, stdout, stderr } = spawnSync(process.execPath, [...ENTRY, 'compare', path, path], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: disk.path },
    })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toBe(
      `driftgauge: There is no room left for temporary files in ${disk.path}. Free some space, or set TMPDIR to a directory on a larger disk.\n`,
    )
    expect(readdirSync(disk.path)).toEqual([])
  })
})
