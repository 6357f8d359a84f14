import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoff, companionUrl, connect, connectWeb, type Link, NotDelivered } from './backend'
import type { Event } from './contract'

/** A socket that does what a test says. */
class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  sent: string[] = []
  onopen?: () => void
  onmessage?: (message: { data: unknown }) => void
  onclose?: () => void
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  open() {
    this.readyState = 1
    this.onopen?.()
  }
  drop() {
    this.readyState = 3
    this.onclose?.()
  }
  close() {
    this.drop()
  }
  send(text: string) {
    this.sent.push(text)
  }
}

const last = () => FakeSocket.all.at(-1)!
const open = () => {
  const events: Event[] = []
  const links: Link[] = []
  const backend = connectWeb((event) => events.push(event), (link) => links.push(link), 'ws://127.0.0.1:1/companion')
  return { backend, events, links }
}

beforeEach(() => {
  FakeSocket.all = []
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('in a browser', () => {
  it('talks to where the page came from', () => {
    expect(companionUrl({ protocol: 'http:', host: '127.0.0.1:4000' })).toBe('ws://127.0.0.1:4000/companion')
    expect(companionUrl({ protocol: 'https:', host: 'hearth.example' })).toBe('wss://hearth.example/companion')
  })

  it('passes events on and survives a frame that is none', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { events, links } = open()
    last().open()
    for (const data of ['not json', 'null', '[]', '"x"', '{"a":1}', '{"event":"notices","notices":[]}']) last().onmessage!({ data })
    expect(events).toEqual([{ event: 'notices', notices: [] }])
    expect(links.map((link) => link.state)).toEqual(['connecting', 'up'])
  })

  it('says when it will try again, and comes back', () => {
    const { links } = open()
    last().open()
    last().drop()
    expect(links.at(-1)).toEqual({ state: 'down', retryAt: Date.now() + 250 })
    vi.advanceTimersByTime(249)
    expect(FakeSocket.all).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.all).toHaveLength(2)
    last().open()
    expect(links.at(-1)!.state).toBe('up')
  })

  it('waits longer each time, at most five seconds, and starts over after a success', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(backoff)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
    const { links } = open()
    for (let i = 0; i < 4; i++) {
      last().drop()
      vi.advanceTimersByTime(5000)
    }
    last().open()
    last().drop()
    expect(links.at(-1)).toEqual({ state: 'down', retryAt: Date.now() + 250 })
  })

  it('tries now when asked, once', () => {
    const { backend } = open()
    last().open()
    backend.retry()
    expect(FakeSocket.all).toHaveLength(1)
    last().drop()
    backend.retry()
    vi.advanceTimersByTime(10_000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('refuses a command while nobody is there, and never sends it later', async () => {
    const { backend } = open()
    await expect(backend.send({ command: 'heat_now' })).rejects.toBeInstanceOf(NotDelivered)
    last().open()
    last().drop()
    await expect(backend.send({ command: 'heat_now' })).rejects.toBeInstanceOf(NotDelivered)
    vi.advanceTimersByTime(250)
    last().open()
    await backend.send({ command: 'stop_heat' })
    expect(FakeSocket.all.flatMap((socket) => socket.sent)).toEqual(['{"command":"stop_heat"}'])
  })

  it('stays closed once closed, and deaf to an old socket', () => {
    const { backend, events, links } = open()
    last().open()
    const old = last()
    backend.close()
    vi.advanceTimersByTime(60_000)
    old.onmessage!({ data: '{"event":"notices","notices":[]}' })
    expect(FakeSocket.all).toHaveLength(1)
    expect(events).toEqual([])
    expect(links.at(-1)!.state).toBe('up')
  })
})

describe('in the app window', () => {
  const invoke = vi.fn()
  beforeEach(() => {
    invoke.mockReset()
    vi.stubGlobal('__TAURI_INTERNALS__', { invoke, transformCallback: () => 7, unregisterCallback: () => undefined })
  })

  it('subscribes and sends commands by name', async () => {
    invoke.mockResolvedValue(undefined)
    const links: Link[] = []
    const backend = connect(() => undefined, (link) => links.push(link))
    await vi.advanceTimersByTimeAsync(0)
    expect(invoke.mock.calls[0]![0]).toBe('subscribe')
    expect(links.map((link) => link.state)).toEqual(['connecting', 'up'])
    await backend.send({ command: 'stop_heat' })
    expect(invoke.mock.calls[1]!.slice(0, 2)).toEqual(['command', { command: { command: 'stop_heat' } }])
  })

  it('takes what the app tells at once, and one bad event costs only itself', () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    invoke.mockResolvedValue(undefined)
    const taken: Event[] = []
    const backend = connect(
      (event) => {
        if (event.event === 'devices') throw new Error('bad')
        taken.push(event)
      },
      () => undefined,
    )
    const notices: Event = { event: 'notices', notices: [] }
    const group: Event = { event: 'group', group: null }
    window.hearthTold!([notices, { event: 'devices', devices: [] }, group])
    expect(taken).toEqual([notices, group])
    expect(reported).toHaveBeenCalledTimes(1)
    backend.close()
    window.hearthTold!([notices])
    expect(taken).toHaveLength(2)
  })

  it('tells that a command was refused', async () => {
    invoke.mockResolvedValueOnce(undefined).mockRejectedValueOnce('no device in use')
    const backend = connect(() => undefined, () => undefined)
    await expect(backend.send({ command: 'heat_now' })).rejects.toThrow('no device in use')
  })

  it('subscribes again when the companion was not there yet', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    invoke.mockRejectedValueOnce('starting').mockResolvedValue(undefined)
    const links: Link[] = []
    connect(() => undefined, (link) => links.push(link))
    await vi.advanceTimersByTimeAsync(0)
    expect(links.at(-1)!.state).toBe('down')
    await vi.advanceTimersByTimeAsync(250)
    expect(links.at(-1)!.state).toBe('up')
  })
})
