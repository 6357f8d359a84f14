// The one door to the host. Two implementations behind `connect`: the app window talks to Tauri, a browser
// to the WebSocket of the headless companion. No other file may import @tauri-apps (door.test.ts).
//
// A command that cannot be delivered now is refused, never kept for later: one of them starts a heater.

import { invoke } from '@tauri-apps/api/core'
import type { Command, Event, Said } from './contract'
import { gathered } from './gather'
import { say, t, verbatim } from './tongue.svelte'

/** Whether the companion is there to talk to. */
export type Link =
  | { state: 'connecting' }
  | { state: 'up' }
  /** Lost; the next try comes at `retryAt` (ms since 1970). */
  | { state: 'down'; retryAt: number }

export interface Backend {
  /** Delivers a command. Rejects when it cannot be delivered; then nothing happened. */
  send(command: Command): Promise<void>
  /** Tries to reach the companion now rather than later. */
  retry(): void
  close(): void
}

export type OnEvent = (event: Event) => void
export type OnLink = (link: Link) => void
export type Connect = (onEvent: OnEvent, onLink: OnLink) => Backend

/** The command was not delivered. */
export class NotDelivered extends Error {
  /** Why, for a person. */
  constructor(readonly words: Said) {
    super(t(words))
    this.name = 'NotDelivered'
  }
}

/** Opens the door that this page has. */
export const connect: Connect = (onEvent, onLink) =>
  '__TAURI_INTERNALS__' in window ? connectTauri(onEvent, onLink) : gathered(connectWeb)(onEvent, onLink)

declare global {
  interface Window {
    /** The app calls it with what happened since it was last called, sixty times a second at most (src-tauri/ipc.rs). */
    hearthTold?: (events: Event[]) => void
  }
}

/** One bad event costs only itself. */
export function each(events: readonly Event[], onEvent: OnEvent): void {
  for (const event of events) {
    try {
      onEvent(event)
    } catch (problem) {
      reportError(problem)
    }
  }
}

function connectTauri(onEvent: OnEvent, onLink: OnLink): Backend {
  let open = true
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  window.hearthTold = (events) => {
    if (open) each(events, onEvent)
  }

  function subscribe() {
    clearTimeout(timer)
    invoke('subscribe').then(
      () => {
        failures = 0
        if (open) onLink({ state: 'up' })
      },
      (reason) => {
        if (!open) return
        console.error('subscribe failed', reason)
        const wait = backoff(failures++)
        onLink({ state: 'down', retryAt: Date.now() + wait })
        timer = setTimeout(subscribe, wait)
      },
    )
  }

  onLink({ state: 'connecting' })
  subscribe()
  return {
    send: (command) =>
      invoke<void>('command', { command }).catch((reason) => {
        throw new NotDelivered(verbatim(reason instanceof Error ? reason.message : String(reason)))
      }),
    retry: subscribe,
    close() {
      open = false
      clearTimeout(timer)
    },
  }
}

/** The WebSocket of the headless companion, at the address that this page came from. */
export function companionUrl(location: { protocol: string; host: string }): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/companion`
}

/** Time to wait before try `failures` (0 is the first), in ms. Loopback answers at once, so it stays short. */
export function backoff(failures: number): number {
  return Math.min(5000, 250 * 2 ** Math.min(failures, 10))
}

/** Talks to the headless companion and comes back by itself when it was lost. */
export function connectWeb(onEvent: OnEvent, onLink: OnLink, url = companionUrl(window.location)): Backend {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let open = true

  function dial() {
    clearTimeout(timer)
    const mine = new WebSocket(url)
    socket = mine
    mine.onopen = () => {
      if (socket !== mine) return
      failures = 0
      onLink({ state: 'up' })
    }
    mine.onmessage = (message) => {
      if (socket !== mine) return
      const event = parse(message.data)
      if (event) onEvent(event)
    }
    mine.onclose = () => {
      if (socket !== mine || !open) return
      socket = undefined
      const wait = backoff(failures++)
      onLink({ state: 'down', retryAt: Date.now() + wait })
      timer = setTimeout(dial, wait)
    }
  }

  onLink({ state: 'connecting' })
  dial()
  return {
    async send(command) {
      if (socket?.readyState !== WebSocket.OPEN) throw new NotDelivered(say('Hearth is not running'))
      socket.send(JSON.stringify(command))
    },
    retry() {
      if (!socket) dial()
    },
    close() {
      open = false
      clearTimeout(timer)
      socket?.close()
      socket = undefined
    },
  }
}

function parse(data: unknown): Event | undefined {
  try {
    const event = JSON.parse(String(data)) as Event
    if (typeof event === 'object' && event !== null && typeof event.event === 'string') return event
  } catch {
    // One bad frame costs only itself.
  }
  console.warn('not an event', data)
  return undefined
}
