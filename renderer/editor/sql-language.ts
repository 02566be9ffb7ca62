import { languages } from 'monaco-editor/editor'
import { conf, language } from 'monaco-editor/languages/definitions/pgsql/pgsql'
import { sqlKeywords } from '../text/sql-tokens.ts'

export const sqlLanguage = 'pgsql'

/**
 * Monaco's Postgres, with three changes. It knows neither placeholders nor dollar quotes. And it colours all 700 words
 * of the grammar, most of which are names of columns sooner than keywords: we colour those that `SqlText` does, so that
 * nothing changes its colour when the editor takes the place of that.
 */
export function registerSqlLanguage(): void {
  languages.register({ id: sqlLanguage })
  languages.setLanguageConfiguration(sqlLanguage, conf)
  languages.setMonarchTokensProvider(sqlLanguage, {
    ...language,
    keywords: [...sqlKeywords],
    tokenizer: {
      ...language.tokenizer,
      root: [
        { include: '@comments' },
        { include: '@whitespace' },
        [/::/, 'delimiter'],
        [/:[a-z_]\w*|\$\d+/, 'placeholder'],
        [/\$(\w*)\$/, { token: 'string', next: '@dollarQuote.$1' }],
        { include: '@numbers' },
        { include: '@strings' },
        { include: '@complexIdentifiers' },
        [/[a-z_][\w$]*/, { cases: { '@keywords': 'keyword', '@default': 'identifier' } }],
        [/[()[\]]/, '@brackets'],
      ],
      dollarQuote: [
        [/\$(\w*)\$/, { cases: { '$1==$S2': { token: 'string', next: '@pop' }, '@default': 'string' } }],
        [/[^$]+|\$/, 'string'],
      ],
    },
  })
}
