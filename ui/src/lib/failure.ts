// What a person sees when the window itself breaks: words instead of a blank page. It is plain DOM with
// its own few styles, because whatever broke may be the part that draws everything else.

import { t } from './tongue.svelte'

let shown = 0

/** Shows `problem` over everything. The first three are shown, so that a loop of errors does not pile up. */
export function showFailure(problem: unknown): void {
  if (shown >= 3) return
  shown += 1
  const words = problem instanceof Error ? `${problem.message}\n${problem.stack ?? ''}` : String(problem)
  const box = document.createElement('section')
  box.setAttribute('role', 'alert')
  box.dataset.test = 'failure'
  box.style.cssText =
    'position:fixed;inset:auto 12px 12px;z-index:100;padding:14px 16px;border-radius:12px;background:#2a2622;' +
    'color:#f4eee7;font:13px/19px system-ui,sans-serif;box-shadow:0 12px 32px rgba(0,0,0,.5);user-select:text'
  const title = document.createElement('b')
  title.textContent = t('Something in this window broke')
  const advice = document.createElement('p')
  advice.style.margin = '4px 0 10px'
  advice.textContent = t('A heat that is running goes on: stop it with the button of your device. Reloading usually helps.')
  const reload = document.createElement('button')
  reload.textContent = t('Reload')
  reload.style.cssText = 'padding:6px 12px;border-radius:8px;background:#f2924f;color:#1b1512;font-weight:600'
  reload.onclick = () => location.reload()
  const details = document.createElement('details')
  details.style.marginTop = '10px'
  const summary = document.createElement('summary')
  summary.textContent = t('Technical details')
  const text = document.createElement('pre')
  text.style.cssText = 'margin:8px 0 0;max-height:140px;overflow:auto;white-space:pre-wrap;font-size:11px'
  text.textContent = words
  details.append(summary, text)
  box.append(title, advice, reload, details)
  document.body.append(box)
}

/** Listens for everything that nobody caught. */
export function watchForFailures(): void {
  addEventListener('error', (event) => {
    // Browsers report this harmless notice as an error event without an error.
    if (!event.error && /ResizeObserver/.test(event.message)) return
    showFailure(event.error ?? event.message)
  })
  addEventListener('unhandledrejection', (event) => showFailure(event.reason))
}
