// The heat chart in numbers: what uPlot is given, and how far its axes reach. HeatChart.svelte draws.

import type { AlignedData } from 'uplot'
import { alike } from './accent'
import type { ChartView, Curve, Unit } from './contract'
import { toCelsius } from './temperature'

/** Bounds of the temperature axis, °C: 60 to 620 °F, in either unit. */
export const Y_RANGE: [number, number] = [toCelsius(60), toCelsius(620)]

/** Mine last, so that it lies on top. */
export const drawOrder = (curves: readonly Curve[]): Curve[] => [...curves].sort((a, b) => Number(a.me) - Number(b.me))

/** Seconds from the start to the last point of any curve. */
export const lastSecond = (chart: ChartView): number =>
  Math.max(0, ...chart.curves.map((curve) => (curve.points.at(-1)?.[0] ?? 0) / 1000))

/** How far the time axis reaches, s: room for the names at the ends of the lines, in steps so that it seldom moves. */
export function xEnd(chart: ChartView): number {
  const last = lastSecond(chart)
  if (!chart.live) return Math.max(30, Math.ceil(last / 10) * 10)
  return last <= 60 ? 70 : Math.ceil((last * 1.16) / 20) * 20
}

/** Marks of the time axis, s. */
export function xMarks(end: number, width: number): number[] {
  const fits = Math.max(2, Math.floor(width / 56))
  const step = (end <= 30 ? [5, 10] : [10, 20, 30, 60, 120]).find((each) => end / each <= fits) ?? 300
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step)
}

/** Marks of the temperature axis, °C: round numbers of the person's unit. */
export function yMarks(unit: Unit, height: number): number[] {
  if (unit === 'celsius') return [100, 200, 300]
  return (height < 118 ? [200, 400, 600] : [200, 300, 400, 500, 600]).map(toCelsius)
}

/** What uPlot is given for its axes: how long the curves are. Their lines are made by hand (lines.ts). */
export const extent = (chart: ChartView): AlignedData => [[0, lastSecond(chart)], ...chart.curves.map(() => [...Y_RANGE])]

/** Which curves are dashed: those whose light is too like that of a curve before them. Mine never is. */
export const dashed = (curves: readonly Curve[]): boolean[] =>
  curves.map((curve, i) => !curve.me && curves.some((other, j) => (other.me || j < i) && alike(other.led, curve.led)))

/** Every `step` seconds, the temperature of each curve; for the table that screen readers get. */
export function samples(curves: readonly Curve[], step: number, end: number): { second: number; celsius: (number | null)[] }[] {
  const rows = []
  for (let second = 0; second <= end; second += step) {
    const celsius = curves.map((curve) => curve.points.findLast(([ms]) => ms <= second * 1000)?.[1] ?? null)
    rows.push({ second, celsius })
  }
  return rows
}
