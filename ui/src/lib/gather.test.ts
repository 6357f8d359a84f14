import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Link } from './backend'
import type { Event } from './contract'
import { Gather, gathered } from './gather'

let frames: FrameRequestCallback[]
beforeEach(() => {
  frames = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', (id: number) => delete frames[id - 1])
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const draw = () => frames.splice(0).forEach((callback) => callback(0))

it('delivers what came since the last frame at once, in order', () => {
  const delivered: number[][] = []
  const gather = new Gather<number>((all) => delivered.push(all))
  for (const one of [1, 2, 3]) gather.add(one)
  expect(delivered).toEqual([])
  draw()
  expect(delivered).toEqual([[1, 2, 3]])
  vi.advanceTimersByTime(200)
  gather.add(4)
  draw()
  expect(delivered).toEqual([[1, 2, 3], [4]])
  vi.advanceTimersByTime(1000)
  expect(delivered).toHaveLength(2)
})

it('delivers what goes on and on at most sixty times a second, however many frames are drawn', () => {
  const delivered: number[][] = []
  const gather = new Gather<number>((all) => delivered.push(all))
  for (let ms = 0; ms < 1000; ms++) {
    gather.add(ms)
    if (ms % 10 === 0) draw()
    vi.advanceTimersByTime(1)
  }
  expect(delivered.length).toBeGreaterThan(45)
  expect(delivered.length).toBeLessThan(70)
  vi.advanceTimersByTime(200)
  expect(delivered.flat()).toEqual(Array.from({ length: 1000 }, (_, ms) => ms))
})

it('delivers without a frame what has waited for long: a hidden window draws none', () => {
  const delivered: number[][] = []
  const gather = new Gather<number>((all) => delivered.push(all))
  gather.add(1)
  vi.advanceTimersByTime(60)
  gather.add(2)
  vi.advanceTimersByTime(40)
  expect(delivered).toEqual([[1, 2]])
  draw()
  expect(delivered).toHaveLength(1)
})

it('delivers nothing that was dropped', () => {
  const delivered: number[][] = []
  const gather = new Gather<number>((all) => delivered.push(all))
  gather.add(1)
  expect(gather.drop()).toEqual([1])
  draw()
  vi.advanceTimersByTime(1000)
  expect(delivered).toEqual([])
})

it('lets what came before the link changed come before, and nothing after it was closed', () => {
  const seen: string[] = []
  let tell!: (event: Event) => void
  let change!: (link: Link) => void
  const door = gathered((onEvent, onLink) => {
    ;[tell, change] = [onEvent, onLink]
    return { send: async () => undefined, retry: () => undefined, close: () => seen.push('closed') }
  })
  const backend = door((event) => seen.push(event.event), (link) => seen.push(link.state))
  tell({ event: 'notices', notices: [] })
  change({ state: 'down', retryAt: 0 })
  expect(seen).toEqual(['notices', 'down'])
  tell({ event: 'notices', notices: [] })
  backend.close()
  draw()
  expect(seen).toEqual(['notices', 'down', 'closed'])
})
