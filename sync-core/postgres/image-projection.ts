/** How a transformation's SQL is run over row images: an array of text for each column. */
export interface ImageProjection {
  readonly columns: readonly ImageColumn[]
  readonly sql: string
}

/** A column whose values the images bring. */
export interface ImageColumn {
  readonly name: string
  /** Of its type as it was prepared. */
  readonly typeOid: number
}
