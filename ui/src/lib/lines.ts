// The lines of the heat chart, as they are stroked. A line grows by its new points only: twenty of them with hundreds of points
// each, made anew at every picture, were most of what a sesh of twenty cost.

import { Y_RANGE } from './chart'
import type { Curve } from './contract'

/** Where on the canvas the chart lies, and how far its time reaches, s. */
export interface Field {
  left: number
  top: number
  width: number
  height: number
  end: number
}

interface Line {
  path: Path2D
  drawn: number
  last: Curve['points'][number]
}

export class Lines {
  #field: Field | null = null
  readonly #lines = new Map<string, Line>()

  /** The line of a curve; with another field all are made anew. */
  of(curve: Curve, field: Field): Path2D {
    if (!isSame(this.#field, field)) this.#lines.clear()
    this.#field = field
    const { points } = curve
    let line = this.#lines.get(curve.member)
    // A curve that begins anew has other points.
    if (!line || (line.drawn > 0 && points[line.drawn - 1] !== line.last)) {
      line = { path: new Path2D(), drawn: 0, last: [0, 0] }
      this.#lines.set(curve.member, line)
    }
    const [low, high] = Y_RANGE
    for (; line.drawn < points.length; line.drawn++) {
      const point = points[line.drawn]!
      const x = field.left + (point[0] / 1000 / field.end) * field.width
      const y = field.top + (1 - (point[1] - low) / (high - low)) * field.height
      if (line.drawn === 0) line.path.moveTo(x, y)
      else line.path.lineTo(x, y)
      line.last = point
    }
    return line.path
  }
}

const isSame = (one: Field | null, other: Field): boolean =>
  one !== null && one.left === other.left && one.top === other.top && one.width === other.width && one.height === other.height && one.end === other.end
