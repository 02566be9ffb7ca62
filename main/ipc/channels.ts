/** Names of the three channels between main and preload. */
export const invokeChannel = 'rejot:invoke'
export const pushChannel = 'rejot:push'
export const streamChannel = 'rejot:stream'
