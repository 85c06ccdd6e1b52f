import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'

const program = new URL('../../sandbox/main.ts', import.meta.url).pathname

const start = (env: Readonly<Record<string, string>>) =>
  spawn(process.execPath, [program], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })

test('a taken port ends it with the cure and without an address', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const { port } = blocker.address() as AddressInfo
  const child = start({ SANDBOX_PORT: String(port) })
  let [printed, told] = ['', '']
  child.stdout.on('data', (data) => (printed += String(data)))
  child.stderr.on('data', (data) => (told += String(data)))
  const [code] = await once(child, 'close')
  blocker.close()
  expect(code).toBe(1)
  expect(printed).toBe('')
  expect(told).toMatch(new RegExp(`port ${port} is taken.*SANDBOX_PORT`))
})

test('a port that is none ends it with its name', async () => {
  const child = start({ SANDBOX_PORT: '65532' })
  let told = ''
  child.stderr.on('data', (data) => (told += String(data)))
  const [code] = await once(child, 'close')
  expect(code).toBe(1)
  expect(told).toContain('SANDBOX_PORT')
})

test('prints one line with every address once it is ready, and ends on SIGTERM', async () => {
  const child = start({ SANDBOX_PORT: '0', NOTIFY_URL: 'http://127.0.0.1:9/notifications/payment-portal' })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const facts = JSON.parse(line.toString()) as { controlUrl: string; populationUrl: string }
  const page = await (await fetch(facts.controlUrl)).text()
  expect(page).toContain('http://127.0.0.1:9/notifications/payment-portal')
  expect(page).toContain(facts.populationUrl)
  child.kill('SIGTERM')
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
})
