/** `set interface l2 tag-rewrite`. VPP 19.08 src/vnet/l2/l2_vtr.c int_l2_vtr */

import * as ethernet from '../../wire/ethernet.js';
import { requireInterface } from '../command/apply-command.js';
import { interfaceName, number } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { argument, choice, means, optional, sequence, word } from '../command/matcher.js';
import type { TagRewrite } from './tag-rewrite.js';

declare module '../command/node-view.js' {
  interface InterfaceView {
    tagRewrite: string | null;
  }
}

export interface SetTagRewrite {
  readonly kind: 'l2-tag-rewrite';
  readonly interfaceName: string;
  readonly rewrite: TagRewrite;
  /** As VPP's words have it. */
  readonly words: string;
}

const tag = number('a VLAN tag', 0, 0xffff);
const type = choice(means('dot1q', { isDot1q: true }), means('dot1ad', { isDot1q: false }));
const oneTag = sequence(type, argument('outer', tag));
const twoTags = sequence(type, argument('outer', tag), argument('inner', tag));

const rewrites = choice(
  means('disable', {}),
  sequence(word('pop'), choice(means('1', { pop: 1 }), means('2', { pop: 2 }))),
  sequence(word('push'), type, argument('outer', tag), optional(argument('inner', tag))),
  sequence(means('translate 1-1', { pop: 1 }), oneTag),
  sequence(means('translate 2-1', { pop: 2 }), oneTag),
  sequence(means('translate 2-2', { pop: 2 }), twoTags),
  sequence(means('translate 1-2', { pop: 1 }), twoTags),
);

interface Given {
  readonly interfaceName: string;
  readonly pop?: number | undefined;
  readonly isDot1q?: boolean | undefined;
  readonly outer?: number | undefined;
  readonly inner?: number | undefined;
}

function rewriteOf({ pop = 0, isDot1q, outer, inner }: Given): TagRewrite {
  if (outer === undefined) return { pop, push: [] };
  const first = { type: isDot1q === true ? ethernet.TYPE_VLAN : ethernet.TYPE_DOT1AD, control: outer };
  return { pop, push: inner === undefined ? [first] : [first, { type: ethernet.TYPE_VLAN, control: inner }] };
}

function wordsOf({ pop, push }: TagRewrite): string {
  const tags = push.map(({ control }) => String(control)).join(' ');
  const what = [pop === 0 ? [] : [`pop ${pop}`], push.length === 0 ? [] : [`push ${tags}`]].flat();
  return what.join(', ');
}

export const tagRewriteCommand: CommandRow<SetTagRewrite> = command(
  'set interface l2 tag-rewrite',
  sequence(argument('interfaceName', interfaceName), rewrites),
  {
    build: (given: Given): SetTagRewrite => {
      const rewrite = rewriteOf(given);
      return { kind: 'l2-tag-rewrite', interfaceName: given.interfaceName, rewrite, words: wordsOf(rewrite) };
    },
    apply: ({ interfaceName: name, rewrite }, tables, at) => {
      const on = requireInterface(tables, name, at);
      if (!tables.bridgeDomains.rewriteTags(on, rewrite))
        throw new ConfigError(at.at, `vlan tag rewrite is not compatible with interface ${name}: it names fewer tags`);
    },
    show: ({ interfaceName: name, words }, view) => {
      view.change(name, (entry) => void (entry.tagRewrite = words === '' ? null : words));
    },
  },
);
