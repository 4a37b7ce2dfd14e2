/** The ACL plugin. */

import type { Plugin } from '../plugin.js';
import { aclNodes } from './acl-nodes.js';
import { AclTable } from './acl-table.js';
import { aclHandlers } from './apply-acl.js';
import { aclRows } from './grammar-acl.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly acl: AclTable;
  }
}

export const acl: Plugin = {
  name: 'acl',
  state: ({ interfaces, features }) => ({ acl: new AclTable(interfaces, features) }),
  nodes: aclNodes,
  commands: aclRows,
  handlers: aclHandlers,
};
