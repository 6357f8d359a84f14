// How one source looks: what Hearth says, unless the page's address says otherwise. So several sources can
// show the same sesh in different ways. An address can hide, and never show what Hearth hides.

import type { OverlayLayout, OverlayLook, OverlayPosition } from './contract'

const LAYOUTS: readonly OverlayLayout[] = ['strip', 'single', 'chart']
const POSITIONS: readonly OverlayPosition[] = ['top_left', 'top', 'top_right', 'bottom_left', 'bottom', 'bottom_right']

/** Chips that are more transparent than this cannot be read over a bright picture. */
export const PALEST = 0.7

/** `#ff8a3d` of `ff8a3d`, `#ff8a3d` or `f83`; `null` of anything else. */
export function color(text: string | null): string | null {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? '')?.[1]?.toLowerCase()
  if (!hex) return null
  return '#' + (hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex)
}

function number(text: string | null, low: number, high: number, otherwise: number): number {
  const value = text === null || text.trim() === '' ? otherwise : Number(text)
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : Math.min(high, Math.max(low, otherwise))
}

/** The look of this source. `search` is the address from its question mark on. */
export function lookOf(look: OverlayLook, search: string): OverlayLook {
  const asked = new URLSearchParams(search)
  const word = (name: string) => asked.get(name)?.replaceAll('-', '_')
  const shown = (name: string) => asked.get(name) !== '0'
  return {
    layout: LAYOUTS.find((each) => each === word('layout')) ?? look.layout,
    position: POSITIONS.find((each) => each === word('position')) ?? look.position,
    names: look.names && shown('names'),
    temperatures: look.temperatures && shown('temperatures'),
    countdown: look.countdown && shown('countdown'),
    accent: color(asked.get('accent')) ?? color(look.accent),
    chips: number(asked.get('chips'), PALEST, 1, look.chips),
    scale: number(asked.get('scale'), 0.5, 3, look.scale),
  }
}
