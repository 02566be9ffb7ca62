import { useLayout } from '../../stores/program.ts'
import { PublicSchemas } from './public-schemas.tsx'
import { Tables } from './tables.tsx'
import './catalogue.css'

/** What there is to build on: what teams publish, and the tables of the databases that are connected. */
export function Catalogue() {
  const tab = useLayout((layout) => layout.catalogueTab)
  return tab === 'schemas' ? <PublicSchemas /> : <Tables />
}
