/** The pay page a person clicks through. The address's token is all the authority there is, as at a real platform. */
import { readFileSync } from 'node:fs'
import express, { type Express, type Response } from 'express'
import type { Kernel } from '../kernel/kernel.ts'
import { isPayableBy } from './banks.ts'
import { fontFaces, fontFile } from './fonts.ts'
import { standingAt, type Ledger, type Outcome, type Transaction } from './ledger.ts'
import { renderPayPage, renderUnknownPage } from './pay-page-view.ts'
import type { Payer } from './payer.ts'

export interface PayPageDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
  readonly payer: Payer
}

const outcomes: readonly Outcome[] = ['paid', 'failed', 'pending']

/** A repeated field arrives as a list, which is no bank and no outcome either. */
interface Choice {
  readonly cach?: string
  readonly 'ket-qua'?: string
}

export function createPayPage({ kernel, ledger, payer }: PayPageDeps): Express {
  const css = readFileSync(new URL('pay-page.css', import.meta.url))
  const app = express()
  app.disable('x-powered-by')

  app.get('/nen-tang-thanh-toan/trang.css', (_req, res) => void res.type('css').send(css))
  app.get('/nen-tang-thanh-toan/chu/:file', (req, res) => {
    const face = fontFaces.find((one) => `${one}.ttf` === req.params.file)
    if (face) res.set('cache-control', 'max-age=86400').type('font/ttf').send(fontFile(face))
    else res.status(404).end()
  })

  app.get('/thanh-toan/:token', (req, res) => {
    const transaction = ledger.findByPayToken(req.params.token)
    if (transaction) show(res, transaction)
    else html(res, 404, renderUnknownPage())
  })

  app.post('/thanh-toan/:token', express.urlencoded({ extended: false, limit: '4kb' }), (req, res) => {
    const transaction = ledger.findByPayToken(req.params.token)
    if (!transaction) return html(res, 404, renderUnknownPage())
    const { cach: bank = '', 'ket-qua': result = '' } = (req.body ?? {}) as Choice
    const outcome = outcomes.find((one) => one === result)
    // Only an open transaction can be acted on: a second click, or one after the validity, changes nothing.
    if (outcome && standingAt(transaction, kernel.clock.nowMs()) === 'open') {
      if (!isPayableBy(bank)) return show(res, transaction)
      payer.act(transaction, outcome, bank)
    }
    // Without a partner to go back to, the page itself tells how it ended.
    res.redirect(303, payer.wayBack(transaction) ?? req.originalUrl)
  })

  const show = (res: Response, transaction: Transaction) =>
    html(res, 200, renderPayPage(transaction, standingAt(transaction, kernel.clock.nowMs())))

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
