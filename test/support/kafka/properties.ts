export interface Listener {
  protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT'
  /** Properties of this listener alone, such as `ssl.keystore.location`. */
  properties?: Record<string, string>
}

export interface Addresses {
  plain: string
  controller: string
  /** By the listener's name. */
  listeners: Record<string, string>
}

/** The configuration of one broker that is its own controller, as a properties file. */
export function serverProperties(
  directory: string,
  addresses: Addresses,
  listeners: Record<string, Listener>,
  further: Record<string, string>,
): string {
  const advertised = [
    `PLAIN://${addresses.plain}`,
    ...Object.entries(addresses.listeners).map(([name, address]) => `${name}://${address}`),
  ]
  const protocols = [
    'PLAIN:PLAINTEXT',
    'CONTROLLER:PLAINTEXT',
    ...Object.entries(listeners).map(([name, { protocol }]) => `${name}:${protocol}`),
  ]
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${addresses.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    listeners: [...advertised, `CONTROLLER://${addresses.controller}`].join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'log.dirs': `${directory}/data`,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.cleaner.dedupe.buffer.size': '4194304',
    // A broker that was killed is taken for alive until its session ends, and its successor is refused.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '200',
    ...Object.fromEntries(
      Object.entries(listeners).flatMap(([name, { properties = {} }]) =>
        Object.entries(properties).map(([key, value]) => [
          `listener.name.${name.toLowerCase()}.${key}`,
          value,
        ]),
      ),
    ),
    ...further,
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('')
}
