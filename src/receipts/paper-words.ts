/** Numbers and times as Vietnamese paper writes them. */
import type { LineKind } from '#domain/portal.ts'

export const figures = (dong: number): string => String(dong).replaceAll(/\B(?=(\d{3})+$)/g, '.')

export const kindWords: Readonly<Record<LineKind, string>> = { phi: 'Phí', le_phi: 'Lệ phí', fine: 'Tiền phạt' }

/** The whole country is at UTC+7, without summer time. */
const offsetMs = 7 * 3_600_000

/** `23/11/2026 09:31:07`, of an instant in RFC 3339. */
export function localTime(instant: string): string {
  const [date = '', time = ''] = new Date(Date.parse(instant) + offsetMs).toISOString().split('T')
  return `${date.split('-').toReversed().join('/')} ${time.slice(0, 8)}`
}
