import ipaddr from 'ipaddr.js'
import { parseAddress } from './address.ts'

/** Where a connection goes: the host as the URL names it, and the address it stands for once that is known. */
export interface Target {
  host: string
  port: number
  address?: string | undefined
}

export type AllowList = (target: Target) => boolean

/**
 * Reads the exceptions from the guard: `host`, `host:port`, an address, `address:port` (`[::1]:8080`), or a range
 * such as `10.0.0.0/8`. A name allows whatever it resolves to. Throws on what it cannot read.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const rules = entries.map(parseEntry)
  return (target) => rules.some((rule) => rule(target))
}

const HOST = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?))(?::(?<port>\d{1,5}))?$/

function parseEntry(entry: string): AllowList {
  const text = entry.trim().toLowerCase()
  if (text.includes('/')) return inRange(text, entry)
  const bare = text.startsWith('[') ? undefined : parseAddress(text)
  if (bare !== undefined) return isAddress(bare)
  const { v6, host, port } = HOST.exec(text)?.groups ?? {}
  const name = v6 ?? host
  if (name === undefined || Number(port ?? 1) > 65535) throw unreadable(entry)
  const address = parseAddress(name)
  const matches = address === undefined ? isHost(name) : isAddress(address)
  return (target) => (port === undefined || target.port === Number(port)) && matches(target)
}

function inRange(text: string, entry: string): AllowList {
  if (!ipaddr.isValidCIDR(text)) throw unreadable(entry)
  const [network, bits] = ipaddr.parseCIDR(text)
  return ({ address, host }) => {
    const candidate = unmapped(address ?? host)
    return candidate?.kind() === network.kind() && candidate.match(network, bits)
  }
}

function isAddress(allowed: ipaddr.IPv4 | ipaddr.IPv6): AllowList {
  const text = allowed.toString()
  return ({ address, host }) => unmapped(address ?? host)?.toString() === text
}

function isHost(name: string): AllowList {
  return ({ host }) => host.toLowerCase().replace(/\.$/, '') === name
}

/** A mapped address is the IPv4 address that the socket connects to. */
function unmapped(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const address = parseAddress(text)
  return address?.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
    ? (address as ipaddr.IPv6).toIPv4Address()
    : address
}

function unreadable(entry: string): Error {
  return new Error(
    `"${entry}" is not a host, host:port, address or range such as 10.0.0.0/8 to allow webhooks to`,
  )
}
