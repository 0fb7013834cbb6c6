import { Image } from '@tiptap/extension-image'
import { isHere } from './sanitise'

/** Larger ones belong among the files. */
const LARGEST_BYTES = 1_000_000

/** Pictures in a text; those of other hosts are named, and never loaded. */
export const pictures = Image.extend({
  addNodeView: () => ({ node }) => {
    const source = String(node.attrs.src ?? '')
    if (isHere(source)) {
      const dom = document.createElement('img')
      Object.assign(dom, { src: source, alt: String(node.attrs.alt ?? '') })
      return { dom }
    }
    const dom = document.createElement('p')
    dom.textContent = `Picture elsewhere, not loaded: ${source}`
    return { dom }
  },
}).configure({ allowBase64: true })

/** The small pictures among what was pasted, as addresses that hold the picture itself. */
export function pastedPictures(data: DataTransfer | null): Promise<string>[] {
  return [...data?.files ?? []]
    .filter(({ type, size }) => type.startsWith('image/') && type !== 'image/svg+xml' && size <= LARGEST_BYTES)
    .map((file) => new Promise((resolve, reject) => {
      const reader = new FileReader()
      reader.onload = () => resolve(String(reader.result))
      reader.onerror = () => reject(reader.error ?? new Error('The picture cannot be read.'))
      reader.readAsDataURL(file)
    }))
}
