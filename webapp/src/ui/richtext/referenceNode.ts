import { Mention } from '@tiptap/extension-mention'
import type { SuggestionProps } from '@tiptap/suggestion'
import { reactive } from 'vue'
import type { Reference, References } from './references'

/** What `@` offers at the moment. */
export interface Offer {
  open: boolean
  loading: boolean
  choices: Reference[]
  /** Place of the one that Enter takes. */
  chosen: number
  take: (reference: Reference) => void
  /** Follows the place in the text; gives what ends that. */
  mount: SuggestionProps['mount'] | undefined
}

const PAUSE_MS = 120

export const noOffer = (): Offer =>
  reactive({ open: false, loading: false, choices: [], chosen: 0, take: () => {}, mount: undefined })

/** Another item named in a text: stored as a link that carries the refcode, so that it works anywhere. */
export function referenceNode(references: References, offer: Offer) {
  return Mention.extend({
    addAttributes() {
      return { ...this.parent?.(), kind: kept('data-kind', 'samples') }
    },
    parseHTML: () => [{ tag: 'a[data-type="mention"]', priority: 60 }, { tag: 'span[data-type="mention"]' }],
  }).configure({
    deleteTriggerWithBackspace: true,
    renderText: ({ node }) => String(node.attrs.label ?? node.attrs.id),
    renderHTML: ({ options, node }) => [
      'a', { ...options.HTMLAttributes, href: references.address(String(node.attrs.id)) }, String(node.attrs.label ?? node.attrs.id),
    ],
    suggestion: {
      char: '@',
      debounce: PAUSE_MS,
      items: ({ query, signal }) => references.find(query, signal).catch(() => []),
      render: () => offering(offer),
    },
  })
}

/** The piece of text that names an item. */
export const mentionOf = ({ refcode, text, type }: Reference) =>
  ({ type: 'mention', attrs: { id: refcode, label: text, kind: type } })

const kept = (attribute: string, initial: string) => ({
  default: initial,
  parseHTML: (element: HTMLElement) => element.getAttribute(attribute) ?? initial,
  renderHTML: ({ kind }: Record<string, unknown>) => ({ [attribute]: kind }),
})

function offering(offer: Offer) {
  const show = ({ items, loading, command, mount }: SuggestionProps<Reference>) => {
    const chosen = Math.min(offer.chosen, Math.max(items.length - 1, 0))
    Object.assign(offer, { open: true, loading, choices: items, mount, chosen })
    offer.take = ({ refcode, text, type }) => command({ id: refcode, label: text, kind: type })
  }
  return {
    onStart: (props: SuggestionProps<Reference>) => {
      offer.chosen = 0
      show(props)
    },
    onUpdate: show,
    onExit: () => { offer.open = false },
    onKeyDown: ({ event }: { event: KeyboardEvent }) => pressed(offer, event.key),
  }
}

/** Whether the list takes a key. */
function pressed(offer: Offer, key: string): boolean {
  const { choices, chosen } = offer
  if (!offer.open || !choices.length) return false
  if (key === 'ArrowDown') offer.chosen = (chosen + 1) % choices.length
  else if (key === 'ArrowUp') offer.chosen = (chosen + choices.length - 1) % choices.length
  else if (key === 'Enter' || key === 'Tab') offer.take(choices[chosen]!)
  else return false
  return true
}
