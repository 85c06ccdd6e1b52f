/** XML as people read it: one element a line. Only for documents without mixed content, as all of ours are. */
export function laidOut(xml: string): string {
  let depth = 0
  const lines = xml.replaceAll(/>\s*</g, '>\n<').split('\n')
  const indented = lines.map((line) => {
    if (line.startsWith('</')) depth -= 1
    const text = '  '.repeat(depth) + line
    const isOpening = /^<[^!?/][^>]*[^/]>$|^<[^!?/]>$/.test(line)
    if (isOpening) depth += 1
    return text
  })
  return `${indented.join('\n')}\n`
}
