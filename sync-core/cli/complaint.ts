/** A problem in one line, for which the person needs no help text; exit code 1. */
export class Complaint extends Error {
  override readonly name = 'Complaint'
}
