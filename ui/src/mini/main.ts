// Starts the mini window. The import of locale comes before everything else: see there.
import '../lib/locale'
import { mount } from 'svelte'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/buttons.css'
import '../styles/gauge.css'
import './mini.css'
import { connect } from '../lib/backend'
import { watchForFailures } from '../lib/failure'
import { hearth } from '../lib/state.svelte'
import { speak } from '../lib/tongue.svelte'
import Mini from './Mini.svelte'

// Until the settings are known.
speak('system')
watchForFailures()

async function start() {
  // Scripted views, as in the window; not in a production bundle.
  const fixture = import.meta.env.DEV ? new URLSearchParams(location.search).get('fixture') : null
  if (import.meta.env.DEV && fixture) (await import('../lib/demo/open')).openFixture(fixture)
  else hearth.open(connect)
  mount(Mini, { target: document.getElementById('app')! })
}

void start()
