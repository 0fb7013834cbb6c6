import { ClipboardPaste, Keyboard, MoonStar, Plus, Sun, SunMoon, UserRound } from '@lucide/vue'
import { useRouter } from 'vue-router'
import { useNewCollection } from '@/features/collections'
import { ITEM_TYPES, TYPES, useCreation } from '@/features/items'
import type { Command } from '@/features/search'
import { chooseTheme } from '@/ui/theme'
import { PLACES } from './places'

/** Everything that the palette can do besides finding. */
export function useCommands(showKeys: () => void): Command[] {
  const router = useRouter()
  const creation = useCreation()
  const newCollection = useNewCollection()

  const making: Command[] = ITEM_TYPES.map((type) => ({
    id: `new-${type}`, title: `New ${TYPES[type].one.toLowerCase()}`, icon: Plus, run: () => creation.open({ type }),
  }))
  const going: Command[] = PLACES.map(({ name, title, icon, key }) => ({
    id: `go-${name}`, title: `Go to ${title}`, icon, shortcut: `G ${key.toUpperCase()}`, run: () => void router.push({ name }),
  }))
  return [
    ...making,
    { id: 'new-collection', title: 'New collection', icon: Plus, run: () => newCollection.open() },
    { id: 'paste', title: 'Many at once, from a spreadsheet', icon: ClipboardPaste, run: () => creation.open({ many: true }) },
    ...going,
    { id: 'account', title: 'Account and API keys', icon: UserRound, run: () => void router.push({ name: 'account' }) },
    { id: 'light', title: 'Light theme', icon: Sun, run: () => chooseTheme('light') },
    { id: 'dark', title: 'Dark theme', icon: MoonStar, run: () => chooseTheme('dark') },
    { id: 'system', title: 'Theme of the system', icon: SunMoon, run: () => chooseTheme('system') },
    { id: 'keys', title: 'Keyboard help', icon: Keyboard, shortcut: '?', run: showKeys },
  ]
}
