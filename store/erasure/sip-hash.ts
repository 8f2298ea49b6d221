const MASK = (1n << 64n) - 1n
const rotated = (value: bigint, bits: bigint) => ((value << bits) | (value >> (64n - bits))) & MASK

/**
 * What ClickHouse's `sipHash64` makes of a text (SipHash-2-4 with the key 0). With it a statement can name ids that the logs
 * of the server must not contain.
 */
export function sipHash64(text: string): bigint {
  const bytes = Buffer.from(text, 'utf8')
  let [v0, v1, v2, v3] = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n]
  const round = () => {
    v0 = (v0 + v1) & MASK
    v1 = rotated(v1, 13n) ^ v0
    v0 = rotated(v0, 32n)
    v2 = (v2 + v3) & MASK
    v3 = rotated(v3, 16n) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = rotated(v3, 21n) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = rotated(v1, 17n) ^ v2
    v2 = rotated(v2, 32n)
  }
  const add = (word: bigint) => {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }
  const whole = bytes.length - (bytes.length % 8)
  for (let at = 0; at < whole; at += 8) add(bytes.readBigUInt64LE(at))
  const last = Buffer.alloc(8)
  bytes.copy(last, 0, whole)
  last[7] = bytes.length & 0xff
  add(last.readBigUInt64LE())
  v2 ^= 0xffn
  for (let i = 0; i < 4; i++) round()
  return v0 ^ v1 ^ v2 ^ v3
}
