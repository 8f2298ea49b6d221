import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Public by their numbers, and yet a cloud's own: Azure's metadata and health service. */
const METADATA = new Set(['168.63.129.16'])
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
/** Only the well-known prefix (RFC 6052): what stands behind a local one (RFC 8215) cannot be told. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Reads an address as it comes from a resolver or out of a parsed URL, brackets and zone removed. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  // In a URL `127.1` and `0x7f000001` are spelled out by the parser; from a resolver they do not come.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare)
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined
}

/**
 * Why an address must not be called on behalf of a user, or undefined for one of the public internet. Whatever
 * is not known to be public is refused. An IPv4 address inside an IPv6 one (mapped, NAT64) is judged itself.
 */
export function refusedAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? 'not an address' : refused(address)
}

function refused(address: Address): string | undefined {
  const range = address.range()
  if (address.kind() === 'ipv4') {
    if (METADATA.has(address.toString())) return 'metadata'
    return range === 'unicast' ? undefined : range
  }
  const v6 = address as ipaddr.IPv6
  if (range === 'ipv4Mapped' || v6.match(NAT64)) return refused(embedded(v6))
  if (range !== 'unicast') return range
  return v6.match(GLOBAL_UNICAST) ? undefined : 'reserved'
}

/** The last 32 bits. */
function embedded(address: ipaddr.IPv6): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(-4))
}
