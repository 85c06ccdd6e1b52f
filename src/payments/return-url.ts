/** Where a payer's browser may be sent back to: an origin its client registered, nowhere else. */

/** `origins`: exact, as RFC 6454 writes them; `http://127.0.0.1:*` stands for any port of that loopback host. */
export function isReturnUrlAllowed(returnUrl: string, origins: readonly string[]): boolean {
  if (!URL.canParse(returnUrl)) return false
  const url = new URL(returnUrl)
  // Userinfo is how a link pretends to lead elsewhere.
  if (url.username !== '' || url.password !== '') return false
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  return origins.some((origin) => url.origin === origin || isOnLoopback(url, origin))
}

const anyPort = ':*'
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

function isOnLoopback({ protocol, hostname }: URL, origin: string): boolean {
  if (!origin.endsWith(anyPort) || !loopbackHosts.has(hostname)) return false
  return `${protocol}//${hostname}` === origin.slice(0, -anyPort.length)
}

/** `returnUrl` with the token as its parameter `lt`; what else it carries stays as it was. */
export function withReturnToken(returnUrl: string, token: string): string {
  const url = new URL(returnUrl)
  url.searchParams.set('lt', token)
  return url.href
}
