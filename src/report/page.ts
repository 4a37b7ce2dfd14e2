/** The page of a replay: one file that asks for nothing else. Its program and style are built from page/. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../config/locate.js';
import type { ReportData } from './report-data.js';

const SCRIPT = 'dist/page/report.js';
const STYLE = 'dist/page/report.css';

export function pageOf(data: ReportData): string {
  const script = built(SCRIPT);
  return documentOf(
    `vppcap: ${data.captures.join(', ')}`,
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
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

export const textOf = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
