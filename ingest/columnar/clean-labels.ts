import { literal } from '../../store/engine/sql.ts'
import { all, knownClass, notDeleted, ownModel, type CleanRows, type RowContext } from './clean-rows.ts'
import type { Layout } from './layout.ts'
import { categoryReading, numberReading, textReading, timeReading, type Reading } from './values-sql.ts'
import type { Cell } from './cells.ts'

const NO_TIME = { value: 'CAST(NULL AS Nullable(Int64))', clean: '1' }

/** Labels wait as text, and the engine spells what is larger in another way: 1e21, not 1e+21. */
function numberLabel(cell: Cell): Reading {
  const { value, clean } = numberReading(cell)
  return { value, clean: all([clean, `ifNull(abs(${value}) < 1e21, 1)`]) }
}

/** {@link CleanRows} of labels: what `labelDecoder` makes of rows that it has nothing to say about. */
export function cleanLabels({ fields }: Layout, context: RowContext): CleanRows {
  const { model, classes, now, deletedBefore, labelDelay } = context
  const id = textReading(fields.get('id')!)
  const cell = fields.get('label')!
  const label = model.task === 'regression' ? numberLabel(cell) : categoryReading(cell)
  const optionalTime = (name: string) => {
    const time = fields.get(name)
    if (time === undefined) return NO_TIME
    const { value, clean } = timeReading(time, now)
    return { value, clean: `(isNull(${time.sql}) OR ${clean})` }
  }
  const labelledAt = optionalTime('labelled_at')
  const predictionTs = optionalTime('prediction_ts')
  const delay = fields.get('label_delay')
  const clean = all([
    ownModel(model, fields.get('model')),
    id.clean,
    label.clean,
    knownClass(label.value, classes),
    labelledAt.clean,
    predictionTs.clean,
    notDeleted(predictionTs.value, deletedBefore),
    delay === undefined ? '1' : `isNull(${delay.sql})`,
  ])
  const received = `toInt64(${now.getTime()})`
  const byDelay = labelDelay === undefined ? received : `least(at + ${labelDelay}, ${received})`
  const time = (milliseconds: string) => `fromUnixTimestamp64Milli(assumeNotNull(${milliseconds}), 'UTC')`
  return {
    clean,
    key: id.value,
    at: predictionTs.value,
    reportedAt: `ifNull(at, ifNull(${labelledAt.value}, ${received}))`,
    inserts: [
      {
        target: 'labels',
        where: 'isNotNull(at)',
        values: () => ({
          id: 'assumeNotNull(key)',
          hour: `toStartOfHour(toDateTime(intDiv(assumeNotNull(at), 1000), 'UTC'))`,
          label: label.value,
          labelled_at: time(`ifNull(${labelledAt.value}, ${byDelay})`),
        }),
      },
      {
        target: 'pending_labels',
        where: 'isNull(at)',
        values: () => ({
          model: literal(model.name),
          id: 'assumeNotNull(key)',
          label: `toString(${label.value})`,
          labelled_at: time(`ifNull(${labelledAt.value}, ${received})`),
          received_at: time(received),
          labelled_after: `if(isNull(${labelledAt.value}), CAST(${labelDelay ?? 'NULL'} AS Nullable(Int64)), NULL)`,
        }),
      },
    ],
  }
}
