/** Documents no honest upstream sends, each with the reason it is here. Every one must be refused before it is believed. */

export interface HostileXml {
  readonly why: string
  readonly body: Buffer
  /** `text/xml; charset=utf-8` unless told. */
  readonly contentType?: string
}

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'
const dan = 'http://www.mic.gov.vn/dancu/1.0'
const person = '<CongDan><SoDinhDanh>015185000011</SoDinhDanh><HoVaTen><Ten>NGUYỄN THỊ HOÀ</Ten></HoVaTen></CongDan>'
const collection = (inside: string) =>
  `<d:CongdanCollection xmlns:d="${dan}" xmlns="${dan}">${inside}</d:CongdanCollection>`
const envelope = (inside: string, prologue = '') =>
  `${prologue}<e:Envelope xmlns:e="${soap}"><e:Body>${inside}</e:Body></e:Envelope>`
const good = envelope(collection(person))

const dtd = (internal: string, inside = '&x;') => envelope(inside, `<!DOCTYPE e:Envelope [${internal}]>`)
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const attributes = (count: number) => Array.from({ length: count }, (_, at) => ` a${at}="1"`).join('')
const utf16le = (text: string) => Buffer.from(text, 'utf16le')
const utf16be = (text: string) => utf16le(text).swap16()
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))

/** Broken in themselves: no upstream, no operation makes them acceptable. */
export const hostileXml: readonly HostileXml[] = [
  // Declarations: DTDs, entities, comments, CDATA.
  x('an empty DTD', dtd('', '')),
  x('an internal entity', dtd('<!ENTITY x "y">')),
  x('a billion laughs', dtd(laughs(9))),
  x('a quadratic blow-up', dtd(`<!ENTITY x "${'y'.repeat(50_000)}">`, '&x;'.repeat(1_000))),
  x('an external entity of the file system', dtd('<!ENTITY x SYSTEM "file:///etc/passwd">')),
  x('an external entity of the network', dtd('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">')),
  x('an external DTD', envelope('', '<!DOCTYPE e:Envelope SYSTEM "http://127.0.0.1:9/x.dtd">')),
  x('a public external DTD', envelope('', '<!DOCTYPE e:Envelope PUBLIC "-//X" "http://127.0.0.1:9/x.dtd">')),
  x('a parameter entity', dtd('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;')),
  x(
    'a parameter entity that smuggles data out',
    dtd('<!ENTITY % p "<!ENTITY x SYSTEM \'http://127.0.0.1:9/?%f;\'>">%p;'),
  ),
  x('a default attribute by DTD', dtd('<!ATTLIST Ten x CDATA "y">', '')),
  x('an element declaration', dtd('<!ELEMENT Ten ANY>', '')),
  x('a notation', dtd('<!NOTATION n SYSTEM "n">', '')),
  x('a DTD in lower case', good.replace('<e:Envelope', '<!doctype x><e:Envelope')),
  x('a DTD inside the body', envelope('<!DOCTYPE x>')),
  x('a DTD after the root', `${good}<!DOCTYPE x>`),
  x('a comment', envelope(`<!-- x -->${collection(person)}`)),
  x('a comment inside a name', good.replace('THỊ', 'T<!-- -->HỊ')),
  x('a comment before the root', `<!-- x -->${good}`),
  x('a comment after the root', `${good}<!-- x -->`),
  x('a CDATA section', good.replace('NGUYỄN', '<![CDATA[NGUYỄN]]>')),
  x('a CDATA section that hides markup', good.replace('NGUYỄN', '<![CDATA[</Ten><Ten>]]>')),
  x('a conditional section', envelope('<![INCLUDE[<a/>]]>')),
  x('an undeclared entity', good.replace('NGUYỄN', '&nbsp;')),
  x('an entity without its end', good.replace('NGUYỄN', '&amp')),
  x('a bare ampersand', good.replace('NGUYỄN', 'A & B')),
  // Processing instructions and the XML declaration.
  x('a processing instruction', envelope(`<?php echo 1 ?>${collection(person)}`)),
  x('a style sheet', `<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>${good}`),
  x('an XML declaration that is not first', ` <?xml version="1.0"?>${good}`),
  x('two XML declarations', `<?xml version="1.0"?><?xml version="1.0"?>${good}`),
  x('XML 1.1', `<?xml version="1.1"?>${good}`),
  x('an XML declaration without a version', `<?xml encoding="utf-8"?>${good}`),
  x('an XML declaration without an end', `<?xml version="1.0" ${good}`),
  // Encodings.
  x('a declared encoding that is not used', `<?xml version="1.0" encoding="windows-1258"?>${good}`),
  x('UTF-7 by name', `<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-`),
  x('UTF-16 by name, UTF-8 in fact', `<?xml version="1.0" encoding="UTF-16"?>${good}`),
  x('bytes of another code page', bytes('<a>', [0xd2, 0x28, 0xff], '</a>')),
  x('an overlong UTF-8 sequence', bytes('<a>', [0xc0, 0xbc], 'b/></a>')),
  x('a surrogate in UTF-8', bytes('<a>', [0xed, 0xa0, 0x80], '</a>')),
  x('a truncated UTF-8 sequence', bytes(good.slice(0, -4), [0xe1, 0xbb])),
  x('UTF-16 without its mark', utf16le(good)),
  x(
    'UTF-16 with a mark and half a character',
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le(good), Buffer.from([0x3c])]),
  ),
  x('UTF-16 with a lone surrogate', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le(`<a>\ud800</a>`)])),
  x('big-endian bytes under a little-endian mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16be(good)])),
  x('UTF-32 with its mark', Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0, 0x61, 0, 0, 0])),
  x('EBCDIC', Buffer.from([0x4c, 0x6f, 0xa7, 0x94, 0x93])),
  {
    why: 'a charset of the content type that is not used',
    body: Buffer.from(good),
    contentType: 'text/xml; charset=windows-1258',
  },
  { why: 'a UTF-16 charset over UTF-8', body: Buffer.from(good), contentType: 'text/xml; charset=utf-16' },
  { why: 'HTML by its content type', body: Buffer.from(good), contentType: 'text/html' },
  { why: 'JSON by its content type', body: Buffer.from(good), contentType: 'application/json' },
  { why: 'no content type', body: Buffer.from(good), contentType: '' },
  // Characters that XML does not have.
  x('a NUL', good.replace('NGUYỄN', 'NGU\0YỄN')),
  x('an escape character', good.replace('NGUYỄN', '\u001b[31m')),
  x('a reference to NUL', good.replace('NGUYỄN', '&#0;')),
  x('a reference to half a surrogate pair', good.replace('NGUYỄN', '&#xD800;')),
  x('a reference beyond Unicode', good.replace('NGUYỄN', '&#x110000;')),
  x('a reference of a million digits', good.replace('NGUYỄN', `&#${'1'.repeat(100_000)};`)),
  x('U+FFFF', good.replace('NGUYỄN', '\uffff')),
  // Sizes.
  x('more than 2 MiB', good.replace('NGUYỄN', `${'<a/>'.repeat(100)}${' '.repeat(2 * 1024 * 1024)}`)),
  x('a text of more than 1 MiB', good.replace('NGUYỄN', 'N'.repeat(1024 * 1024 + 1))),
  x('an attribute of more than 1 MiB', good.replace('<CongDan>', `<CongDan a="${'N'.repeat(1024 * 1024 + 1)}">`)),
  x('65 levels', nested(65)),
  x('20,000 levels', nested(20_000)),
  x('200,000 levels never closed', '<a>'.repeat(200_000)),
  x('20,001 elements', `<a>${'<b/>'.repeat(20_000)}</a>`),
  x('65 attributes', envelope(`<a${attributes(65)}/>`)),
  x('100,000 attributes', envelope(`<a${attributes(100_000)}/>`)),
  x('100,000 namespaces', envelope(`<a${attributes(100_000).replaceAll(' a', ' xmlns:a')}/>`)),
  // Not well-formed.
  x('nothing', ''),
  x('white space', ' \n '),
  x('a byte order mark alone', Buffer.from([0xef, 0xbb, 0xbf])),
  x('plain text', 'Service Unavailable'),
  x('a page of HTML', '<!doctype html><html><body>Bảo trì</body></html>'),
  x('a page of HTML without its doctype', '<html><body><p>Bảo trì<br></body></html>'),
  x('JSON', '{"error":"x"}'),
  x('half a document', good.slice(0, good.length / 2)),
  x('a document without its last character', good.slice(0, -1)),
  x('two roots', good + good),
  x('text after the root', `${good}x`),
  x('text before the root', `x${good}`),
  x('tags that cross', envelope('<a><b></a></b>')),
  x('a closing tag too many', `${good}</x>`),
  x('a tag inside a tag', envelope('<a <b>/>')),
  x('the same attribute twice', envelope('<a b="1" b="2"/>')),
  x('the same attribute twice by namespace', envelope('<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>')),
  x('an attribute without quotes', envelope('<a b=1/>')),
  x('an attribute without a value', envelope('<a b/>')),
  x('a quote that never ends', envelope('<a b="1/>')),
  x('a less-than in an attribute', envelope('<a b="<"/>')),
  x('an undeclared prefix', envelope('<p:a/>')),
  x('an undeclared prefix of an attribute', envelope('<a p:b="1"/>')),
  x('the prefix xmlns as an element', envelope('<xmlns:a/>')),
  x('the prefix xml for another namespace', envelope('<a xmlns:xml="http://evil.example"/>')),
  x('a prefix taken back', envelope('<p:a xmlns:p="u"><b xmlns:p=""/></p:a>')),
  x('a name that begins with a digit', envelope('<1a/>')),
  x('a name with two colons', envelope('<p:a:b xmlns:p="u"/>')),
  x('an end of CDATA in text', good.replace('NGUYỄN', ']]>')),
  // Well-formed, but no answer of ours.
  x('another root', '<a/>'),
  x('an envelope of no namespace', '<Envelope><Body><a/></Body></Envelope>'),
  x('a SOAP 1.2 envelope', good.replaceAll(soap, 'http://www.w3.org/2003/05/soap-envelope')),
  x('an envelope without a body', `<e:Envelope xmlns:e="${soap}"/>`),
  x('an envelope with an empty body', envelope('')),
  x(
    'an envelope with two bodies',
    `<e:Envelope xmlns:e="${soap}"><e:Body><a/></e:Body><e:Body><a/></e:Body></e:Envelope>`,
  ),
  x('a body with two elements', envelope(collection(person) + collection(person))),
  x('a body of another namespace', `<e:Envelope xmlns:e="${soap}"><Body><a/></Body></e:Envelope>`),
  x(
    'XInclude, which nobody resolves',
    envelope('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
  ),
  x('an element called __proto__', envelope('<__proto__><polluted>1</polluted></__proto__>')),
  x(
    'an element called constructor',
    envelope('<constructor><prototype><polluted>1</polluted></prototype></constructor>'),
  ),
]

function x(why: string, body: string | Buffer): HostileXml {
  return { why, body: Buffer.from(body as string) }
}

function laughs(levels: number): string {
  const entities = ['<!ENTITY x0 "ha">']
  for (let level = 1; level <= levels; level++) entities.push(`<!ENTITY x${level} "${`&x${level - 1};`.repeat(10)}">`)
  return `${entities.join('')}<!ENTITY x "&x${levels};">`
}
