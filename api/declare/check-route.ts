import type { AlertRoute } from '../../control/declared/alert-route.ts'
import { notDeclared } from '../problem.ts'
import { channelErrors } from './channel-errors.ts'
import type { Declared } from './declared.ts'

/** Refuses a route to channels that alerts cannot be sent to. */
export async function checkRoute(route: AlertRoute, declared: Declared): Promise<void> {
  notDeclared(channelErrors(await declared.channels(), route.channels, 'channels'))
}
