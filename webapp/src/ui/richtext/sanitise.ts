import DOMPurify from 'dompurify'

const purify = DOMPurify(window)
const HERE = /^(?:\/(?!\/)|#|data:image\/(?:png|jpeg|gif|webp);|blob:)/

/** Whether an address leads nowhere else. */
export const isHere = (address: string): boolean => HERE.test(address)

/** Pictures of other hosts are not loaded; links to them open beside the page and tell nothing of it. */
purify.addHook('afterSanitizeAttributes', (element) => {
  const leadsTo = element.getAttribute('src')
  if (leadsTo && !isHere(leadsTo)) element.removeAttribute('src')
  if (element.tagName !== 'A') return
  if (isHere(element.getAttribute('href') ?? '')) return
  element.setAttribute('target', '_blank')
  element.setAttribute('rel', 'noopener noreferrer')
})

/** What somebody wrote, without anything that could run, load or restyle the page. */
export function sanitised(html: string): DocumentFragment {
  return purify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'dialog', 'audio', 'video', 'picture', 'source'],
    FORBID_ATTR: ['style', 'id', 'name', 'class', 'srcset', 'background', 'poster'],
  })
}
