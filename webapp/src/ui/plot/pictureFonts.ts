/** The page's letters as style for a picture that stands alone; loaded with the first picture. */
import greek from '@fontsource-variable/inter/files/inter-greek-wght-normal.woff2?inline'
import latinExt from '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?inline'
import latin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?inline'

const face = (source: string, range: string) =>
  `@font-face{font-family:'Inter Variable';font-weight:100 900;src:url(${source}) format('woff2');unicode-range:${range}}`

export const PICTURE_FONTS = [
  face(greek, 'U+0370-03FF'),
  face(latinExt, 'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1D00-1DBF, U+1E00-1EFF, U+20A0-20AB, U+2C60-2C7F, U+A720-A7FF'),
  face(latin, 'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212'),
].join('')
