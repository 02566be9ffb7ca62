const dots = '•'.repeat(12)

/** A pasted text as it may stay on the screen: dots for the password, in whichever way it is written there. Pure. */
export function hidePassword(text: string, password: string | undefined): string {
  if (password === undefined || password === '') return text
  // The longest spelling first, so that no part of it is left beside the dots.
  const spellings = [encodeURIComponent(password), encodeURI(password), password.replaceAll(/[\\']/g, '\\$&'), password]
  return spellings
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, spelling) => shown.replaceAll(standingAlone(spelling), dots), text)
}

/** Between what parts values, so that a short password does not take letters out of other words. */
function standingAlone(spelling: string): RegExp {
  return new RegExp(`(?<=[:=\\s'"])${spelling.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?=[@&\\s'",;]|$)`, 'g')
}

/** Whether a password is what `hidePassword` put there: a text that is edited afterwards still says it. */
export const isHidden = (password: string): boolean => /^•+$/.test(password)
