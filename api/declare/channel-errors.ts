import { isAlertChannel, NOT_FOR_ALERTS, type Channel } from '../../control/declared/channel.ts'

/** Which of the names, listed at `path` of a body, are no channels that alerts can be sent to, and why. */
export function channelErrors(channels: readonly Channel[], names: readonly string[], path: string) {
  const declared = new Map(channels.map((channel) => [channel.name, channel]))
  return names.flatMap((name, i) => {
    const channel = declared.get(name)
    if (channel === undefined) return [{ path: `${path}.${i}`, message: `there is no channel "${name}"` }]
    if (isAlertChannel(channel)) return []
    return [{ path: `${path}.${i}`, message: `the channel "${name}" ${NOT_FOR_ALERTS}` }]
  })
}
