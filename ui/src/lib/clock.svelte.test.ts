import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clock } from './clock.svelte'

let visibility: DocumentVisibilityState
beforeEach(() => {
  visibility = 'visible'
  vi.useFakeTimers()
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function turn(to: DocumentVisibilityState): void {
  visibility = to
  document.dispatchEvent(new Event('visibilitychange'))
  flushSync()
}

it('beats five times a second while somebody asks, rests while the window is hidden, and is right when it is back', () => {
  const seen: number[] = []
  const end = $effect.root(() => {
    $effect(() => {
      seen.push(clock.now)
    })
  })
  flushSync()
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 200) {
      vi.advanceTimersByTime(200)
      flushSync()
    }
  }
  pass(1000)
  expect(seen).toHaveLength(6)
  turn('hidden')
  expect(vi.getTimerCount()).toBe(0)
  pass(5000)
  expect(seen).toHaveLength(6)
  turn('visible')
  expect(seen.at(-1)).toBe(Date.now())
  pass(1000)
  expect(seen).toHaveLength(12)
  end()
  vi.runAllTicks()
})
