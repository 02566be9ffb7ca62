import { app, type Session } from 'electron'
import { appOrigin, mayLoad } from './asset-path.ts'

/**
 * Switches of the browser engine itself; must run before the app is ready. The page needs no name to be resolved, so none
 * is: whatever the engine might fetch by its own idea fails there. The sync core's connections are Node's, not these.
 */
export function forbidNetwork(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.commandLine.appendSwitch('disable-background-networking')
  app.commandLine.appendSwitch('disable-component-update')
  app.commandLine.appendSwitch('disable-domain-reliability')
  app.commandLine.appendSwitch('no-pings')
}

/** Denies every permission and every request that is not for the page itself. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }))
  session.on('will-download', (event) => event.preventDefault())
}

/** For every page that is ever made: it stays where it is, opens nothing and embeds nothing. Only to load itself again is left to it. */
export function hardenPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || event.url !== `${appOrigin}/`) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}
