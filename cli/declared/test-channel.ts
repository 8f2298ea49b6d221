import type { z } from 'zod'
import type { channelRoutes } from '../../api/contract/alerting/channels.ts'
import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import { printable } from '../shared/text.ts'
import { CHANNELS } from './kinds.ts'
import { orMissing } from './missing.ts'

type Tested = z.output<(typeof channelRoutes.testChannel.answers)[200]>

/** Sends a test message, and prints what came of it. Returns whether it was delivered. */
export async function testChannel(api: Api, name: string, json: boolean): Promise<boolean> {
  const tested = await orMissing(CHANNELS, api.post<Tested>(`/channels/${name}/test`))
  if (json) sayJson(tested)
  else say(`${tested.delivered ? 'Delivered. ' : ''}${printable(tested.message)}`)
  return tested.delivered
}
