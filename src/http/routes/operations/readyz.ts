/** Whether requests should be sent here, and if not, which part is not ready. */
import { z } from 'zod'
import { defineOpenRoute } from '../../define-route.ts'

const schema = z
  .strictObject({
    ready: z.boolean(),
    parts: z.record(z.string(), z.string()).meta({ description: 'Each part and its state.' }),
  })
  .meta({ id: 'Readiness' })

export const readyz = defineOpenRoute({
  operation: 'readyz',
  method: 'GET',
  path: '/readyz',
  tag: 'operations',
  summary: { vi: 'Sẵn sàng', en: 'Ready' },
  description: {
    vi: 'Dành cho bộ cân bằng tải: 200 khi mọi thành phần sẵn sàng, ngược lại là 503.',
    en: 'For load balancers: 200 when every part is ready, 503 otherwise.',
  },
  personalData: false,
  answers: {
    200: { description: 'Ready.', schema, example: { ready: true, parts: { database: 'ready', jobs: 'ready' } } },
    503: { description: 'Not ready.', schema, example: { ready: false, parts: { database: 'down', jobs: 'ready' } } },
  },
  problems: [],
  handle:
    ({ readiness }) =>
    async () => {
      const { ready, parts } = await readiness()
      return { status: ready ? 200 : 503, body: { ready, parts }, headers: { 'Cache-Control': 'no-store' } }
    },
})
