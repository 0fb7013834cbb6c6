import stylistic from '@stylistic/eslint-plugin'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

/** Rooms look down, never up; and nobody climbs through a window (`../`). */
const mayNotImport = (room, ...groups) => ({
  files: [`src/${room}/**/*.ts`, `src/${room}/**/*.vue`],
  rules: { 'no-restricted-imports': ['error', { patterns: ['../*', ...groups] }] },
})

const onlyApiTalks = {
  files: ['src/app/**/*.ts', 'src/app/**/*.vue', 'src/features/**/*.ts', 'src/features/**/*.vue', 'src/ui/**/*.ts', 'src/ui/**/*.vue'],
  ignores: ['**/*.spec.ts'],
  rules: { 'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket'] },
}

export default [
  { ignores: ['dist/', 'node_modules/', 'e2e/results/', 'src/api/schema.d.ts', 'public/'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  stylistic.configs.customize({ indent: 2, quotes: 'single', semi: false, arrowParens: true, braceStyle: '1tbs' }),
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    files: ['**/*.ts', '**/*.vue'],
    rules: {
      'no-undef': 'off', // the type checker knows better
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'never' } }],
      'vue/component-name-in-template-casing': ['error', 'PascalCase'],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/no-v-html': 'error',
      '@stylistic/max-len': ['error', { code: 130, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreUrls: true }],
      '@stylistic/max-statements-per-line': ['error', { max: 2 }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
    },
  },
  onlyApiTalks,
  mayNotImport('api', '@/ui/*', '@/features/*', '@/app/*'),
  mayNotImport('ui', '@/api/*', '@/features/*', '@/app/*'),
  mayNotImport('features', '@/app/*', '@/features/*/*'),
  mayNotImport('app'),
]
