const ADVICE: readonly [RegExp, string][] = [
  [
    /ENOTFOUND|EAI_AGAIN/,
    'there is no such host: check KAFKA_BROKERS and advertised.listeners of the brokers; this machine must be able to resolve their names',
  ],
  [
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|Connection timeout/,
    'there is no response from that address: check KAFKA_BROKERS and advertised.listeners of the brokers',
  ],
  [
    /self.signed certificate|unable to (get|verify)/i,
    "the broker's certificate is not trusted: set KAFKA_TLS_CA_FILE to the certificate of its authority",
  ],
  [
    /does not match certificate/,
    "the broker's certificate is for other names: use one of these names in KAFKA_BROKERS and in advertised.listeners of the brokers",
  ],
  [
    /before secure TLS connection|wrong version number|packet length too long/i,
    'that port does not use TLS: use the TLS port, or unset KAFKA_TLS',
  ],
  [
    /alert (bad|unknown|unsupported) certificate|alert (certificate|handshake)|unknown ca/i,
    'the broker rejects the client certificate, or requires one: check KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE',
  ],
  [
    /not support the requested SASL mechanism|mechanism is not supported/,
    'set KAFKA_SASL_MECHANISM to a mechanism that the listener has enabled',
  ],
  [/SASL .*(failed|invalid)/i, 'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'],
  [
    /current SASL state/,
    'that port does not use passwords: use a port that does, or unset KAFKA_SASL_MECHANISM',
  ],
  [
    /Closed connection/,
    'if this happens repeatedly, that port requires TLS or a password: see KAFKA_TLS and KAFKA_SASL_MECHANISM',
  ],
]

/** What to do about an error of a connection to Kafka, told by its message; undefined for any other. */
export function connectionAdvice(message: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1]
}
