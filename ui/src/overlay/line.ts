// The line to Hearth. It only brings; nothing is ever said. While it is down the page shows nothing, and it is
// tried again for as long as the page is open: a streaming program is often started before Hearth.

import type { OverlayMessage } from './contract'

const SHORTEST_MS = 500
const LONGEST_MS = 10_000

/** How long to wait before try number `attempt`, from 0. `chance` is 0 to 1. */
export function pause(attempt: number, chance: number): number {
  return Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(attempt, 10)) * (0.75 + chance / 4)
}

/** Where the socket is: beside the page, with the page's own wishes. */
export function address(page: string): string {
  const url = new URL('live', page)
  url.protocol = 'ws:'
  url.search = new URL(page).search
  url.hash = ''
  return url.href
}

interface Ears {
  hear: (message: OverlayMessage) => void
  lost: () => void
}

/** Listens until the page is closed. */
export function listen(page: string, { hear, lost }: Ears): void {
  let attempt = 0
  const open = () => {
    const socket = new WebSocket(address(page))
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      attempt = 0
      hear(JSON.parse(data) as OverlayMessage)
    }
    socket.onclose = () => {
      lost()
      setTimeout(open, pause(attempt, Math.random()))
      attempt += 1
    }
  }
  open()
}
