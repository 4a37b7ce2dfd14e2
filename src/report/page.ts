/** A page is one file that asks for nothing else. Programs and style are built from page/. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../config/locate.js';
import type { ReportData } from './report-data.js';
import type { SuiteData } from './suite-data.js';

const STYLE = 'dist/page/style.css';

export const pageOf = (data: ReportData): string => pageWith('report', `vppcap: ${data.captures.join(', ')}`, data);

export const suitePageOf = (data: SuiteData): string => pageWith('suite', data.what, data);

function pageWith(program: 'report' | 'suite', title: string, data: unknown): string {
  const script = built(`dist/page/${program}.js`);
  return documentOf(
    title,
    `<div id="app"><p>This page needs JavaScript to show what is in it.</p></div>
<script type="application/json" id="data">${jsonOf(data)}</script>
<script>${script}</script>`,
    script,
  );
}

/** A page without a program, in the same style. */
export const staticPage = (title: string, body: string): string => documentOf(title, body, null);

function documentOf(title: string, body: string, script: string | null): string {
  const style = built(STYLE);
  const runs = script === null ? '' : ` script-src '${hashOf(script)}';`;
  const policy = `default-src 'none';${runs} style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${textOf(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

const built = (name: string): string => readFileSync(packageFile(name), 'utf8');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON in which nothing ends the element or begins another. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? visible(part) : part))
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

/**
 * Control characters would be dropped or misread: they become pictures of themselves. Marks that turn the direction of writing, which
 * could make a name look like another, are shown by number.
 */
export const visible = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex
    .replace(/[\0-\x08\x0b-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(
      /[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

export const textOf = (text: string): string =>
  visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
