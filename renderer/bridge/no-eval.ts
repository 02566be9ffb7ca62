import { z } from 'zod'

/*
 * zod tries out whether it may compile code; the page's security policy forbids that and would report the try. It looks
 * when a schema is made, so this comes before every module that makes one.
 */
z.config({ jitless: true })
