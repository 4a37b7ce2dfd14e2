/** A command, which leads to its place in the configuration. */

import { data, placeOf } from './model.js';

export function ConfigLine({ line }: { readonly line: number }) {
  if (line < 0) return null;
  const { text } = data.configuration[line];
  return (
    <code class="config-line">
      <a href={`#line-${line}`}>{placeOf(line)}</a> {text}
    </code>
  );
}
