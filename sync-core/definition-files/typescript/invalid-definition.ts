/** A definition that lacks something, thrown where it is made, so that the line is known. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError'
}
