/** Poppler's programs read a PDF without us. What is absent is said once, loudly. */
import { execFileSync, spawnSync } from 'node:child_process'

export const hasPdfReaders = ['pdftotext', 'pdftoppm', 'pdffonts'].every(
  (program) => spawnSync(program, ['-v']).error === undefined,
)
if (!hasPdfReaders) process.stderr.write('SKIPPED: poppler-utils is not installed, so nobody else reads our PDFs\n')

const read = (program: string, args: readonly string[], input: Uint8Array): Buffer =>
  execFileSync(program, args, { input, maxBuffer: 64 * 1024 * 1024, stdio: ['pipe', 'pipe', 'ignore'] })

/** The text of each page. */
export const textOfPages = (pdf: Uint8Array): readonly string[] =>
  read('pdftotext', ['-layout', '-', '-'], pdf).toString('utf8').normalize('NFC').split('\f').slice(0, -1)

/** One page as a printer would put it on paper, at 150 dots an inch unless the test says otherwise. */
export const pictureOfPage = (pdf: Uint8Array, page: number, dpi = 150): Uint8Array =>
  read('pdftoppm', ['-png', '-r', String(dpi), '-f', String(page), '-l', String(page), '-singlefile', '-'], pdf)

/** `name: embedded` of each font. */
export const fontsOf = (pdf: Uint8Array): readonly string[] =>
  read('pdffonts', ['-'], pdf)
    .toString('utf8')
    .split('\n')
    .slice(2, -1)
    .map((line) => `${/\+(\S+)/.exec(line)?.[1]}: ${/ (yes|no) /.exec(line)?.[1]}`)
