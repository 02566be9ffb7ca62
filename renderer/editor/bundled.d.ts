/* What the bundler makes or the package has no types for; named here as narrowly as it is used. */

declare module 'monaco-editor/editor/editor.worker?worker' {
  const EditorWorker: new () => Worker
  export default EditorWorker
}

declare module 'monaco-editor/languages/definitions/pgsql/pgsql' {
  import type { languages } from 'monaco-editor/editor'

  export const conf: languages.LanguageConfiguration
  export const language: languages.IMonarchLanguage
}

declare module 'monaco-editor/editor/contrib/suggest/browser/suggestController'
