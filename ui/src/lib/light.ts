// Lights as a person chooses them: names of patterns, colours to pick, and the slider of hues.

import type { LightPattern, LightsView, LightView } from './contract'
import { msg, t } from './tongue.svelte'

/** To be said with `t`. */
export const PATTERN: Record<LightPattern, string> = {
  steady: msg('Steady'),
  fade: msg('Fade|pattern'),
  breathe: msg('Breathe'),
  spin: msg('Spin'),
  disco: msg('Disco'),
  split_gradient: msg('Split gradient'),
  slideshow: msg('Slideshow'),
  confetti: msg('Confetti'),
  lava: msg('Lava'),
  other: msg('Its own'),
}

/** Their names are to be said with `t`. */
export const SWATCHES = [
  { color: '#ff6a14', name: msg('Orange') },
  { color: '#ffc400', name: msg('Amber') },
  { color: '#22c55e', name: msg('Green') },
  { color: '#10d8c4', name: msg('Teal') },
  { color: '#2f7dff', name: msg('Blue') },
  { color: '#7a45ff', name: msg('Violet') },
  { color: '#ff3d92', name: msg('Pink') },
  { color: '#f4f0ea', name: msg('White') },
] as const

/** How many colours a pattern of this device takes. */
export const colorsOf = (pattern: LightPattern, lights: LightsView): number =>
  lights.manyColors.includes(pattern) ? Math.max(1, lights.mostColors) : 1

/** What can be chosen: what the device takes, and what it has now. */
export const patternsFor = (light: LightView | null, lights: LightsView): LightPattern[] =>
  light && !lights.patterns.includes(light.pattern) ? [light.pattern, ...lights.patterns] : lights.patterns

/** It moves at a speed that the device takes from us. */
export const hasTempo = (light: LightView, lights: LightsView): boolean =>
  light.pattern !== 'steady' && light.pattern !== 'other' && lights.takesTempo

/** The light with another pattern, and no more colours than that takes. */
export const withPattern = (light: LightView | null, pattern: LightPattern, lights: LightsView): LightView => ({
  pattern,
  colors: (light && light.colors.length > 0 ? light.colors : [SWATCHES[0].color]).slice(0, colorsOf(pattern, lights)),
  tempo: light?.tempo ?? 0.5,
})

/** The light with another colour at `index`. One that is not understood becomes steady. */
export function withColor(light: LightView | null, index: number, color: string): LightView {
  if (!light || light.pattern === 'other') return { pattern: 'steady', colors: [color], tempo: light?.tempo ?? 0.5 }
  const colors = light.colors.length > 0 ? light.colors : [color]
  return { ...light, colors: colors.map((each, i) => (i === index ? color : each)) }
}

export const withoutColor = (light: LightView, index: number): LightView =>
  light.colors.length < 2 ? light : { ...light, colors: light.colors.filter((_, i) => i !== index) }

/** The light with one more colour, the first of the swatches that it does not have. */
export function withAnother(light: LightView): LightView {
  const fresh = SWATCHES.find((each) => !light.colors.includes(each.color)) ?? SWATCHES[0]
  return { ...light, colors: [...light.colors, fresh.color] }
}

/** Hues at equal distances along the slider, red to red: the eye tells oranges apart better than greens. */
const STOPS = [0, 35, 50, 130, 175, 217, 262, 327, 360] as const
const LAST = STOPS.length - 1

/** The hue at a place of the slider, 0..=1. */
export function hueAt(place: number): number {
  const at = Math.min(LAST, Math.max(0, place * LAST))
  const stop = Math.min(LAST - 1, Math.floor(at))
  return STOPS[stop]! + (at - stop) * (STOPS[stop + 1]! - STOPS[stop]!)
}

/** The place of a hue on the slider, 0..=1. */
export function placeOf(hue: number): number {
  const next = STOPS.findIndex((stop) => stop > hue)
  if (next < 1) return next === 0 ? 0 : 1
  const low = STOPS[next - 1]!
  return (next - 1 + (hue - low) / (STOPS[next]! - low)) / LAST
}

/** The full colour of a hue, `#rrggbb`. */
export function pure(hue: number): string {
  const channel = (n: number) => {
    const k = (n + hue / 60) % 6
    return Math.round(255 * (1 - Math.max(0, Math.min(k, 4 - k, 1))))
  }
  return `#${[5, 3, 1].map((n) => channel(n).toString(16).padStart(2, '0')).join('')}`
}

/** The hue of a colour, 0..360; 0 for one without. */
export function hueOf(color: string): number {
  const number = parseInt(color.slice(1), 16)
  const [r, g, b] = [number >> 16, (number >> 8) & 255, number & 255] as const
  const most = Math.max(r, g, b)
  const spread = most - Math.min(r, g, b)
  if (spread === 0) return 0
  const sixth = most === r ? (g - b) / spread : most === g ? 2 + (b - r) / spread : 4 + (r - g) / spread
  return (sixth * 60 + 360) % 360
}

/** The slider's track: the hues of the stops, softer than the lights themselves. */
export const HUES = '#ff3b30, #ff9f0a, #ffe14d, #3ddc55, #19d3c5, #2e7bff, #8a4dff, #ff3da0, #ff3b30'

/** Name of a colour for those who listen: `Orange`, or its number. */
export const colorName = (color: string): string =>
  t(SWATCHES.find((each) => each.color === color.toLowerCase())?.name ?? color)

/** A picture of the colours for a dot of light. */
export const dotImage = (colors: readonly string[]): string | null =>
  colors.length < 2 ? null : `conic-gradient(${[...colors, colors[0]].join(', ')})`
