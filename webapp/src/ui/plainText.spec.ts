import { expect, it } from 'vitest'
import { plainText } from './plainText'

it('keeps the words and the lines', () => {
  expect(plainText('<p>Mixed <b>well</b>.</p><p>Dried&nbsp;at 80&deg;C<br>overnight</p>')).toBe('Mixed well.\nDried\u00A0at 80°C\novernight')
})
it('runs nothing', () => expect(plainText('<img src=x onerror="window.hacked=1">ok<script>1</script>')).toBe('ok'))
