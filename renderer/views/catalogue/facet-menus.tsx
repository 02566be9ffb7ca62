import { Check, ChevronDown, ListFilter } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { type FacetName, facetNames } from '../../stores/layout-store.ts'
import { useLayout, useProgram } from '../../stores/program.ts'
import { MenuContent } from '../shell/menu-item.tsx'
import type { FacetValue, SchemaSearch } from './search-schemas.ts'

const titles: Readonly<Record<FacetName, string>> = {
  owner: 'Owner',
  store: 'Store',
  tag: 'Tag',
  version: 'Version',
  manifest: 'Manifest',
}

const none: Readonly<Record<FacetName, string>> = {
  owner: 'No owner',
  store: 'No store',
  tag: 'No tag',
  version: 'No version',
  manifest: 'No manifest',
}

/** A menu for each facet; where there is no room, all of them in one. What tells nothing apart is left out. */
export function FacetMenus({ facets }: { facets: SchemaSearch['facets'] }) {
  const { layout } = useProgram()
  const chosen = useLayout((state) => state.catalogueFacets)
  const useful = facetNames.filter((name) => facets[name].length > 1 || (chosen[name]?.length ?? 0) > 0)
  const count = facetNames.reduce((sum, name) => sum + (chosen[name]?.length ?? 0), 0)
  return (
    <>
      <div className="facets facets-apart">
        {useful.map((name) => (
          <Menu key={name} label={labelOf(name, chosen[name] ?? [])} active={(chosen[name]?.length ?? 0) > 0}>
            <Values name={name} values={facets[name]} />
          </Menu>
        ))}
      </div>
      {useful.length > 0 && (
        <div className="facets facets-together">
          <Menu label={count === 0 ? 'Filter' : `Filter · ${count}`} active={count > 0}>
            {useful.map((name) => (
              <DropdownMenu.Group key={name}>
                <DropdownMenu.Label className="menu-label">{titles[name]}</DropdownMenu.Label>
                <Values name={name} values={facets[name]} />
              </DropdownMenu.Group>
            ))}
          </Menu>
        </div>
      )}
      {count > 0 && (
        <Button kind="quiet" small className="link" onClick={() => layout.change({ catalogueFacets: {} })}>
          Clear
        </Button>
      )}
    </>
  )
}

function Menu({ label, active, children }: { label: string; active: boolean; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={`facet ${active ? 'facet-active' : ''}`}>
        <ListFilter size={14} aria-hidden />
        <span className="ellipsis">{label}</span>
        <ChevronDown size={12} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuContent align="start" className="facet-menu">
        {children}
      </MenuContent>
    </DropdownMenu.Root>
  )
}

function Values({ name, values }: { name: FacetName; values: readonly FacetValue[] }) {
  const { layout } = useProgram()
  const toggle = (value: string) => {
    const { catalogueFacets } = layout.store.getState()
    const own = catalogueFacets[name] ?? []
    const next = own.includes(value) ? own.filter((each) => each !== value) : [...own, value]
    const { [name]: _, ...others } = catalogueFacets
    layout.change({ catalogueFacets: next.length === 0 ? others : { ...others, [name]: next } })
  }
  return values.map(({ value, count, chosen }) => (
    <DropdownMenu.CheckboxItem
      key={value}
      className="menu-item"
      checked={chosen}
      // Several may be chosen before the menu closes.
      onSelect={(event) => event.preventDefault()}
      onCheckedChange={() => toggle(value)}
    >
      <span className="facet-check">{chosen && <Check size={14} aria-hidden />}</span>
      <span className="grow ellipsis">{wordOf(name, value)}</span>
      <span className="facet-count num">{count}</span>
    </DropdownMenu.CheckboxItem>
  ))
}

function labelOf(name: FacetName, chosen: readonly string[]): string {
  const [first] = chosen
  if (first === undefined) return titles[name]
  return chosen.length === 1 ? wordOf(name, first) : `${titles[name]} · ${chosen.length}`
}

function wordOf(name: FacetName, value: string): string {
  if (value === '') return none[name]
  if (name === 'version' && value === 'deprecated') return 'Deprecated'
  return name === 'store' ? value.slice(value.lastIndexOf('/') + 1) : value
}
