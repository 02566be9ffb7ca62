declare const offsetBrand: unique symbol

/** The place of an event in the event store; grows by one or more with each event, never reused. */
export type Offset = number & { readonly [offsetBrand]: true }

/** Before the first event. */
export const zeroOffset: Offset = 0 as Offset

/** From a stored whole number. Throws a RangeError for anything else. */
export function toOffset(value: number): Offset {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Cannot hold offset ${value}: no whole number`)
  return value as Offset
}
