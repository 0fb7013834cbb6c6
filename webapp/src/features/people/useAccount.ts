import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { changeMe } from '@/api/people'
import { Problem } from '@/api/problem'
import { useMe } from './useMe'

/** One's own name and e-mail, typed and saved. */
export function useAccount() {
  const queries = useQueryClient()
  const { data: me } = useMe()
  const name = ref('')
  const email = ref('')
  const busy = ref(false)
  const problem = ref<Problem>()
  const dirty = computed(() => !!me.value
    && (name.value.trim() !== me.value.display_name || email.value.trim() !== (me.value.contact_email ?? '')))

  watch(me, (person) => {
    if (!person) return
    name.value = person.display_name
    email.value = person.contact_email ?? ''
  }, { immediate: true })

  /** @returns whether it is saved. */
  async function save(): Promise<boolean> {
    busy.value = true
    problem.value = undefined
    try {
      const person = await changeMe({ display_name: name.value.trim(), contact_email: email.value.trim() || null })
      queries.setQueryData(['me'], person)
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
      return false
    } finally {
      busy.value = false
    }
  }

  return { me, name, email, dirty, busy, problem, save }
}
