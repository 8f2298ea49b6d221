import { describe, expect, it } from 'vitest'
import type { DistributionBin } from '../../charts/data.ts'
import { distributionOption } from '../../charts/distribution.ts'

const bin = (label: string, kind: DistributionBin['kind'], contribution: number): DistributionBin => ({
  label,
  kind,
  baselineShare: 0.1,
  windowShare: 0.2,
  contribution,
})

describe('bins that are set apart', () => {
  const rows = (...bins: DistributionBin[]) =>
    (distributionOption({ theme: 'light', column: 'c', bins }).yAxis as { data: string[] }).data

  it('are the first rows where one of them explains most, which else is below all categories', () => {
    const categories = [bin('DCA', 'category', 0.01), bin('LGA', 'category', 0.02)]
    expect(rows(...categories, bin('unseen', 'unseen', 3.5))).toEqual(['unseen', '', 'LGA', 'DCA'])
  })

  it('are the last rows where they explain little', () => {
    const categories = [bin('DCA', 'category', 0.01), bin('LGA', 'category', 0.02)]
    expect(rows(...categories, bin('missing', 'missing', 0.001))).toEqual(['LGA', 'DCA', '', 'missing'])
  })

  it('stay behind numbers, which have an order of their own', () => {
    const option = distributionOption({
      theme: 'light',
      column: 'c',
      bins: [bin('< 5', 'range', 0.01), bin('≥ 5', 'range', 0.02), bin('missing', 'missing', 3)],
    })
    expect((option.xAxis as { data: string[] }).data).toEqual(['< 5', '≥ 5', '', 'missing'])
  })
})
