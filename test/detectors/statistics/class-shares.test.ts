import { describe, expect, it } from 'vitest'
import { classShareChange, classShareGrade } from '../../../detectors/statistics/class-shares.ts'
import { evaluateColumn } from '../../../detectors/verdict/evaluate.ts'
import { groupCounts } from '../../../detectors/verdict/groups.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import { categorical, seeded } from '../../support/samples/columns.ts'

const ALPHA = 1e-5
const rule = { ...DEFAULT_RULE, alpha: ALPHA, ksMethod: 'auto' as const, classes: true }

const change = (rows: Record<string, [number, number]>) =>
  classShareChange(groupCounts(categorical(rows)), ALPHA)

describe('the share of a class', () => {
  it.each([
    ['seven times as many', { no: [59886, 59232], yes: [114, 768] }, 'critical'],
    ['a quarter', { no: [99000, 99750], yes: [1000, 250] }, 'critical'],
    ['two and a half times as many', { no: [99000, 9750], yes: [1000, 250] }, 'warning'],
    ['less than twice as many', { no: [99000, 98100], yes: [1000, 1900] }, 'ok'],
    ['a new class', { no: [50000, 49960], yes: [0, 40] }, 'critical'],
    ['a class that is gone', { no: [50000, 50000], yes: [40, 0] }, 'critical'],
    ['nine rows where one is expected: too few to say', { no: [100000, 9991], yes: [10, 9] }, 'ok'],
    ['not significant', { no: [2000, 485], yes: [60, 15] }, 'ok'],
  ] satisfies [string, Record<string, [number, number]>, string][])('%s', (_, rows, severity) => {
    expect(classShareGrade(change(rows))).toBe(severity)
  })

  it('tests each of several classes at its part of the level', () => {
    const rare = Object.fromEntries(
      Array.from({ length: 18 }, (_, i) => [`c${i}`, [500, 500] as [number, number]]),
    )
    const two = change({ a: [9500, 9400], b: [40, 96] })
    const many = change({ ...rare, a: [500, 400], b: [40, 96] })
    expect(two?.pValue).toBeLessThan(ALPHA)
    expect(many === undefined || many.pValue > two!.pValue).toBe(true)
  })

  it('is named in the explanation, with its factor', () => {
    const { verdict, reason, explanation } = evaluateColumn(
      categorical({ no: [59886, 59232], yes: [114, 768] }),
      rule,
    )
    expect({ verdict, reason }).toEqual({ verdict: 'critical', reason: 'class_share' })
    expect(explanation).toBe(
      'Class "yes" went from 0.19% to 1.28% of rows, a 6.7-fold increase (critical threshold 4-fold).',
    )
  })

  it('is of no account for a feature', () => {
    const input = categorical({ no: [59886, 59232], yes: [114, 768] })
    expect(evaluateColumn(input, { ...rule, classes: false }).verdict).toBe('ok')
  })

  it('breaches no more often than its level where nothing moved', () => {
    const random = seeded(7)
    const draw = (n: number, p: number) => {
      let hits = 0
      for (let i = 0; i < n; i++) if (random() < p) hits++
      return hits
    }
    const [runs, alpha] = [3000, 0.01]
    let breaches = 0
    for (let i = 0; i < runs; i++) {
      const [b, c] = [draw(2000, 0.01), draw(1000, 0.01)]
      const found = classShareChange(
        groupCounts(categorical({ no: [2000 - b, 1000 - c], yes: [b, c] })),
        alpha,
      )
      if (classShareGrade(found) !== 'ok') breaches++
    }
    expect(breaches / runs).toBeLessThan(1.5 * alpha)
  })
})
