// The size of the window in the lengths that styles are written in. With texts of another size (`zoom` on the
// root) some engines measure elements in lengths of the screen and others in those of the page.

export interface Frame {
  width: number
  height: number
  /** Measured lengths divided by this are lengths of styles. */
  scale: number
}

export function frame(body: HTMLElement = document.body): Frame {
  const { width, height } = body.getBoundingClientRect()
  const scale = width > 0 && body.offsetWidth > 0 ? width / body.offsetWidth : 1
  return { width: (width || innerWidth) / scale, height: (height || innerHeight) / scale, scale }
}
