/** An independent reader of QR codes, of the operating system. Where it is absent that is said once, loudly. */
import { execFileSync, spawnSync } from 'node:child_process'

const program = 'zbarimg'

export const hasQrReader = spawnSync(program, ['--version']).error === undefined
if (!hasQrReader) process.stderr.write('SKIPPED: zbarimg is not installed, so no independent reader decodes QR codes\n')

/** What the one code in the picture says. */
export const readQr = (png: Uint8Array): string =>
  execFileSync(program, ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', 'png:-'], {
    input: png,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
    .toString('utf8')
    .trim()
