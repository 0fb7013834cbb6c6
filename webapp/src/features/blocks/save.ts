/** Saves what an address holds under a name, as a click on a download link does. */
export function save(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name.replaceAll(/[/\\:*?"<>|]/g, '-')
  link.click()
}
