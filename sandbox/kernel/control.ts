/** The control port: faults, clock, violations, reset, and the page a tester looks at. */
import express, { type ErrorRequestHandler, type Express, type Response } from 'express'
import { ControlRefusal, parseClockOrders, parseFaultOrder } from './control-body.ts'
import type { Kernel } from './kernel.ts'
import { renderPage, type PageFacts } from './page.ts'
import { systems, type Simulator, type System } from './simulator.ts'

export interface ControlOptions {
  readonly kernel: Kernel
  readonly simulators: readonly Simulator[]
  readonly page: () => PageFacts
}

export function createControl({ kernel, simulators, page }: ControlOptions): Express {
  const { faults, violations, exchanges, clock, catalogue } = kernel
  const operationsOf = (system: System) => simulators.find((one) => one.system === system)?.operations ?? []
  const clockView = () => ({ now: new Date(clock.nowMs()).toISOString(), frozen: clock.frozen })

  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '64kb', type: () => true, strict: true }))

  app.get('/', (_req, res) => {
    // Everything is on the page itself: no script and no foreign origin, so it works offline.
    res.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
    res.type('html').send(renderPage(page()))
  })

  app.post('/_sandbox/faults', async (req, res) => {
    const fault = faults.add(parseFaultOrder(req.body, catalogue, operationsOf))
    await faults.settled()
    res.status(201).location(`/_sandbox/faults/${fault.id}`).json(fault)
  })
  app.get('/_sandbox/faults', (_req, res) => void res.json({ data: faults.list() }))
  app.get('/_sandbox/faults/names', (_req, res) => void res.json(faultNames(kernel)))
  app.get('/_sandbox/faults/:id', (req, res) => {
    const fault = faults.list().find(({ id }) => id === req.params.id)
    if (fault) res.json(fault)
    else refuse(res, 404, 'no such fault')
  })
  app.delete('/_sandbox/faults', async (_req, res) => {
    faults.clear()
    await faults.settled()
    res.status(204).end()
  })
  app.delete('/_sandbox/faults/:id', async (req, res) => {
    const isRemoved = faults.remove(req.params.id)
    await faults.settled()
    if (isRemoved) res.status(204).end()
    else refuse(res, 404, 'no such fault')
  })

  app.get('/_sandbox/violations', (_req, res) => void res.json({ data: violations.list() }))
  app.delete('/_sandbox/violations', (_req, res) => {
    violations.clear()
    res.status(204).end()
  })
  app.get('/_sandbox/exchanges', (_req, res) => void res.json({ data: exchanges.list() }))

  app.get('/_sandbox/clock', (_req, res) => void res.json(clockView()))
  app.post('/_sandbox/clock', (req, res) => {
    const { freeze, move } = parseClockOrders(req.body)
    if (freeze !== undefined) clock.freeze(freeze)
    if (move?.kind === 'set') clock.set(move.epochMs)
    if (move?.kind === 'advance') clock.advance(move.ms)
    res.json(clockView())
  })

  app.post('/_sandbox/reset', async (_req, res) => {
    faults.clear()
    clock.reset()
    kernel.random.reset()
    for (const simulator of simulators) simulator.reset()
    violations.clear()
    exchanges.clear()
    await faults.settled()
    res.status(204).end()
  })

  for (const { control } of simulators) if (control) app.use('/_sandbox', control)
  app.use((_req, res) => refuse(res, 404, 'no such control, or nothing is known under this name'))
  app.use(onError)
  return app
}

function faultNames({ catalogue }: Kernel) {
  const bySystem = Object.fromEntries(systems.map((system) => [system, catalogue.known(system)]))
  const names = new Set(Object.values(bySystem).flatMap((known) => known.map(({ name }) => name)))
  return { data: [...names].sort(), systems: bySystem }
}

function refuse(res: Response, status: number, detail: string, extra: Readonly<Record<string, unknown>> = {}): void {
  res
    .status(status)
    .type('application/problem+json')
    .json({ title: 'Sandbox', status, detail, ...extra })
}

const onError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  if (error instanceof ControlRefusal) {
    return refuse(res, 400, error.message, { pointer: error.pointer, known: error.known })
  }
  const status = (error as { status?: unknown }).status
  if (typeof status === 'number' && status < 500) return refuse(res, status, 'the body is not usable JSON')
  refuse(res, 500, 'the sandbox itself failed')
}
