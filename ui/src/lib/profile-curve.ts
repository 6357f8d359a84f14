// The little picture on a profile: rise, hold, cool, over 90 s. It shows what the profile asks for, not a
// measurement.

import { toCelsius } from './temperature'

const COLD = toCelsius(76)
const RISE_S = 19
const SPAN_S = 120

function at(second: number, target: number, hold: number): number {
  if (second < RISE_S) return COLD + (target - COLD) * (1 - Math.exp(-((second / 6.6) ** 1.32)))
  if (second < RISE_S + hold) return target
  return COLD + (target - COLD) * Math.exp(-(second - RISE_S - hold) / 34)
}

/** An SVG path in a box of `width` by `height`. */
export function profileCurve(target: number, hold: number, width: number, height: number): string {
  let path = ''
  for (let second = 0; second <= SPAN_S; second += 2) {
    const x = 2 + ((width - 4) * second) / SPAN_S
    const y = height - 3 - ((height - 8) * (at(second, target, hold) - toCelsius(60))) / (toCelsius(620) - toCelsius(60))
    path += `${path ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
  }
  return path
}
