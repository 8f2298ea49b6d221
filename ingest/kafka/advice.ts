const ADVICE: readonly [RegExp, string][] = [
  [
    /ENOTFOUND|EAI_AGAIN/,
    'there is no such host: check KAFKA_BROKERS, and advertised.listeners of the brokers, whose names must be known to this machine',
  ],
  [
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|Connection timeout/,
    'nothing answers there: check KAFKA_BROKERS, and advertised.listeners of the brokers',
  ],
  [
    /self.signed certificate|unable to (get|verify)/i,
    "nothing here vouches for the broker's certificate: name the certificate of its authority in KAFKA_TLS_CA_FILE",
  ],
  [
    /does not match certificate/,
    "the broker's certificate is for other names: use one of those in KAFKA_BROKERS and in advertised.listeners of the brokers",
  ],
  [
    /before secure TLS connection|wrong version number|packet length too long/i,
    'that port does not speak TLS: take the one that does, or unset KAFKA_TLS',
  ],
  [
    /alert (bad|unknown|unsupported) certificate|alert (certificate|handshake)|unknown ca/i,
    'the broker does not take our certificate, or misses it: check KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE',
  ],
  [
    /not support the requested SASL mechanism|mechanism is not supported/,
    'set KAFKA_SASL_MECHANISM to one that the listener has enabled',
  ],
  [/SASL .*(failed|invalid)/i, 'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'],
  [
    /current SASL state/,
    'that port asks for no password: take the one that does, or unset KAFKA_SASL_MECHANISM',
  ],
  [
    /Closed connection/,
    'where it happens again and again, that port asks for TLS or a password: see KAFKA_TLS and KAFKA_SASL_MECHANISM',
  ],
]

/** What to do about an error of a connection to Kafka, told by its message; undefined for any other. */
export function connectionAdvice(message: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1]
}
