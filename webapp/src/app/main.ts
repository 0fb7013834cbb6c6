import '@/ui/base.css'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { onSignedOut } from '@/api/client'
import App from './App.vue'
import { queries } from './queries'
import { goToSignIn, router } from './router'

const CALM_MS = 1_000

onSignedOut(() => void goToSignIn())

createApp(App)
  .use(createPinia())
  .use(router)
  .use(VueQueryPlugin, { queryClient: queries })
  .mount('#app')

// Once it has opened, the page opens without the server too; what that needs comes after what one looks at.
if (import.meta.env.PROD) {
  window.addEventListener('load', () => setTimeout(() => void navigator.serviceWorker?.register('/sw.js').catch(() => {}), CALM_MS))
}
