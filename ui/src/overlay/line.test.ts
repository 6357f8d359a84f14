import { afterEach, expect, it, vi } from 'vitest'
import type { OverlayMessage } from './contract'
import { address, listen, pause } from './line'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks beside the page, with the page’s own wishes', () => {
  expect(address('http://127.0.0.1:7708/KEY/?names=0&layout=chart#x')).toBe('ws://127.0.0.1:7708/KEY/live?names=0&layout=chart')
})

it('waits longer with every try, and never longer than ten seconds', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => pause(attempt, 1))
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  expect(pause(0, 0)).toBe(375)
})

it('hears, says when the line is lost, and tries again', () => {
  vi.useFakeTimers()
  const sockets: { onmessage?: (event: { data: string }) => void; onclose?: () => void }[] = []
  vi.stubGlobal('WebSocket', function (this: (typeof sockets)[number]) {
    sockets.push(this)
  })
  const heard: OverlayMessage[] = []
  let lost = 0
  listen('http://127.0.0.1:7708/KEY/', { hear: (message) => heard.push(message), lost: () => lost++ })
  sockets[0]!.onmessage!({ data: '{"type":"members","members":[]}' })
  expect(heard).toEqual([{ type: 'members', members: [] }])
  sockets[0]!.onclose!()
  expect(lost).toBe(1)
  vi.advanceTimersByTime(500)
  expect(sockets).toHaveLength(2)
  sockets[1]!.onclose!()
  vi.advanceTimersByTime(500)
  expect(sockets).toHaveLength(2)
  vi.advanceTimersByTime(500)
  expect(sockets).toHaveLength(3)
})
