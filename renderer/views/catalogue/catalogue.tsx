import { PublicSchemas } from './public-schemas.tsx'
import './catalogue.css'

/** What there is to build on: what teams publish, and the tables of the databases that are connected. */
export function Catalogue() {
  return <PublicSchemas />
}
