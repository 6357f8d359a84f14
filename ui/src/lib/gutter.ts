// How much room a scroller keeps for its bar: 8 px where bars stand beside what they scroll, none where they
// lie over it (macOS, GTK). The styles take it off their paddings, so that edges line up in both.

/** Measures it once and gives it to the styles as `--gut`. */
export function measureGutter(): void {
  const probe = document.createElement('div')
  probe.className = 'scroll'
  probe.style.cssText = 'position:absolute;visibility:hidden;width:100px;height:50px'
  document.body.append(probe)
  const width = probe.offsetWidth - probe.clientWidth
  probe.remove()
  document.documentElement.style.setProperty('--gut', `${width}px`)
}
