import { ask } from './client'
import type { ServerNow } from './types'

/** How the server does at this moment. */
export const getServer = (signal?: AbortSignal) => ask<ServerNow>('GET', '/v1/administration/server', { signal })
