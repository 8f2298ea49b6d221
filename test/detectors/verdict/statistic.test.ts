import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { statisticName } from '../../../domain/words/wording.ts'
import { STATISTIC_NAMES } from '../../../detectors/verdict/statistic.ts'
import { ROOT } from '../../support/root.ts'

test('docs/compare.md lists every statistic that compare prints', () => {
  const page = readFileSync(join(ROOT, 'docs/compare.md'), 'utf8')
  const list = /^Numeric columns have [^]*?(?=`reason`)/m.exec(page)![0]
  const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)
  expect(listed.sort()).toEqual([...STATISTIC_NAMES].sort())
})

test('the dashboard has a title for every statistic', () => {
  expect(STATISTIC_NAMES.filter((name) => statisticName(name) === name)).toEqual([])
})
