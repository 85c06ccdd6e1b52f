import { describe, expect, it } from 'vitest'
import { isReturnUrlAllowed } from '#payments/return-url.ts'

const origins = [
  'https://one-stop.example',
  'http://127.0.0.1:*',
  'http://[::1]:*',
  'https://*:*',
  'http://lan.example:*',
]

describe('a return URL', () => {
  it.each([
    'https://one-stop.example.evil.example/',
    'https://one-stop.example:8443/',
    'http://one-stop.example/',
    'https://one-stop.example@evil.example/',
    'https://user@one-stop.example/',
    'https://user:secret@one-stop.example/',
    'https://evil.example/https://one-stop.example',
    'https://sub.one-stop.example/',
    'https://127.0.0.1/',
    'http://127.0.0.2:80/',
    'http://127.0.0.1.evil.example/',
    'http://localhost:3000/',
    'http://lan.example:3000/',
    'javascript:alert(1)//https://one-stop.example',
    'data:text/html,x',
    '//one-stop.example/',
    'one-stop.example',
    '',
  ])('%s is not one of the client’s', (url) => {
    expect(isReturnUrlAllowed(url, origins)).toBe(false)
  })

  it.each([
    'https://one-stop.example',
    'https://one-stop.example/return?x=1#y',
    'https://ONE-STOP.example:443/return',
    'http://127.0.0.1/',
    'http://127.0.0.1:49152/return',
    'http://[::1]:3000/',
  ])('%s is one of the client’s', (url) => {
    expect(isReturnUrlAllowed(url, origins)).toBe(true)
  })

  it('is none where the client registered none', () => {
    expect(isReturnUrlAllowed('https://one-stop.example', [])).toBe(false)
  })
})
