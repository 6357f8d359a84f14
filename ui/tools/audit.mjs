// Runs inside a page and tells what is wrong with the way it is laid out. Playwright sends the source of
// `audit` over, so it may use nothing from outside itself.

export function audit() {
  const out = []
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const colors = new Map()
  const rgba = (color) => {
    if (!colors.has(color)) {
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = '#000'
      context.fillStyle = color
      context.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data
      colors.set(color, [r, g, b, a / 255])
    }
    return colors.get(color)
  }
  const over = (front, back) => [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])).concat(1)
  const luminance = (color) => {
    const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2])
  }
  const selector = (element) => {
    const own = (e) => e.tagName.toLowerCase() + [...e.classList].slice(0, 3).map((c) => `.${c}`).join('')
    return element.parentElement ? `${own(element.parentElement)} > ${own(element)}` : own(element)
  }
  const background = (element) => {
    const layers = []
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor)
      if (color[3] > 0) layers.push(color)
      if (color[3] > 0.995) break
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), rgba(getComputedStyle(document.body).backgroundColor))
  }
  const layer = (element) => (element.closest('.menu, .toasts, .dialog-bg, .pfoot.stays, .comm.drawer > .cpeople, .cnew') ? 1 : 0)
  const dialog = document.querySelector('.dialog-bg')

  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.data.trim()
    const element = node.parentElement
    if (!words || element.closest('.sr, .skip, .emoji, script, style, option')) continue
    const style = getComputedStyle(element)
    if (style.visibility === 'hidden') continue
    let opacity = 1
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity)
    if (opacity < 0.05) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1)
    if (rects.length === 0) continue
    const clip = { l: 0, t: 0, r: innerWidth, b: innerHeight }
    for (let e = element; e; e = e.parentElement) {
      const s = getComputedStyle(e)
      if (e === document.body || e instanceof SVGElement || !/(hidden|auto|scroll|clip)/.test(s.overflowX + s.overflowY)) continue
      const r = e.getBoundingClientRect()
      Object.assign(clip, { l: Math.max(clip.l, r.left), t: Math.max(clip.t, r.top), r: Math.min(clip.r, r.right), b: Math.min(clip.b, r.bottom) })
    }
    const seen = rects
      .map((r) => ({ l: Math.max(r.left, clip.l), t: Math.max(r.top, clip.t), r: Math.min(r.right, clip.r), b: Math.min(r.bottom, clip.b) }))
      .filter((r) => r.r - r.l > 1 && r.b - r.t > 1)
    if (seen.length === 0) continue

    const color = rgba(element instanceof SVGElement ? style.fill : style.color)
    const ground = background(element instanceof SVGElement ? element.closest('svg').parentElement : element)
    const [a, b] = [luminance(over([...color.slice(0, 3), color[3] * opacity], ground)), luminance(ground)]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 600)
    if (ratio < (large ? 3 : 4.5) - 0.02 && (layer(element) || !dialog)) out.push(`CONTRAST ${ratio.toFixed(1)} ${selector(element)} "${words.slice(0, 24)}"`)

    for (let e = element, depth = 0; e && depth < 3; e = e.parentElement, depth++) {
      const s = getComputedStyle(e)
      // Names that people gave may be long; where one is cut, its title has all of it.
      if (e instanceof SVGElement || e === document.body || e.title.includes(words)) continue
      if (e.scrollWidth > e.clientWidth + 1 && /(hidden|clip)/.test(s.overflowX)) {
        out.push(`CLIPPED-X ${selector(e)} "${words.slice(0, 40)}"`)
        break
      }
      if (e.scrollHeight > e.clientHeight + 2 && /(hidden|clip)/.test(s.overflowY) && rects.some((r) => r.bottom > e.getBoundingClientRect().bottom + 2)) {
        out.push(`CLIPPED-Y ${selector(e)} "${words.slice(0, 40)}"`)
        break
      }
    }
    if (!element.title?.includes(words) && rects.some((r) => r.right > innerWidth + 0.5 || r.left < -0.5)) out.push(`OFFSCREEN ${selector(element)} "${words.slice(0, 30)}"`)
    for (const r of seen) texts.push({ r, element, layer: layer(element), words: words.slice(0, 20) })
  }

  const across = (a, b) => [Math.min(a.r, b.r) - Math.max(a.l, b.l), Math.min(a.b, b.b) - Math.max(a.t, b.t)]
  if (!dialog) {
    texts.forEach((a, i) => {
      for (const b of texts.slice(i + 1)) {
        if (a.layer !== b.layer || a.element === b.element) continue
        const [x, y] = across(a.r, b.r)
        if (x > 1.5 && y > 4.5) out.push(`OVERLAP ${selector(a.element)} × ${selector(b.element)} "${a.words}" / "${b.words}"`)
      }
    })
  }
  const box = (e) => {
    const r = e.getBoundingClientRect()
    return { l: r.left, t: r.top, r: r.right, b: r.bottom }
  }
  if (!document.querySelector('.dialog-bg, .menu, .toasts')) {
    const boxes = [...document.querySelectorAll('.chip, .btn, .ibtn, .pill, .count, .inp, .seg, .presser, .gwrap:not(.hg)')].filter((e) => e.getBoundingClientRect().width > 0)
    boxes.forEach((one, i) => {
      for (const other of boxes.slice(i + 1)) {
        if (one.contains(other) || other.contains(one) || layer(one) !== layer(other) || one.closest('.scroll') !== other.closest('.scroll')) continue
        const [x, y] = across(box(one), box(other))
        if (x > 1.5 && y > 1.5) out.push(`BOX ON BOX ${selector(one)} × ${selector(other)}`)
      }
      for (const text of texts) {
        if (text.layer !== layer(one) || one.contains(text.element) || one.closest('.scroll') !== text.element.closest('.scroll')) continue
        const [x, y] = across(box(one), text.r)
        if (x > 1.5 && y > 3) out.push(`BOX ON TEXT ${selector(one)} × "${text.words}"`)
      }
    })
  }
  for (const e of document.querySelectorAll('button, a[href], input, select, [tabindex="0"]')) {
    const r = e.getBoundingClientRect()
    if (!r.width || !r.height || e.closest('.skip')) continue
    const label = e.id && document.querySelector(`label[for="${e.id}"]`)?.innerText
    const name = (e.getAttribute('aria-label') || e.innerText || e.getAttribute('title') || label || '').trim()
    if (!name) out.push(`UNNAMED ${selector(e)}`)
    if (r.width < 23.5 || r.height < 23.5) out.push(`SMALL ${Math.round(r.width)}×${Math.round(r.height)} ${selector(e)} "${name.slice(0, 20)}"`)
    if (r.right > innerWidth + 1 || r.left < -1) out.push(`OFFSCREEN BOX ${selector(e)} "${name.slice(0, 20)}"`)
  }
  const headings = [...document.querySelectorAll('h1')].filter((e) => e.getBoundingClientRect().width > 0).length
  if (headings !== 1) out.push(`${headings} H1`)
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice) out.push(`DUPLICATE ID ${twice}`)
  if (document.documentElement.scrollWidth > innerWidth + 1) out.push('PAGE SCROLLS SIDEWAYS')
  for (const e of document.querySelectorAll('.scroll')) {
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'hidden') out.push(`SCROLLS SIDEWAYS ${selector(e)}`)
  }
  return [...new Set(out)]
}
