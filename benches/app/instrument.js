// Measures a page of Hearth from within: how long its main thread works for each event of the companion, and how
// long it takes from the companion's own clock to the changed document. Run before the page's scripts (a browser) or
// in the page as it is (the window); `window.__bench.start()` begins, `window.__bench.report()` tells.
;(() => {
  if (window.__bench) return
  const bench = { on: false, frames: [], toDom: [], kinds: {}, events: 0 }
  let waiting = []
  let chartStart = null
  let frame = null

  const kindOf = (message) => message?.event ?? (typeof message === 'string' ? /^\{"event":"(\w+)"/.exec(message)?.[1] : undefined)

  /** Handles events that come together as the page does, and takes the time until the page's own microtasks are done. */
  const handle = (messages, run) => {
    if (!bench.on) return run()
    const told = messages.filter(kindOf)
    if (told.length === 0) return run()
    const begun = performance.now()
    bench.events += told.length
    for (const message of told) {
      const kind = kindOf(message)
      bench.kinds[kind] = (bench.kinds[kind] ?? 0) + 1
      if (kind !== 'sample' && kind !== 'chart') continue
      const event = typeof message === 'string' ? JSON.parse(message) : message
      if (kind === 'chart') chartStart = event.chart.startedAt
      else if (chartStart !== null) waiting.push(chartStart + event.ms)
    }
    if (frame === null) {
      frame = { events: 0, script: 0 }
      nextFrame(rendering)
    }
    const mine = frame
    mine.events += told.length
    run()
    afterwards(() => (mine.script += performance.now() - begun))
  }

  /** After what the page put off to a microtask, and after what that put off. */
  const afterwards = (then) => queueMicrotask(() => queueMicrotask(then))

  // What the page does when a frame is due is script, too.
  const nextFrame = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (callback) =>
    nextFrame((time) => {
      const begun = performance.now()
      const mine = painting.at(-1)
      callback(time)
      if (mine) afterwards(() => (mine.frame.inFrame = (mine.frame.inFrame ?? 0) + performance.now() - begun))
    })

  /** Callbacks of this frame registered before this one have run; what comes next is style, layout and painting. */
  const channel = new MessageChannel()
  const painting = []
  channel.port1.onmessage = () => {
    const { begun, frame } = painting.shift()
    const { events, script, inFrame = 0 } = frame
    const rest = performance.now() - begun - inFrame
    bench.frames.push({ events, script: script + inFrame, rendering: Math.max(0, rest) })
  }
  const rendering = () => {
    painting.push({ begun: performance.now(), frame })
    frame = null
    channel.port2.postMessage(null)
  }

  const changed = () => {
    const now = Date.now()
    for (const at of waiting) bench.toDom.push(now - at)
    waiting = []
  }

  bench.start = () => {
    new MutationObserver(changed).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    bench.on = true
  }
  /** The chart began before the measurement did. */
  bench.began = (at) => {
    chartStart = at
  }
  bench.report = () => {
    bench.on = false
    const { frames, toDom, kinds, events } = bench
    return { frames, toDom, kinds, events, unanswered: waiting.length }
  }
  window.__bench = bench

  const page = window.hearthTold
  if (page) {
    window.hearthTold = (events) => handle(events, () => page(events))
  } else {
    const { get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage')
    const set_ = function (listener) {
      set.call(this, (message) => handle([message.data], () => listener.call(this, message)))
    }
    Object.defineProperty(WebSocket.prototype, 'onmessage', { get, set: set_, configurable: true })
  }
})()
