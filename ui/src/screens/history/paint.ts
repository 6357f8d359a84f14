// Draws the picture of a sesh on a canvas, with the fonts that come with Hearth.

import { HEIGHT, type Measure, type Shape, WIDTH } from './poster'

const FAMILY = '"Figtree", system-ui, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif'
const font = (size: number, weight: number) => `${weight} ${size}px ${FAMILY}`

/** How wide texts are on this canvas. */
export const measureOn = (context: CanvasRenderingContext2D): Measure => (text, size, weight) => {
  context.font = font(size, weight)
  return context.measureText(text).width
}

/** The fonts are there to be drawn with; without them it is drawn with others. `names` may have letters of another part of the font. */
export async function fontsReady(names: string): Promise<void> {
  await Promise.allSettled([450, 600, 700].map((weight) => document.fonts?.load(font(20, weight), `Hearth 0123 ${names}`)))
  await document.fonts?.ready
}

export function paint(context: CanvasRenderingContext2D, shapes: readonly Shape[]): void {
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const shape of shapes) {
    context.save()
    draw(context, shape)
    context.restore()
  }
}

function draw(context: CanvasRenderingContext2D, shape: Shape): void {
  switch (shape.kind) {
    case 'ground':
      context.fillStyle = shape.fill
      return context.fillRect(0, 0, WIDTH, HEIGHT)
    case 'glow': {
      const light = context.createRadialGradient(shape.x, shape.y, 0, shape.x, shape.y, shape.radius)
      light.addColorStop(0, shape.color)
      light.addColorStop(1, `${shape.color}00`)
      context.globalAlpha = shape.opacity
      context.fillStyle = light
      return context.fillRect(0, 0, WIDTH, HEIGHT)
    }
    case 'card':
      context.beginPath()
      context.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius)
      context.fillStyle = shape.fill
      context.fill()
      context.strokeStyle = shape.stroke
      context.lineWidth = 1.5
      return context.stroke()
    case 'line':
      context.globalAlpha = shape.opacity ?? 1
      context.strokeStyle = shape.stroke
      context.lineWidth = shape.width
      context.setLineDash(shape.dash ?? [])
      context.beginPath()
      for (const [x, y] of shape.points) context.lineTo(x, y)
      return context.stroke()
    case 'dot':
      context.beginPath()
      context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI)
      context.fillStyle = shape.fill
      context.fill()
      if (!shape.ring) return
      context.strokeStyle = shape.ring
      context.lineWidth = 3
      return context.stroke()
    case 'text':
      context.font = font(shape.size, shape.weight)
      context.fillStyle = shape.fill
      context.textAlign = shape.align
      context.textBaseline = 'alphabetic'
      return context.fillText(shape.text, shape.x, shape.y)
    case 'mark':
      return drawMark(context, shape)
  }
}

/** The mark of Hearth: a fireplace and its flame, as in Brand.svelte. */
function drawMark(context: CanvasRenderingContext2D, { x, y, size, stroke, fill }: Extract<Shape, { kind: 'mark' }>): void {
  context.translate(x, y)
  context.scale(size / 32, size / 32)
  context.strokeStyle = stroke
  context.lineWidth = 2.4
  context.stroke(new Path2D('M5 27V15a11 11 0 0 1 22 0v12'))
  context.stroke(new Path2D('M2.5 27.5h27'))
  context.fillStyle = fill
  context.fill(new Path2D('M16 11.5c.6 3.2 4.6 4.7 4.6 8.7a4.6 4.6 0 0 1-9.2 0c0-1.7.8-2.9 1.8-3.8.4 1 1 1.6 1.7 1.7-.6-2.5-.3-4.9 1.1-6.6Z'))
}

/** The picture as PNG, base64. */
export const pngOf = (canvas: HTMLCanvasElement): string => canvas.toDataURL('image/png').split(',')[1] ?? ''
