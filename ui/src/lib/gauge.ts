// Geometry of the gauges: a 270° arc that opens downwards. Angles are degrees clockwise from three o'clock,
// as SVG draws them. Only numbers and path strings; Gauge.svelte and MemberGauge.svelte draw.

import { GAUGE_HIGH, GAUGE_LOW, toCelsius } from './temperature'

export const ARC_START = 135
export const ARC_SWEEP = 270

/** Where on the arc a temperature lies, 0 to 1. */
export function fraction(celsius: number): number {
  if (!Number.isFinite(celsius)) return 0
  return Math.min(1, Math.max(0, (celsius - GAUGE_LOW) / (GAUGE_HIGH - GAUGE_LOW)))
}

export const angle = (celsius: number): number => ARC_START + ARC_SWEEP * fraction(celsius)

const tidy = (value: number) => Number(value.toFixed(2))
const tidy3 = (value: number) => Number(value.toFixed(3))

/** The point at `degrees` on a circle of `radius` around (`center`, `center`). */
export function polar(center: number, radius: number, degrees: number): [number, number] {
  const radians = (degrees * Math.PI) / 180
  return [tidy(center + radius * Math.cos(radians)), tidy(center + radius * Math.sin(radians))]
}

/** An SVG path along the circle, clockwise from one angle to the other. */
export function arc(center: number, radius: number, from: number, to: number): string {
  const end = to - from < 0.01 ? from + 0.01 : to
  const [x1, y1] = polar(center, radius, from)
  const [x2, y2] = polar(center, radius, end)
  return `M${x1} ${y1}A${radius} ${radius} 0 ${end - from > 180 ? 1 : 0} 1 ${x2} ${y2}`
}

/** The whole arc. */
export const fullArc = (center: number, radius: number): string =>
  arc(center, radius, ARC_START, ARC_START + ARC_SWEEP)

/** A straight mark across the arc. */
export function mark(center: number, inner: number, outer: number, degrees: number) {
  const [x1, y1] = polar(center, inner, degrees)
  const [x2, y2] = polar(center, outer, degrees)
  return { x1, y1, x2, y2 }
}

export interface Tick {
  celsius: number
  long: boolean
  line: ReturnType<typeof mark>
}

/** Ticks of the large gauge: each 20 °F, long each 100 °F. */
export const TICKS: readonly Tick[] = Array.from({ length: 30 }, (_, i) => {
  const fahrenheit = 60 + 20 * i
  const celsius = toCelsius(fahrenheit)
  const long = fahrenheit % 100 === 0
  return { celsius, long, line: mark(120, long ? 81 : 83.5, 87, angle(celsius)) }
})

/** How far a light of 12 units spreads (the σ of a Gaussian). */
const SPREAD = 9

/** Strokes on top of each other that look like a blurred one: a blur would be computed anew with every sample. */
export const GLOW: readonly { width: number; opacity: number }[] = (() => {
  const edges = Array.from({ length: 10 }, (_, i) => 4 + 2.5 * i)
  const light = (distance: number) => 0.5 * Math.exp(-(distance ** 2) / (2 * (SPREAD ** 2 + 12)))
  return edges.map((edge, i) => ({ width: 2 * edge, opacity: tidy3(light(edge - 1.25) - light((edges[i + 1] ?? edge + 9) - 1.25)) }))
})()

/** How hot the chamber is on the way from a cold one to its target, 0 to 1; drives the glow. */
export function heat(celsius: number | null, target: number | null): number {
  if (celsius === null || target === null) return 0
  const cold = toCelsius(76)
  return target <= cold ? 0 : Math.min(1, Math.max(0, (celsius - cold) / (target - cold)))
}
