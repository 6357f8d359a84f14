// From the colour of a device's light to colours that can be read. The raw light is only ever used for the
// glow and the small light dot; whatever carries meaning (arc, line, text, button) uses a version that is
// clamped in OKLCH and measured against the surfaces it lies on.

export type Ground = 'dark' | 'light'

export interface Accent {
  /** The raw light, for glow only. */
  led: string
  /** Text and icons: at least 4.5:1 on every surface. */
  acc: string
  /** Strokes, fills, dots, the primary button: at least 3:1 on a card. */
  arc: string
  /** Text on `arc`. */
  ink: string
}

/** Lightness, chroma, hue in radians. */
type Oklch = [number, number, number]

/** The fallback when a light is off or unknown. */
export const EMBER = '#ff8a3d'

const INK = '#1b1512'
const PAPER = '#f6f3ee'
const CARD = '#fefdfb'

const linear = (channel: number) =>
  channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4
const gamma = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

function rgb(hex: string): [number, number, number] {
  const number = parseInt(hex.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

function hex(channels: readonly number[]): string {
  return '#' + channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')
}

/** OKLCH of an sRGB colour `#rrggbb`. */
export function oklch(color: string): Oklch {
  const [r, g, b] = rgb(color).map(linear) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const A = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const B = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, Math.hypot(A, B), Math.atan2(B, A)]
}

function linearRgb([L, C, h]: Oklch): [number, number, number] {
  const A = C * Math.cos(h)
  const B = C * Math.sin(h)
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** Takes chroma away until the colour lies inside sRGB. */
function fit(L: number, C: number, h: number): string {
  for (let chroma = C; chroma >= 0; chroma -= 0.005) {
    const value = linearRgb([L, chroma, h])
    if (value.every((channel) => channel >= -0.0005 && channel <= 1.0005)) {
      return hex(value.map((channel) => 255 * clamp(gamma(Math.max(0, channel)), 0, 1)))
    }
  }
  return '#888888'
}

/** Relative luminance as WCAG 2 defines it. */
export function luminance(color: string): number {
  const [r, g, b] = rgb(color).map(linear) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const a = luminance(one)
  const b = luminance(other)
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** `share` of `color` over `ground`. */
export function mix(color: string, share: number, ground: string): string {
  const under = rgb(ground)
  return hex(rgb(color).map((channel, i) => channel * share + (under[i] ?? 0) * (1 - share)))
}

/** Darkens in small steps until it is readable: bright greens and yellows need it on a light ground. */
function until(L: number, C: number, h: number, readable: (color: string) => boolean): string {
  let color = fit(L, C, h)
  for (let step = 1; step <= 60 && !readable(color); step++) color = fit(L - 0.005 * step, C, h)
  return color
}

const cache = new Map<string, Accent>()

/** The accent of one light. Anything that is not `#rrggbb`, and a light that is off, gives ember. */
export function accent(light: string | null | undefined, ground: Ground): Accent {
  const led = light && /^#[0-9a-f]{6}$/i.test(light) && oklch(light)[0] >= 0.08 ? light.toLowerCase() : EMBER
  const key = ground + led
  const known = cache.get(key)
  if (known) return known
  if (cache.size > 500) cache.clear()
  const made = make(led, ground)
  cache.set(key, made)
  return made
}

function make(led: string, ground: Ground): Accent {
  const [L, C, h] = oklch(led)
  if (ground === 'dark') {
    const acc = fit(clamp(L, 0.765, 0.82), clamp(C, 0, 0.13), h)
    const arc = fit(clamp(L, 0.715, 0.8), clamp(C, 0, 0.155), h)
    return { led, acc, arc, ink: INK }
  }
  const acc = until(clamp(L, 0.42, 0.5), clamp(C, 0, 0.15), h, (c) => contrast(c, mix(c, 0.15, PAPER)) >= 4.6)
  const arc = until(clamp(L, 0.635, 0.66), clamp(C, 0, 0.17), h, (c) => contrast(c, CARD) >= 3.05)
  return { led, acc, arc, ink: INK }
}

/** The accent as custom properties, for a `style` attribute. */
export function accentStyle(light: string | null | undefined, ground: Ground): string {
  const { led, acc, arc, ink } = accent(light, ground)
  return `--led:${led};--acc:${acc};--arc:${arc};--acc-ink:${ink}`
}

/** Whether two lights are too alike to tell by colour: less than 12° of hue apart, or both without hue. */
export function alike(one: string | null, other: string | null): boolean {
  const [, c1, h1] = oklch(accent(one, 'dark').led)
  const [, c2, h2] = oklch(accent(other, 'dark').led)
  if (c1 < 0.03 || c2 < 0.03) return c1 < 0.03 && c2 < 0.03
  const apart = Math.abs(h1 - h2) % (2 * Math.PI)
  return Math.min(apart, 2 * Math.PI - apart) < (12 * Math.PI) / 180
}
