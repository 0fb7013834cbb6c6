import { ClipboardPaste, Keyboard, MoonStar, Plus, Sun, SunMoon, UserRound } from '@lucide/vue'
import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { routeOf, SECTIONS } from '@/features/administration'
import { useNewCollection } from '@/features/collections'
import { ITEM_TYPES, TYPES, useCreation } from '@/features/items'
import { useMe } from '@/features/people'
import type { Command } from '@/features/search'
import { chooseTheme } from '@/ui/theme'
import { PLACES } from './places'

/** Everything that the palette can do besides finding. */
export function useCommands(showKeys: () => void): ComputedRef<Command[]> {
  const router = useRouter()
  const { data: me } = useMe()
  const creation = useCreation()
  const newCollection = useNewCollection()

  const making: Command[] = ITEM_TYPES.map((type) => ({
    id: `new-${type}`, title: `New ${TYPES[type].one.toLowerCase()}`, icon: Plus, run: () => creation.open({ type }),
  }))
  const going: Command[] = PLACES.map(({ name, title, icon, key }) => ({
    id: `go-${name}`, title: `Go to ${title}`, icon, shortcut: `G ${key.toUpperCase()}`, run: () => void router.push({ name }),
  }))
  const administering: Command[] = SECTIONS.map((one) => ({
    id: routeOf(one), title: `Administration: ${one.title}`, icon: one.icon, run: () => void router.push({ name: routeOf(one) }),
  }))
  return computed(() => [
    ...making,
    { id: 'new-collection', title: 'New collection', icon: Plus, run: () => newCollection.open() },
    { id: 'paste', title: 'Many at once, from a spreadsheet', icon: ClipboardPaste, run: () => creation.open({ many: true }) },
    ...going,
    ...(me.value?.role === 'admin' ? administering : []),
    { id: 'account', title: 'Account and API keys', icon: UserRound, run: () => void router.push({ name: 'account' }) },
    { id: 'light', title: 'Light theme', icon: Sun, run: () => chooseTheme('light') },
    { id: 'dark', title: 'Dark theme', icon: MoonStar, run: () => chooseTheme('dark') },
    { id: 'system', title: 'Theme of the system', icon: SunMoon, run: () => chooseTheme('system') },
    { id: 'keys', title: 'Keyboard help', icon: Keyboard, shortcut: '?', run: showKeys },
  ])
}
