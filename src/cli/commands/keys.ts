/** `keys list|rotate`: the gateway's own keys. Rotation is two moments: a key is published first and used later. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { createKeyFile, keyPurposes, publishedAheadMs, readKeyFiles, type KeyPurpose } from '#auth/key-files.ts'
import { StartupError } from '#domain/errors.ts'
import { systemClock } from '#main/clock.ts'
import type { CliContext } from '../context.ts'

export function registerKeys(program: Command, { environment, out, say }: CliContext): void {
  const keys = program.command('keys').description("list and rotate the gateway's own keys")
  const folder = () => join(environment().dataDir, 'keys')

  keys
    .command('list')
    .description('show every key: purpose, number, key id, use')
    .action(() => {
      for (const purpose of keyPurposes) for (const line of describe(folder(), purpose)) out(line)
    })

  keys
    .command('rotate <purpose>')
    .description(`make the next key of ${keyPurposes.join(', ')}; it is published at once and used a day later`)
    .option('--now', 'use it at once: for a key that others may know')
    .action((name: string, { now }: { now?: boolean }) => {
      const purpose = parsePurpose(name)
      if (readKeyFiles(folder(), purpose).length === 0) {
        throw new StartupError('there is no key to rotate yet', { cure: 'The first start of the gateway makes it.' })
      }
      const usedFromMs = systemClock.nowMs() + (now === true ? 0 : publishedAheadMs)
      const { kid, sequence } = createKeyFile(folder(), purpose, { clock: systemClock, usedFromMs })
      out([purpose, sequence, kid].join('\t'))
      say(`in use from ${new Date(usedFromMs).toISOString()}; a running gateway sees it within a minute`)
    })
}

function parsePurpose(name: string): KeyPurpose {
  const purpose = keyPurposes.find((known) => known === name)
  if (purpose !== undefined) return purpose
  throw new StartupError(`there are no ${name} keys`, { cure: `Name one of ${keyPurposes.join(', ')}.` })
}

function describe(folder: string, purpose: KeyPurpose): string[] {
  const nowMs = systemClock.nowMs()
  return readKeyFiles(folder, purpose).map(({ sequence, kid, usedFromMs, usedUntilMs = Infinity }) => {
    const use = usedUntilMs <= nowMs ? 'retired' : usedFromMs <= nowMs ? 'in use' : 'next'
    return [purpose, sequence, kid === '' ? '-' : kid, use, `from ${new Date(usedFromMs).toISOString()}`].join('\t')
  })
}
