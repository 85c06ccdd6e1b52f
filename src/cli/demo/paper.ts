/** How the demo looks on a terminal: quiet colours, one column, nothing wider than a narrow window. */
export interface Paper {
  title(number: number, title: string, reason: string): string[]
  sentence(text: string): string
  direction(text: string): string
  request(
    method: string,
    path: string,
    body: object | undefined,
    headers: Readonly<Record<string, string>> | undefined,
  ): string[]
  answer(
    facts: { readonly status: number; readonly tookMs: number; readonly replayed: boolean },
    body: object,
  ): string[]
  upstream(exchange: UpstreamFacts, times: number): string
}

export interface UpstreamFacts {
  readonly system: string
  readonly operation: string
  readonly status?: number
  readonly fault?: string
  readonly durationMs: number
}

const width = 96
/** A compact JWS says nothing to the eye; its beginning is enough to recognise it. */
const longestValue = 88

export function createPaper(isColoured: boolean): Paper {
  const paint = (code: string) => (text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const red = paint('31')
  const strong = paint('1')
  const faint = paint('2')
  const green = paint('32')
  const yellow = paint('33')
  const cyan = paint('36')

  const json = (value: object): string[] =>
    JSON.stringify(value, shorten, 2)
      .split('\n')
      .map(
        (line) =>
          `  ${faint('│')} ${line.replace(/^(\s*)("[^"]+"):/, (_, space: string, name: string) => `${space}${cyan(name)}:`)}`,
      )

  return {
    title: (number, title, reason) => [
      '',
      red('━'.repeat(width)),
      strong(`${number}  ${title}`),
      ...wrapped(reason).map(faint),
      red('━'.repeat(width)),
      '',
    ],
    sentence: (text) => `${wrapped(text).join('\n')}\n`,
    direction: (text) => `${yellow('⚙')}  ${yellow(text)}\n`,
    request: (method, path, body, headers) => [
      `${strong('▶')} ${strong(method)} ${path}`,
      ...Object.entries(headers ?? {}).map(([name, value]) => `  ${faint('│')} ${faint(`${name}: ${value}`)}`),
      ...(body === undefined ? [] : json(body)),
    ],
    answer: ({ status, tookMs, replayed }, body) => [
      `${(status < 400 ? green : red)('◀')} ${strong(String(status))} ${faint(`in ${tookMs.toFixed(0)} ms`)}${replayed ? yellow('  replayed') : ''}`,
      ...json(body),
    ],
    upstream: ({ system, operation, status, fault, durationMs }, times) =>
      faint(
        `  ⇢ ${system} ${operation}${times > 1 ? ` ×${times}` : ''}: ${status === undefined ? 'no answer' : status} in ${durationMs.toFixed(0)} ms${fault === undefined ? '' : `, fault ${fault}`}`,
      ),
  }
}

const shorten = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > longestValue ? `${value.slice(0, longestValue)}…` : value

function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
