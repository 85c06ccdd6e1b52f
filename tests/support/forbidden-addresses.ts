/** Addresses nobody outside may make us call, in every spelling that some reader somewhere takes for one of them. */

const inner = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
] as const

const innerV6 = [
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'fe80::1',
  'fec0::1',
  'fc00::1',
  'fd12:3456:789a::1',
  'ff02::1',
  '100::1',
] as const

const octets = (address: string): [number, number, number, number] =>
  address.split('.').map(Number) as [number, number, number, number]
const whole = (address: string): number => octets(address).reduce((sum, octet) => sum * 256 + octet, 0)

/** As inet_aton, browsers and a few libraries read them. */
const spellings = (address: string): string[] => {
  const [a, b, c, d] = octets(address)
  const hex = (value: number) => `0x${value.toString(16)}`
  const octal = (value: number) => `0${value.toString(8)}`
  return [
    address,
    String(whole(address)),
    hex(whole(address)),
    octal(whole(address)),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${hex(a)}.${octal(b)}.${c}.${d}`,
    `${address}.`,
    address.replaceAll('.', '。'),
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ]
}

const innerNames = [
  'localhost',
  'localhost.',
  'LOCALHOST',
  'a.localhost',
  'printer.local',
  'db.internal',
  'router.lan',
  'host.home.arpa',
  'single-label',
  'metadata',
  'x.onion',
  'receiver.test',
  'receiver.example',
  'receiver.invalid',
] as const

/** Public names that lead inside, and what their resolver says. */
export const namesThatLeadInside: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(inner.map((address, index) => [`inside-${index}.receiver.vn`, [address]])),
  ...Object.fromEntries(innerV6.map((address, index) => [`inside6-${index}.receiver.vn`, [address]])),
  'half.receiver.vn': ['203.162.0.1', '10.0.0.1'],
  'other-half.receiver.vn': ['10.0.0.1', '203.162.0.1'],
  'nobody.receiver.vn': [],
  'garbled.receiver.vn': ['not-an-address'],
}

const urlsOf = (host: string): string[] => [
  `https://${host}/`,
  `https://${host}:8443/hook?x=1`,
  `https://receiver.vn@${host}/`,
]

export const forbiddenUrls: readonly string[] = [
  ...inner.flatMap(spellings).flatMap(urlsOf),
  ...innerV6.flatMap((address) => urlsOf(`[${address}]`)),
  ...innerNames.flatMap(urlsOf),
  ...Object.keys(namesThatLeadInside).flatMap((name) => [`https://${name}/`, `https://${name.toUpperCase()}:8443/`]),
  'http://receiver.vn/',
  'https://receiver.vn:22/',
  'https://receiver.vn:80/',
  'https://receiver.vn:6379/',
  'https://user:secret@receiver.vn/',
  'https://receiver.vn/#fragment',
  'ftp://receiver.vn/',
  'file:///etc/passwd',
  'gopher://receiver.vn:70/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'https://',
  'https:///x',
  '//receiver.vn/',
  'receiver.vn',
  '',
]
