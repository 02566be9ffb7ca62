/** The one function of it that is used; the package has no types of its own. */
declare module 'js-yaml' {
  /** Throws a YAMLException for what is no YAML. Makes plain values only. */
  export function load(text: string): unknown
}
