import type { ProjectedRow } from '../domain/source.ts'
import type { ImageValues, RowVersion } from '../domain/source-transaction.ts'
import type { PostgresTransformation } from './prepare-public-schema.ts'
import { arrayLiteral } from './quote.ts'
import type { Session } from './session.ts'

/** Runs a transformation's SQL once for all row images. The rows come with the place of their version in `versions`. */
export async function projectVersions(
  session: Session,
  { transformation, name }: { readonly transformation: PostgresTransformation; readonly name: string },
  versions: readonly RowVersion[],
): Promise<readonly ProjectedRow[]> {
  const { images } = transformation
  if (images === undefined) throw new Error(`Cannot run ${name} over row images: it was not prepared for them`)
  const asked: { readonly ordinal: number; readonly image: ImageValues; readonly before: string | undefined }[] = []
  for (const [ordinal, { image, before }] of versions.entries()) {
    if (image !== 'gone') asked.push({ ordinal, image, before })
  }
  if (asked.length === 0) return []
  const values = images.columns.map((_, column) => arrayLiteral(asked.map(({ image }) => image[column] ?? null)))
  values.push(
    arrayLiteral(asked.map(({ image }) => lacking(image))),
    arrayLiteral(asked.map(({ before }) => before ?? null)),
  )
  const rows = await session.rows(images.sql, values, `versions_${name}`)
  return rows.map(([place, key, payload]) => ({
    ordinal: asked[Number(place) - 1]?.ordinal ?? 0,
    key: key ?? '',
    payload: payload ?? '',
  }))
}

/** Places of the values that were not sent, `,2,5,`; `null` for none. */
function lacking(image: ImageValues): string | null {
  if (!image.includes(undefined)) return null
  return `,${image.flatMap((value, place) => (value === undefined ? [place] : [])).join(',')},`
}
