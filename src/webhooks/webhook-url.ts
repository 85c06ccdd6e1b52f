/**
 * Which addresses may be asked for at all. Names are looked up only when something is sent, and what they then lead to is
 * judged by the guard in `adapters/webhook-receiver`; here stands what a URL alone shows.
 */
import { GatewayError } from '#domain/errors.ts'

const allowedPorts: ReadonlySet<string> = new Set(['', '443', '8443'])
/** Names that never lead to a stranger's server (RFC 6761, RFC 6762, RFC 8375, and what networks call themselves). */
const innerNames = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa|onion|test|invalid|example)$/

const words = {
  not_https: {
    vi: 'Chỉ nhận địa chỉ https, cổng 443 hoặc 8443.',
    en: 'Only https, on port 443 or 8443.',
  },
  userinfo: {
    vi: 'Địa chỉ không được chứa tên đăng nhập hay mật khẩu.',
    en: 'No user name or password in the address.',
  },
  fragment: { vi: 'Địa chỉ không được có phần sau dấu #.', en: 'No fragment.' },
  not_a_public_name: {
    vi: 'Cần tên miền công khai, không phải địa chỉ IP hay tên nội bộ.',
    en: 'A public host name is needed, not an IP address and not an inner name.',
  },
  not_a_url: { vi: 'Không phải một địa chỉ URL.', en: 'Not a URL.' },
} as const

/** The URL as it will be called. Throws `webhook_url_not_allowed` with the reason. */
export function acceptWebhookUrl(text: string, allowedOrigins: ReadonlySet<string>): string {
  if (!URL.canParse(text)) throw notAllowed('not_a_url')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw notAllowed('userinfo')
  if (url.hash !== '') throw notAllowed('fragment')
  if (allowedOrigins.has(url.origin)) return url.href
  if (url.protocol !== 'https:' || !allowedPorts.has(url.port)) throw notAllowed('not_https')
  if (!isPublicName(url.hostname)) throw notAllowed('not_a_public_name')
  return url.href
}

/** The parser has turned every spelling of an IPv4 address into four decimals, and names into their ASCII form. */
const isPublicName = (hostname: string): boolean =>
  /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname) && !/^[\d.]+$/.test(hostname) && !innerNames.test(hostname)

const notAllowed = (code: keyof typeof words): GatewayError =>
  new GatewayError('webhook_url_not_allowed', `a webhook URL is refused: ${code}`, {
    errors: [{ pointer: '/url', code, message: words[code] }],
  })
