/** The sandbox's front page: who lives here, how to call them, what is broken right now. No script, nothing fetched. */
import type { ActiveFault } from './faults.ts'
import type { ExchangeRecord } from './exchanges.ts'
import { html, type Html } from './html.ts'
import { quiet, table } from './page-parts.ts'
import { firmsSection, peopleSection } from './page-personas.ts'
import { pageStyle } from './page-style.ts'
import type { Firm, Person } from './personas.ts'
import type { Violation } from './violations.ts'

export interface PageFacts {
  readonly controlUrl: string
  /** Where each simulator listens: title and address. */
  readonly endpoints: readonly { readonly name: string; readonly url: string }[]
  readonly notifyUrl: string | undefined
  readonly now: string
  readonly frozen: boolean
  readonly people: readonly Person[]
  readonly firms: readonly Firm[]
  readonly faults: readonly ActiveFault[]
  readonly faultNames: readonly { readonly system: string; readonly names: readonly string[] }[]
  readonly violations: readonly Violation[]
  readonly exchanges: readonly ExchangeRecord[]
}

export function renderPage(facts: PageFacts): string {
  const page = html`<!doctype html>
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Liên Thông · Sandbox</title>
        <style>
          ${pageStyle}
        </style>
      </head>
      <body>
        ${header(facts)}
        <main>
          ${faultsSection(facts)} ${violationsSection(facts)} ${exchangesSection(facts)} ${peopleSection(facts.people)}
          ${firmsSection(facts.firms)}
        </main>
        <footer>
          Mọi người, doanh nghiệp và tài khoản đều là hư cấu.
          <span lang="en">Every person, firm and account here is invented.</span>
        </footer>
      </body>
    </html>`
  return page.text.trim()
}

const header = ({ endpoints, now, frozen, notifyUrl }: PageFacts): Html => html`
  <header>
    <p class="eyebrow">Liên Thông</p>
    <h1>Ba hệ thống quốc gia mô phỏng <small lang="en">Three national systems, simulated</small></h1>
    <dl class="cards">
      ${endpoints.map(
        ({ name, url }) =>
          html`<div>
            <dt>${name}</dt>
            <dd><code>${url}</code></dd>
          </div>`,
      )}
      <div>
        <dt>Đồng hồ <span lang="en">Clock</span></dt>
        <dd><code>${now}</code>${frozen ? html` <b class="tag warn">dừng · frozen</b>` : ''}</dd>
      </div>
      <div>
        <dt>Báo kết quả thanh toán <span lang="en">Notifications go to</span></dt>
        <dd><code>${notifyUrl ?? '—'}</code></dd>
      </div>
    </dl>
  </header>
`

const faultsSection = ({ faults, faultNames, controlUrl }: PageFacts): Html => html`
  <section>
    <h2>Lỗi đang bật <small lang="en">Active faults</small></h2>
    ${
      faults.length === 0
        ? quiet('Không có lỗi nào: mọi hệ thống đang khoẻ.', 'None: every system is healthy.')
        : table(
            ['id', 'Hệ thống · System', 'Lỗi · Fault', 'Thao tác · Operation', 'Còn · Left', 'Khớp · Match'],
            faults.map((one) => [
              one.id,
              one.system,
              html`<b class="tag bad">${one.fault}</b>`,
              one.operation ?? '∗',
              one.remaining ?? '∞',
              one.match ? JSON.stringify(one.match) : '∗',
            ]),
          )
    }
    <details>
      <summary>Bật một lỗi <span lang="en">Switch one on</span></summary>
      <pre>${faultSample(controlUrl)}</pre>
      ${faultNames.map(
        ({ system, names }) => html`<p><b>${system}</b> ${names.map((name) => html`<code>${name}</code> `)}</p>`,
      )}
    </details>
  </section>
`

const faultSample = (controlUrl: string): string =>
  `curl -s ${controlUrl}/_sandbox/faults -H 'content-type: application/json' \\\n` +
  `  -d '{"system":"population","fault":"slow","times":1,"params":{"delayMs":3000}}'\n` +
  `curl -s -X POST ${controlUrl}/_sandbox/clock -H 'content-type: application/json' -d '{"advanceMs":86400000}'\n` +
  `curl -s -X POST ${controlUrl}/_sandbox/reset`

const violationsSection = ({ violations }: PageFacts): Html => html`
  <section>
    <h2>Vi phạm hợp đồng <small lang="en">Contract violations</small></h2>
    ${
      violations.length === 0
        ? quiet('Chưa có: mọi yêu cầu đúng hợp đồng.', 'None: every request kept the contract.')
        : table(
            ['Lúc · At', 'Hệ thống · System', 'Thao tác · Operation', 'Chỗ · Pointer', 'Nội dung · Message'],
            violations
              .slice(-50)
              .toReversed()
              .map(({ at, system, operation, pointer, message }) => [
                clockTime(at),
                system,
                operation,
                html`<code>${pointer}</code>`,
                message,
              ]),
          )
    }
  </section>
`

const exchangesSection = ({ exchanges }: PageFacts): Html => html`
  <section>
    <h2>Trao đổi gần đây <small lang="en">Latest exchanges</small></h2>
    ${
      exchanges.length === 0
        ? quiet('Chưa ai gọi.', 'Nobody has called yet.')
        : table(
            ['Lúc · At', 'Hệ thống · System', 'Thao tác · Operation', 'Trả lời · Answer', 'Lỗi · Fault', 'ms'],
            exchanges
              .slice(-20)
              .toReversed()
              .map(({ at, system, operation, status, fault, durationMs }) => [
                clockTime(at),
                system,
                operation,
                status ?? '—',
                fault ?? '',
                durationMs,
              ]),
          )
    }
  </section>
`

/** `09:39:55.647`, UTC like everything on this page. */
const clockTime = (at: string): string => at.slice(11, -1)
