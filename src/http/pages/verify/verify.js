/** The page /verify at work: takes a statement from the address, the field or the camera, and shows what is found. */
import { checkStatement, statementIn } from './statement.js'

/** @typedef {import('./statement.js').Claims} Claims */

/**
 * @template {Element} E
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E}
 */
function the(selector, kind) {
  const found = document.querySelector(selector)
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`)
  return found
}

const desk = the('#desk', HTMLElement)
const field = the('#statement', HTMLTextAreaElement)
const outcome = the('#outcome', HTMLElement)
const camera = the('#camera', HTMLVideoElement)
const otherLanguage = the('.top .other', HTMLAnchorElement)
const otherLanguageHref = otherLanguage.href

the('#check', HTMLButtonElement).addEventListener('click', () => void show(field.value))
the('#clear', HTMLButtonElement).addEventListener('click', clear)
// A verdict stands beside what it is about, or not at all.
field.addEventListener('input', forget)
window.addEventListener('hashchange', readAddress)

/** What follows the `#` never leaves the browser: it is no part of any request. */
function readAddress() {
  if (location.hash.length <= 1) return
  field.value = statementIn(location.hash)
  void show(field.value)
}

/** Counts what was asked, so that a slow answer about an earlier text is not shown beside a later one. */
let asked = 0

function forget() {
  asked += 1
  outcome.replaceChildren()
}

function clear() {
  forget()
  closeCamera()
  field.value = ''
  history.replaceState(null, '', location.pathname + location.search)
  otherLanguage.href = otherLanguageHref
  field.focus()
}

/** @param {string} text */
async function show(text) {
  const statement = statementIn(text)
  forget()
  if (statement === '') return
  otherLanguage.href = `${otherLanguageHref}#${statement}`
  const mine = asked
  const verdict = await draw(statement)
  if (mine === asked) outcome.replaceChildren(verdict)
}

/** @param {string} statement */
async function draw(statement) {
  const keys = await publishedKeys()
  if (keys === undefined || crypto.subtle === undefined) return copyOf('cannot_check')
  const finding = await checkStatement(statement, { issuer: desk.dataset['issuer'] ?? '', keys })
  if (finding.verdict !== 'valid') return copyOf(finding.verdict)
  const { kind, claims } = finding
  return filled(copyOf(kind === 'receipt' && claims['status'] !== 'active' ? 'void' : kind), claims)
}

/** @type {import('./statement.js').HistoricKey[] | undefined} */
let latestKeys

/** Asked for each time, because a successor may have signed; without a network those known so far will do. */
async function publishedKeys() {
  try {
    const answer = await fetch('/.well-known/evidence-keys.json', { credentials: 'omit', redirect: 'error' })
    const { keys } = await answer.json()
    latestKeys = keys
  } catch {
    // What was loaded before still stands.
  }
  return latestKeys
}

/** @param {string} name */
const copyOf = (name) => document.importNode(the(`template[data-outcome="${name}"]`, HTMLTemplateElement).content, true)

/**
 * Each place of the template that names a claim is given it; places whose claim is absent go.
 *
 * @param {DocumentFragment} view
 * @param {Claims} claims
 */
function filled(view, claims) {
  for (const place of view.querySelectorAll('[data-claim]')) {
    const { claim = '', form = '' } = /** @type {HTMLElement} */ (place).dataset
    const value = claims[claim]
    if (value === undefined || (form === 'lines' && !Array.isArray(value))) place.closest('div')?.remove()
    else if (form === 'lines') place.replaceChildren(.../** @type {unknown[][]} */ (value).map(lineItem))
    else place.textContent = written(value, form)
  }
  for (const place of view.querySelectorAll('[data-when]')) {
    const { when = '' } = /** @type {HTMLElement} */ (place).dataset
    if (!conditions[when]?.(claims)) place.remove()
  }
  return view
}

/** @type {Readonly<Record<string, (claims: Claims) => boolean>>} */
const conditions = {
  sandbox: ({ livemode }) => livemode === false,
  refunded: ({ refunded }) => Number(refunded) > 0,
}

/** @param {unknown[]} line */
function lineItem([code, kind, amount]) {
  const item = document.createElement('li')
  const name = document.createElement('span')
  name.textContent = `${String(code)} · ${desk.dataset[`kind_${String(kind)}`] ?? String(kind)}`
  const sum = document.createElement('b')
  sum.textContent = written(amount, 'dong')
  item.append(name, sum)
  return item
}

const dong = new Intl.NumberFormat('vi-VN')
const moment = new Intl.DateTimeFormat('vi-VN', {
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'Asia/Ho_Chi_Minh',
})

/**
 * @param {unknown} value
 * @param {string} form
 */
function written(value, form) {
  if (form === 'dong') return `${dong.format(Number(value))} đồng`
  if (form === 'moment') return moment.format(Number(value) * 1000)
  return String(value)
}

/** Only where the browser itself reads codes: no library, and no picture leaves the machine. */
function offerCamera() {
  const Detector = /** @type {any} */ (globalThis)['BarcodeDetector']
  if (Detector === undefined || navigator.mediaDevices === undefined) return
  const button = the('#scan', HTMLButtonElement)
  button.hidden = false
  button.addEventListener('click', () => void scan(new Detector({ formats: ['qr_code'] })))
}

/** How often the picture is looked at: often enough for a hand that does not hold still. */
const lookEveryMs = 200

/** @param {{ detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]> }} detector */
async function scan(detector) {
  forget()
  closeCamera()
  try {
    camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    camera.hidden = false
    await camera.play()
  } catch {
    closeCamera()
    outcome.replaceChildren(copyOf('no_camera'))
    return
  }
  while (camera.srcObject !== null) {
    const [code] = await detector.detect(camera).catch(() => [])
    if (code !== undefined && camera.srcObject !== null) {
      closeCamera()
      field.value = statementIn(code.rawValue)
      void show(field.value)
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

/** The light beside the lens goes out as soon as nobody looks. */
function closeCamera() {
  if (camera.srcObject instanceof MediaStream) for (const track of camera.srcObject.getTracks()) track.stop()
  camera.srcObject = null
  camera.hidden = true
}

// Last: everything above has its value by now.
offerCamera()
readAddress()
