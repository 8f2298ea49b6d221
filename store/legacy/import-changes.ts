import {
  byGroup,
  existing,
  insertNew,
  isObject,
  keepIf,
  UNREADABLE,
  type Import,
  type Importer,
} from './importer.ts'
import { renumberEvents, renumberRevisions } from './renumber.ts'
import type { LegacyRow } from './tables.ts'

/** Importers of what is only ever added to: silences, retrainings and the audit. */
export function changeImporters(to: Import) {
  return {
    silences: silenceImporter(to),
    retrains: retrainImporter(to),
    retrain_events: retrainEventImporter(to),
    audit: auditImporter(to),
  }
}

function silenceImporter(to: Import): Importer<LegacyRow<'silences'>> {
  return byGroup(
    ({ id }) => id,
    async (groups) => {
      const kept = groups.map((revisions) =>
        keepIf(to, 'silences', revisions, {
          holds: ({ document }) => isObject(document),
          nameOf: ({ id, revision }) => `${id} ${revision}`,
          reason: () => UNREADABLE,
        }),
      )
      const values = kept.flatMap(renumberRevisions).map(({ changed_ms, ends_ms, ...row }) => ({
        ...row,
        changed_at: changed_ms,
        ends_at: ends_ms,
      }))
      await insertNew(to, 'silences', 'silences', values)
    },
  )
}

function retrainImporter(to: Import): Importer<LegacyRow<'retrains'>> {
  return {
    async add(rows) {
      const kept = keepIf(to, 'retrains', rows, {
        holds: ({ document }) => isObject(document),
        nameOf: ({ id }) => id,
        reason: () => UNREADABLE,
      })
      const values = kept.map(({ created_ms, alert, ...row }) => ({
        ...row,
        alert: alert === '' ? null : alert,
        created_at: created_ms,
      }))
      await insertNew(to, 'retrains', 'retrains', values)
    },
  }
}

function retrainEventImporter(to: Import): Importer<LegacyRow<'retrain_events'>> {
  return byGroup(
    ({ retrain }) => retrain,
    async (groups) => {
      const ids = groups.map(([{ retrain }]) => retrain)
      const retrains = await existing(to.control, 'retrains', ids)
      const kept = groups.map((events) =>
        keepIf(to, 'retrain_events', events, {
          holds: ({ retrain, document }) => retrains.has(retrain) && isObject(document),
          nameOf: ({ retrain, id }) => `${retrain} ${id}`,
          reason: ({ retrain }) => (retrains.has(retrain) ? UNREADABLE : 'its request does not exist'),
        }),
      )
      const values = kept.flatMap(renumberEvents).map(({ at_ms, ...row }) => ({ ...row, at: at_ms }))
      await insertNew(to, 'retrain_events', 'retrain_events', values)
    },
  )
}

function auditImporter(to: Import): Importer<LegacyRow<'audit'>> {
  return {
    async add(rows) {
      const values = rows.map(({ at_ms, ...row }) => ({ ...row, at: at_ms }))
      await insertNew(to, 'audit', 'audit', values)
    },
  }
}
