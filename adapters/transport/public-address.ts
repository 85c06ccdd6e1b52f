/** Whether an address belongs to the public internet: what a stranger may make us call. */
import ipaddr from 'ipaddr.js'
import { isIP } from 'node:net'

/** Global unicast is all that is given to anybody (IANA, RFC 4291 section 2.4); the parser's ranges cut out of it what is not. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** `text`: one address as a resolver or a URL gives it. What is no address is not public. */
export function isPublicAddress(text: string): boolean {
  // The library reads old spellings too, such as 127.1; a resolver gives none of them.
  if (isIP(text) === 0) return false
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast)
}
