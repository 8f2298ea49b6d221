/** How to reach Kafka, and what to read there. */
export interface KafkaSettings {
  /** `host:port` each. */
  brokers: string[]
  groupId: string
  clientId: string
  /** A process that is not heard of for so long loses its partitions to the others of its group. */
  sessionTimeoutMs: number
  /** The topic of predictions in our own shape; undefined where none is read. */
  predictionsTopic: string | undefined
  /** The topic of labels in our own shape; undefined where none is read. */
  labelsTopic: string | undefined
  /** Undefined: connections are not encrypted. */
  tls: TlsSettings | undefined
  /** Undefined: the brokers do not ask who we are. */
  sasl: SaslSettings | undefined
}

/** PEM texts. Without `ca` the authorities count that Node trusts; with `cert` and `key` we show a certificate. */
export interface TlsSettings {
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
}

export interface SaslSettings {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  username: string
  password: string
}
