/** The ACL plugin. */

import type { Plugin } from '../plugin.js';
import { aclNodes } from './acl-nodes.js';
import { RuleCoverage } from './acl-coverage.js';
import { AclTable } from './acl-table.js';
import { aclStepWords } from './acl-step-words.js';
import { reportGroups } from './group-reports.js';
import { fillAclSessions } from './session-state.js';
import { aclCommands, aclStartup, aclView } from './commands.js';
import { aclRemedies } from './acl-remedies.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly acl: AclTable;
  }
}

export const acl: Plugin = {
  name: 'acl',
  state: (tables) => {
    const { interfaces, features, clock, flowStamps, composition } = tables;
    const acl = new AclTable(interfaces, features, clock, composition.behaviour, flowStamps);
    acl.cleaner.begin = (now) => reportGroups(acl, tables, now);
    return { acl };
  },
  nodes: aclNodes,
  stepWords: [aclStepWords],
  coverage: [(tables) => new RuleCoverage(tables)],
  commands: aclCommands,
  startup: aclStartup,
  shows: [{ command: 'show acl-plugin sessions', heading: /^Sessions total: add \d/, read: fillAclSessions }],
  view: aclView,
  remedies: aclRemedies,
};
