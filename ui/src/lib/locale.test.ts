import { expect, it, vi } from 'vitest'

it('gives a language that Intl takes when the web view names none', async () => {
  Object.defineProperty(Navigator.prototype, 'language', { configurable: true, get: () => 'C' })
  expect(() => new Intl.NumberFormat(navigator.language)).toThrow()
  vi.resetModules()
  await import('./locale')
  expect(navigator.language).toBe('en-US')
  expect(() => new Intl.NumberFormat(navigator.language)).not.toThrow()
})

it('leaves a language alone that Intl takes', async () => {
  Object.defineProperty(Navigator.prototype, 'language', { configurable: true, get: () => 'de-CH' })
  vi.resetModules()
  await import('./locale')
  expect(navigator.language).toBe('de-CH')
})
