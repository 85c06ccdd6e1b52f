/** The pay page a person clicks through. The address's token is all the authority there is, as at a real portal. */
import { readFileSync } from 'node:fs'
import express, { type Express, type Response } from 'express'
import { isPayableBy } from './banks.ts'
import { fontFaces, fontFile } from './fonts.ts'
import { standingAt, type Outcome, type Paid } from './standing.ts'

/** What differs from portal to portal. */
export interface PayPageDeps<Payment extends Paid> {
  /** Where pay pages lie, without the token. */
  readonly path: string
  /** Where style and fonts lie. */
  readonly assets: string
  readonly nowMs: () => number
  find(payToken: string): Payment | undefined
  act(payment: Payment, outcome: Outcome, bank: string): void
  /** Undefined while no partner has registered an address. */
  wayBack(payment: Payment): string | undefined
  render(payment: Payment): string
  renderUnknown(): string
}

const outcomes: readonly Outcome[] = ['paid', 'failed', 'pending']

/** A repeated field arrives as a list, which is no bank and no outcome either. */
interface Choice {
  readonly cach?: string
  readonly 'ket-qua'?: string
}

export function createPayPage<Payment extends Paid>(deps: PayPageDeps<Payment>): Express {
  const css = readFileSync(new URL('pay-page.css', import.meta.url))
  const app = express()
  app.disable('x-powered-by')

  app.get(`${deps.assets}/trang.css`, (_req, res) => void res.type('css').send(css))
  app.get(`${deps.assets}/chu/:file`, (req, res) => {
    const face = fontFaces.find((one) => `${one}.ttf` === req.params['file'])
    if (face) res.set('cache-control', 'max-age=86400').type('font/ttf').send(fontFile(face))
    else res.status(404).end()
  })

  app.get(`${deps.path}/:token`, (req, res) => {
    const payment = deps.find(req.params['token'] ?? '')
    if (payment) html(res, 200, deps.render(payment))
    else html(res, 404, deps.renderUnknown())
  })

  app.post(`${deps.path}/:token`, express.urlencoded({ extended: false, limit: '4kb' }), (req, res) => {
    const payment = deps.find(req.params['token'] ?? '')
    if (!payment) return html(res, 404, deps.renderUnknown())
    const { cach: bank = '', 'ket-qua': result = '' } = (req.body ?? {}) as Choice
    const outcome = outcomes.find((one) => one === result)
    // Only an open payment can be acted on: a second click, or one after the validity, changes nothing.
    if (outcome && standingAt(payment, deps.nowMs()) === 'open') {
      if (!isPayableBy(bank)) return html(res, 200, deps.render(payment))
      deps.act(payment, outcome, bank)
    }
    // Without a partner to go back to, the page itself tells how it ended.
    res.redirect(303, deps.wayBack(payment) ?? req.originalUrl)
  })

  return app
}

/** No script, no foreign origin, no frame; and the address, which is a secret, is told to nobody. */
function html(res: Response, status: number, page: string): void {
  res.status(status).set({
    'content-security-policy':
      "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  res.type('html').send(page)
}
