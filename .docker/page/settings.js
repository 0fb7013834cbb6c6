/** What the settings of the page's container make of its document, and of how it is served. */

const API = 'VUE_APP_API_URL'

/** Where each setting of the looks stands in the document, by the names that the page knows. */
const LOOKS = {
  x_datalab_logo_url: 'VUE_APP_LOGO_URL',
  x_datalab_logo_width: 'VUE_APP_LOGO_WIDTH',
  x_datalab_homepage_url: 'VUE_APP_HOMEPAGE_URL',
  x_datalab_website_title: 'VUE_APP_WEBSITE_TITLE',
  x_datalab_editable_inventory: 'VUE_APP_EDITABLE_INVENTORY',
  x_datalab_qr_code_resolver_url: 'VUE_APP_QR_CODE_RESOLVER_URL',
  x_datalab_automatically_generate_id: 'VUE_APP_AUTOMATICALLY_GENERATE_ID_DEFAULT',
  x_datalab_max_number_of_files: 'VUE_APP_UPPY_MAX_NUMBER_OF_FILES',
  x_datalab_max_total_file_size: 'VUE_APP_UPPY_MAX_TOTAL_FILE_SIZE',
  x_datalab_git_version: 'VUE_APP_GIT_VERSION',
}

/** Names that labs have, and why they do nothing here. */
const WITHOUT_EFFECT = {
  VUE_APP_EDITABLE_INVENTORY: 'who may change an item is decided by its groups and creators',
  VUE_APP_QR_CODE_RESOLVER_URL: 'the page draws no QR codes; print the address of the item',
  VUE_APP_AUTOMATICALLY_GENERATE_ID_DEFAULT: 'an id that is left empty is made by the server',
  VUE_APP_UPPY_MAX_NUMBER_OF_FILES: 'any number may be chosen at once',
  VUE_APP_UPPY_MAX_TOTAL_FILE_SIZE: 'the server\'s MAX_CONTENT_LENGTH limits each file',
  VUE_APP_GIT_VERSION: 'the page shows the version of the server',
}

/** What whoever runs the lab should know of settings that do nothing, in sentences. */
export function remarks(settings) {
  const known = new Set([API, ...Object.values(LOOKS)])
  return Object.keys(settings).filter((name) => name.startsWith('VUE_APP_') && settings[name]).flatMap((name) => {
    if (!known.has(name)) return [`The page has no setting ${name}: it does nothing.`]
    return name in WITHOUT_EFFECT ? [`${name} has no effect here: ${WITHOUT_EFFECT[name]}.`] : []
  })
}

/** Why the page cannot be served, in a sentence; `undefined` when it can. */
export function refused(settings) {
  const given = settings[API]?.trim()
  if (!given) return `${API} is missing: set it to the address at which browsers reach the API, such as https://api.lab.example.`
  if (!URL.canParse(given) || !/^https?:\/\/(?!\/)[^"'<>\s;,?#@\\{}]+$/i.test(given)) {
    return `${API} is ${given}, which is no address of an API, such as https://api.lab.example.`
  }
  const logo = settings.VUE_APP_LOGO_URL
  if (logo && !URL.canParse(logo, given)) return `VUE_APP_LOGO_URL is ${logo}, which is no address.`
  const homepage = settings.VUE_APP_HOMEPAGE_URL
  if (homepage && !/^https?:/.test(URL.parse(homepage, given)?.protocol ?? '')) {
    return `VUE_APP_HOMEPAGE_URL is ${homepage}, which is no address of a page.`
  }
  return undefined
}

/** The document of the page with its settings; clients of the API find that by the first. */
export function documentWith(settings, built) {
  const told = Object.entries(LOOKS).filter(([, name]) => settings[name])
  const metas = [['x_datalab_api_url', apiOf(settings)], ...told.map(([meta, name]) => [meta, settings[name]])]
  const lines = metas.map(([name, text]) => `    <meta name="${name}" content="${escaped(text)}">`).join('\n')
  const title = escaped(settings.VUE_APP_WEBSITE_TITLE || 'datalab')
  return built.replace(/<title>.*?<\/title>/, () => `<title>${title}</title>`).replace('</head>', () => `${lines}\n  </head>`)
}

/** How `serve` serves it: any address opens the page, files with a hash in their name last for ever. */
export function servingFrom(settings) {
  const always = [
    { key: 'Content-Security-Policy', value: policy(settings) },
    { key: 'X-Content-Type-Options', value: 'nosniff' },
    { key: 'Referrer-Policy', value: 'same-origin' },
  ]
  return {
    cleanUrls: false,
    directoryListing: false,
    rewrites: [{ source: '!assets/**', destination: '/index.html' }],
    headers: [
      { source: '**', headers: [...always, { key: 'Cache-Control', value: 'no-cache' }] },
      { source: 'assets/**', headers: [{ key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }] },
    ],
  }
}

function policy(settings) {
  const api = new URL(apiOf(settings)).origin
  const logo = settings.VUE_APP_LOGO_URL ? ` ${new URL(settings.VUE_APP_LOGO_URL, api).origin}` : ''
  return [
    "default-src 'self'", `connect-src 'self' ${api}`, `img-src 'self' data: blob: ${api}${logo}`,
    "style-src 'self' 'unsafe-inline'", "font-src 'self' data:", "worker-src 'self' blob:",
    `media-src 'self' blob: ${api}`, `frame-src 'self' blob: ${api}`, "object-src 'none'", "base-uri 'self'",
    "form-action 'self'", "frame-ancestors 'none'",
  ].join('; ')
}

const apiOf = (settings) => settings[API].trim().replace(/\/+$/, '')

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
