import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv } from '../../../charts/export/csv.ts'
import { fileName, slug } from '../../../charts/export/file-name.ts'
import { markdown } from '../../../charts/export/markdown.ts'
import type { Subject } from '../../../charts/export/subject.ts'
import { tableColumn, type Cell, type Table } from '../../../charts/table.ts'

const columns = [
  tableColumn('Window end', 'time'),
  tableColumn('Name'),
  tableColumn('Rows', 'count'),
  tableColumn('Share', 'share'),
  tableColumn('Effect', 'signed'),
]
const at = (i: number) => new Date(Date.UTC(2001, 3, 1) + i * 3_600_000).toISOString()
const subject: Subject = {
  title: 'PSI over time',
  model: 'flights',
  parts: ['origin'],
  from: at(0),
  to: at(24),
}

/** A plain reader of RFC 4180. */
function parse(text: string): string[][] {
  const lines: string[][] = []
  let [line, field, isQuoted]: [string[], string, boolean] = [[], '', false]
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (isQuoted && char === '"' && text[i + 1] === '"') {
      field += '"'
      i++
    } else if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && char === ',') {
      line.push(field)
      field = ''
    } else if (!isQuoted && text.startsWith('\r\n', i)) {
      lines.push([...line, field])
      ;[line, field] = [[], '']
      i++
    } else field += char
  }
  return lines
}

describe('CSV', () => {
  it('has units in its header, numbers in full and times in ISO 8601', () => {
    const rows: Cell[][] = [
      [at(0), 'a', 1234567, 1 / 3, -0.1],
      ['2001-04-01T02:00:00+02:00', 'b, "c"', 0, null, 1e-12],
    ]
    expect(csv({ columns, rows })).toBe(
      'Window end (UTC),Name,Rows,Share (0 to 1),Effect\r\n' +
        '2001-04-01T00:00:00.000Z,a,1234567,0.3333333333333333,-0.1\r\n' +
        '2001-04-01T00:00:00.000Z,"b, ""c""",0,,1e-12\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x")'])(
    'gives %j to no spreadsheet as a formula, in a cell or a header',
    (name) => {
      const [[header], [cell]] = parse(csv({ columns: [tableColumn(name)], rows: [[name]] }))
      expect([header, cell]).toEqual([`'${name}`, `'${name}`])
    },
  )

  it('is read back as the very values, whatever they are', () => {
    const cell = fc.record({
      time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
      name: fc.string({ unit: 'grapheme', maxLength: 30 }),
      count: fc.nat(),
      share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      effect: fc.double({ noNaN: true, noDefaultInfinity: true }),
    })
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 20 }), (all) => {
        const rows = all.map(({ time, name, count, share, effect }): Cell[] => [time.toISOString(), name, count, share, effect]) // prettier-ignore
        const [, ...read] = parse(csv({ columns, rows }))
        expect(read.length).toBe(rows.length)
        read.forEach(([time, name, count, share, effect], i) => {
          expect(time).toBe(rows[i][0])
          expect([name, name.replace(/^'/, '')]).toContain(rows[i][1])
          expect(Number(count)).toBe(rows[i][2])
          expect(share === '' ? null : Number(share)).toBe(rows[i][3])
          expect(Number(effect) + 0).toBe(Number(rows[i][4]) + 0)
        })
      }),
    )
  })
})

describe('Markdown', () => {
  const table = (rows: number): Table => ({
    columns,
    rows: Array.from({ length: rows }, (_, i) => [at(i), `name ${i}`, 1000 + i, 0.5, 0.25]),
  })

  it('has a title, the table as people read it, and the link', () => {
    expect(markdown(table(1), subject, 'https://drift.example/models/flights#a')).toBe(
      [
        '**PSI over time** (flights, origin, 1 Apr 2001 00:00 UTC to 2 Apr 2001 00:00 UTC)',
        '',
        '| Window end | Name | Rows | Share | Effect |',
        '| --- | --- | ---: | ---: | ---: |',
        '| 1 Apr 2001 00:00 UTC | name 0 | 1,000 | 50% | +0.25 |',
        '',
        '[Open in Driftgauge](https://drift.example/models/flights#a)',
        '',
      ].join('\n'),
    )
    expect(markdown(table(1), subject, undefined)).not.toContain('Open in')
  })

  it('says how many rows it leaves out: the oldest where it is over time, else the last', () => {
    const overTime = markdown(table(60), subject, undefined)
    expect(overTime).toContain('The newest 50 of 60 rows; 10 are left out. The CSV file has all of them.')
    expect(overTime).toContain('name 59')
    expect(overTime).not.toContain('name 9 ')
    const { columns, rows } = table(60)
    const byName = { columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) }
    expect(markdown(byName, subject, undefined)).toContain('The first 50 of 60 rows; 10 are left out.')
    expect(markdown(table(50), subject, undefined)).not.toContain('left out')
  })

  it('keeps hostile names in their cells, without a meaning', () => {
    const hostile = ['a|b', '`code`', '<img src=x>', '[x](javascript:1)', 'a\nb', '**bold**', '\\|', '&lt;', '# h'] // prettier-ignore
    const rows = hostile.map((name): Cell[] => [name])
    const lines = markdown({ columns: [tableColumn('a|b')], rows }, { ...subject, title: '*|`' }, undefined)
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(4 + hostile.length)
    for (const line of lines.slice(2)) expect(line.replaceAll(/\\./g, '').match(/[|]/g)).toHaveLength(2)
    expect(lines[0]).toMatch(/^\*\*\\\*\\\|\\`\*\*/)
    expect(lines.slice(4).join('').replaceAll(/\\./g, '')).not.toMatch(/[`<*[\]&#]/)
  })
})

describe('the name of a file', () => {
  it('says what is in it', () => {
    expect(fileName(subject, 'csv')).toBe('driftgauge-flights-origin-psi-over-time-20010401-20010402.csv')
    expect(fileName({ title: 'Volume', parts: [], from: at(14) }, 'png')).toBe('driftgauge-volume-20010401t1400z.png') // prettier-ignore
  })

  it('is safe whatever the names are', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('../../etc', 'con', '🛫', 'Müller & Söhne')) // prettier-ignore
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 5 }), (title, model, parts) => {
        const name = fileName({ title, model, parts, from: at(0), to: at(24) }, 'csv')
        expect(name).toMatch(/^driftgauge(-[a-z0-9]+)*-20010401-20010402\.csv$/)
        expect(name.length).toBeLessThan(200)
      }),
    )
    expect(slug('Müller & Söhne')).toBe('muller-sohne')
  })
})
