/** What the lab calls its page and shows on it: meta tags that whoever serves the page writes into its document. */
const told = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="x_datalab_${name}"]`)?.content ?? ''

export const brand = {
  name: told('website_title') || 'datalab',
  logo: told('logo_url') || '/favicon.svg',
  /** In CSS pixels; `undefined` for the size of the page's own mark. */
  logoWidth: Number.parseFloat(told('logo_width')) || undefined,
  /** Where the logo leads that people sign in beside; empty for nowhere. */
  homepage: told('homepage_url'),
}

/** The window's title on a page of this name. */
export const titled = (name?: string) => (name ? `${name} · ${brand.name}` : brand.name)
