/** It begins as one, and its end says where its table of objects is, and there it is (ISO 32000-1 section 7.5). */
export function isWholePdf(bytes: Buffer): boolean {
  if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-') return false
  const ending = /startxref\s+(\d{1,8})\s+%%EOF\s*$/.exec(bytes.subarray(-1_024).toString('latin1'))
  if (ending === null) return false
  const tableAt = Number(ending[1])
  return /^(?:xref\s|\d+ \d+ obj)/.test(bytes.subarray(tableAt, tableAt + 32).toString('latin1'))
}
