// Starts the window. The import of locale comes before everything else: see there.
import './lib/locale'
import { mount } from 'svelte'
import './styles/tokens.css'
import './styles/base.css'
import './styles/buttons.css'
import './styles/surfaces.css'
import './styles/fields.css'
import './styles/controls.css'
import './styles/rows.css'
import './styles/layers.css'
import './styles/gauge.css'
import './styles/shell.css'
import './styles/session.css'
import './styles/hero.css'
import './styles/members.css'
import './styles/chat.css'
import './styles/session-narrow.css'
import './styles/devices.css'
import './styles/profiles.css'
import './styles/device-cards.css'
import './styles/settings.css'
import './styles/history.css'
import './styles/recap.css'
import './styles/lobby.css'
import './styles/community.css'
import './styles/community-service.css'
import './styles/rooms.css'
import './styles/voice.css'
import './styles/welcome.css'
import './styles/medium.css'
import './styles/short.css'
import App from './App.svelte'
import { connect } from './lib/backend'
import { watchForFailures } from './lib/failure'
import { measureGutter } from './lib/gutter'
import { hearth } from './lib/state.svelte'
import { speak } from './lib/tongue.svelte'
import { keepEdits, ownStorage } from './lib/unfinished.svelte'

// Until the settings are known.
speak('system')
watchForFailures()
measureGutter()

async function start() {
  // Scripted views for pictures and for work on the looks; not in a production bundle.
  const fixture = import.meta.env.DEV ? new URLSearchParams(location.search).get('fixture') : null
  if (import.meta.env.DEV && fixture) (await import('./lib/demo/open')).openFixture(fixture)
  else {
    keepEdits(ownStorage())
    hearth.open(connect)
  }
  mount(App, { target: document.getElementById('app')! })
}

void start()
