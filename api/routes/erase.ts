import { insertErasedIds } from '../../control/erasure/erased-ids.ts'
import { parseText } from '../../ingest/decode/fields.ts'
import { eraseRows } from '../../store/erasure/erase-rows.ts'
import { findRows } from '../../store/erasure/find-rows.ts'
import { soughtIds } from '../../store/erasure/sought.ts'
import { modelOr404 } from '../context.ts'
import type { eraseRoutes } from '../contract/deletion/erase.ts'
import type { HandlersOf } from '../router.ts'

/** Deletion of what is stored under ids. */
export const eraseHandlers: HandlersOf<typeof eraseRoutes> = (context) => ({
  async erase({ params, body, commit }) {
    const { store, clock } = context
    const { name } = await modelOr404(context, params.model)
    // As the intake stores them.
    const ids = [...new Set(body.ids.flatMap((id) => parseText(id) ?? []))]
    // First, so that nothing of them is stored from here on, and that the audit log knows of what a crash cuts off.
    if (!body.dry_run) await commit((transaction) => insertErasedIds(transaction, name, ids))
    const found = body.dry_run
      ? await findRows(store, soughtIds(name, ids))
      : await eraseRows(store, name, ids, clock())
    return {
      status: 200,
      body: {
        model: name,
        dry_run: body.dry_run,
        ids: ids.length,
        not_found: found.notFound,
        predictions: found.predictions,
        labels: found.labels,
        waiting_labels: found.waitingLabels,
        inference_logs: found.inferenceLogs,
        reference_features: found.referenceFeatures,
        dead_letters: found.deadLetters.length,
        example_hours: found.exampleHours.length,
        recounted_hours: found.hours.map((hour) => hour.toISOString()),
      },
    }
  },
})
