// Where the names at the ends of the chart's lines go: as near to their line as they can be, none nearer
// than `gap` to the next, all inside the plot, in the order of their lines.

export interface Label {
  /** Where the line ends, px from the top. */
  y: number
}

/** How many labels there is room for, one at least. */
export const fitting = (gap: number, top: number, bottom: number): number => Math.max(1, Math.floor((bottom - top) / gap) + 1)

/** The y of every label, in the order given. */
export function spread(labels: readonly Label[], gap: number, top: number, bottom: number): number[] {
  const order = labels.map((_, i) => i).sort((a, b) => at(labels, a) - at(labels, b) || a - b)
  const ys = order.map((i) => at(labels, i))
  for (let round = 0; round < 60; round++) {
    for (let i = 1; i < ys.length; i++) {
      const overlap = gap - (ys[i]! - ys[i - 1]!)
      if (overlap <= 0) continue
      ys[i] = ys[i]! + overlap / 2
      ys[i - 1] = ys[i - 1]! - overlap / 2
    }
  }
  // Keep the block inside: first push up from the bottom, then down from the top, which wins if both cannot be.
  for (let i = ys.length - 1; i >= 0; i--) ys[i] = Math.min(ys[i]!, bottom - gap * (ys.length - 1 - i))
  for (let i = 0; i < ys.length; i++) ys[i] = Math.max(ys[i]!, i === 0 ? top : ys[i - 1]! + gap)
  const placed = new Array<number>(labels.length)
  order.forEach((label, i) => (placed[label] = ys[i]!))
  return placed
}

const at = (labels: readonly Label[], index: number) => labels[index]?.y ?? 0
