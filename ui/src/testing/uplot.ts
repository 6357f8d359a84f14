// In place of the chart's library in tests: jsdom has no canvas. Nothing is drawn.

export default class Drawn {
  static pxRatio = 1
  setData() {}
  setSize() {}
  redraw() {}
  destroy() {}
}
