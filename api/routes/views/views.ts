import { randomBytes } from 'node:crypto'
import {
  listViews,
  MAX_VIEWS,
  removeView,
  saveView,
  type SavedView,
} from '../../../control/declared/saved-views.ts'
import { actorOf } from '../../access.ts'
import type { viewRoutes } from '../../contract/views/views.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

const ID_BYTES = 8

/** Saved views of the dashboard, which all who have a key share. */
export const viewHandlers: HandlersOf<typeof viewRoutes> = ({ store, clock }) => ({
  async listViews() {
    return { status: 200, body: { views: (await listViews(store.control)).map(toAnswer) } }
  },
  async saveView({ body: { name, path }, response, commit }) {
    const id = randomBytes(ID_BYTES).toString('hex')
    const view = { id, name, path, saved_at: clock().getTime(), saved_by: actorOf(response) }
    await commit(async (transaction) => {
      const outcome = await saveView(transaction, view)
      if (outcome === 'name taken')
        throw new Problem(409, 'Name taken', `A view "${name}" is saved already. Choose another name, or remove that view first.`) // prettier-ignore
      if (outcome === 'too many')
        throw new Problem(409, 'Too many views', `${MAX_VIEWS} views are saved, which is the most. Remove one first.`) // prettier-ignore
    }, id)
    return { status: 201, body: toAnswer(view) }
  },
  async deleteView({ params, commit }) {
    await commit(async (transaction) => {
      if (!(await removeView(transaction, params.view))) throw notFound(`view ${params.view}`)
    })
    return { status: 204 }
  },
})

function toAnswer({ saved_at, ...view }: SavedView) {
  return { ...view, saved_at: new Date(saved_at).toISOString() }
}
