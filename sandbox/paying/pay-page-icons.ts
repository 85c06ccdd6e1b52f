/** Drawn here: nobody's emblem, and nothing to load. */
import { Html } from '../kernel/html.ts'

const line = (paths: string, width: number): Html =>
  new Html(
    `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" ` +
      `stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  )

export const icons = {
  lotus: new Html(
    '<svg viewBox="0 0 40 40" fill="none" aria-hidden="true"><circle cx="20" cy="20" r="19" stroke="#e9c77b" ' +
      'stroke-width="1.5"/><path d="M20 9c4 4 5 9 0 17-5-8-4-13 0-17Z" fill="#f6d9a0"/><path d="M9 16c6 0 10 3 11 11' +
      '-7 0-11-4-11-11Zm22 0c-6 0-10 3-11 11 7 0 11-4 11-11Z" fill="#e9c77b"/><path d="M11 29h18" stroke="#e9c77b" ' +
      'stroke-width="1.6" stroke-linecap="round"/></svg>',
  ),
  qr: line('<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM20 14v2M18 18h2v2M14 19v1"/>', 2),
  check: line('<path d="m5 12.5 4.6 4.6L19.5 7"/>', 2.6),
  cross: line('<path d="m7 7 10 10M17 7 7 17"/>', 2.6),
  clock: line('<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>', 2.2),
} as const
