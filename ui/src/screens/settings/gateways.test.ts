import { expect, it } from 'vitest'
import { about, address, isPlain, shortUrl } from './gateways'

it.each([
  ['gateway.example', 'wss://gateway.example'],
  ['gateway.example/socket', 'wss://gateway.example/socket'],
  [' https://gateway.example ', 'https://gateway.example'],
  ['ws://192.168.1.24:8080', 'ws://192.168.1.24:8080'],
  ['192.168.1.24:8080', 'ws://192.168.1.24:8080'],
  ['localhost:8080', 'ws://localhost:8080'],
])('takes %j', (typed, url) => {
  expect(address(typed)).toEqual({ url })
})

it.each(['', 'ftp://gateway.example', 'javascript://x', 'http://', 'two words'])('refuses %j in words', (typed) => {
  expect(address(typed)).toHaveProperty('problem')
})

it('warns where others can read along, not at home', () => {
  expect(isPlain('ws://gateway.example')).toBe(true)
  expect(isPlain('wss://gateway.example')).toBe(false)
  expect(isPlain('ws://192.168.1.24:8080')).toBe(false)
})

it('shows addresses without what nobody reads', () => {
  expect(shortUrl('wss://rosin.puff.social/socket?encoding=json&compression=none')).toBe('wss://rosin.puff.social/socket')
  expect(about({ url: 'local', name: 'On this computer' })).toBe('Inside Hearth, with simulated friends')
})
