/** The ACL plugin. */

import type { Plugin } from '../plugin.js';
import { aclNewFlows } from './acl-flow.js';
import { aclNodes } from './acl-nodes.js';
import { RuleCoverage } from './acl-coverage.js';
import { AclTable } from './acl-table.js';
import { aclStepWords } from './acl-step-words.js';
import { reportGroups } from './group-reports.js';
import { aclSessionLines, fillAclSessions, SHOWN_ACL_SESSIONS } from './session-state.js';
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
    const { interfaces, features, clock, flowStamps, saved, composition } = tables;
    const made = new AclTable(interfaces, features, clock, composition.behaviour, flowStamps);
    saved.add(...made.sessions.saved, made.cleaner.saved);
    made.cleaner.begin = (now) => reportGroups(made, tables, now);
    return { acl: made };
  },
  nodes: aclNodes,
  newFlows: aclNewFlows,
  stepWords: [aclStepWords],
  coverage: [(tables) => new RuleCoverage(tables)],
  commands: aclCommands,
  startup: aclStartup,
  shows: [
    {
      command: 'show acl-plugin sessions',
      heading: /^Sessions total: add \d/,
      read: fillAclSessions,
      sessions: SHOWN_ACL_SESSIONS,
      write: (tables) =>
        tables.acl.sessions.pool.size === 0
          ? null
          : {
              command: 'show acl-plugin sessions thread 0 index *',
              lines: () => aclSessionLines(tables),
              isSessions: true,
            },
    },
  ],
  view: aclView,
  remedies: aclRemedies,
};
