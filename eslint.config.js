import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Capture time is the only clock and VPP's own generator the only randomness of a replay. */
const AMBIENT_NONDETERMINISM = [
  { object: 'Date', property: 'now', message: 'The clock is the capture: use the Clock in tables.' },
  { object: 'Math', property: 'random', message: 'A replay has no randomness of its own.' },
  { object: 'performance', property: 'now', message: 'The clock is the capture: use the Clock in tables.' },
];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'demo-out/', 'node_modules/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers print as one expects; anything else in a template is likely a mistake.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Getters and setters of wire/ are one expression each, setters included.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Constants of a family keep their column, whether or not a type could be inferred.
      '@typescript-eslint/no-inferrable-types': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  {
    files: ['src/{wire,pipeline}/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...AMBIENT_NONDETERMINISM],
      'no-restricted-globals': ['error', { name: 'performance', message: 'The clock is the capture.' }],
    },
  },
  {
    // Chai's assertions are property accesses: expect(x).to.be.true
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['scripts/**', 'tools/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
);
