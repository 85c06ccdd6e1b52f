/** The process answers. Nothing else is asked: a database that is down is no reason to restart us. */
import { z } from 'zod'
import { defineOpenRoute } from '../../define-route.ts'

export const livez = defineOpenRoute({
  operation: 'livez',
  method: 'GET',
  path: '/livez',
  tag: 'operations',
  summary: { vi: 'Còn sống', en: 'Alive' },
  description: { vi: 'Dành cho bộ giám sát: tiến trình còn trả lời.', en: 'For supervisors: the process answers.' },
  personalData: false,
  answers: {
    200: { description: 'Alive.', schema: z.strictObject({ alive: z.literal(true) }), example: { alive: true } },
  },
  problems: [],
  handle: () => async () => ({ status: 200, body: { alive: true } }),
})
