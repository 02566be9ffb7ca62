/** From the list to the details, once they are drawn; for Enter. */
export function focusInspector(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.inspector [role="tab"][tabindex="0"]')?.focus())
}
