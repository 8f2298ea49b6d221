import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { topicSchema } from '../../../api/contract/topics.ts'
import { ROOT } from '../../support/root.ts'

test('docs/api.md lists every topic of live changes', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8')
  const sentence = /^The topics are [^.]*\./m.exec(page)![0]
  const listed = [...sentence.matchAll(/`(\w+)`/g)].map(([, topic]) => topic)
  expect(listed.sort()).toEqual([...topicSchema.options].sort())
})
