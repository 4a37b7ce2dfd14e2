/** From a script to tables: each command makes the change that VPP's handler makes, in the script's order. */

import { Tables } from '../tables/tables.js';
import { aclHandlers } from './apply-acl.js';
import { interfaceHandlers } from './apply-interfaces.js';
import { ip4Handlers } from './apply-ip4.js';
import { l2Handlers } from './apply-l2.js';
import { nat44Handlers } from './apply-nat44.js';
import { ConfigError, type Command, type NodeScript } from './commands.js';
import type { CommandHandlers } from './command-handlers.js';

const HANDLERS: CommandHandlers = {
  ...interfaceHandlers,
  ...ip4Handlers,
  ...aclHandlers,
  ...nat44Handlers,
  ...l2Handlers,
};

/**
 * The tables a script builds. Throws ConfigError where VPP would refuse a command, or where it is not modelled.
 * @param refuse is told of such a command instead; unless it throws, the script goes on without the command
 */
export function applyScript(script: NodeScript, refuse: (error: ConfigError) => void = raise): Tables {
  const tables = new Tables();
  tables.ethernetInputGeneric = script.ethernetInputGeneric;
  const { connectionCountMax, ...natStartup } = script.startup;
  Object.assign(tables.nat44.startup, natStartup);
  if (connectionCountMax !== null) tables.acl.sessions.maxEntries = connectionCountMax;
  for (const command of script.commands)
    try {
      applyCommand(command, tables);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refuse(error);
    }
  return tables;
}

function raise(error: ConfigError): never {
  throw error;
}

function applyCommand(command: Command, tables: Tables): void {
  const handler = HANDLERS[command.body.kind] as
    ((body: Command['body'], tables: Tables, command: Command) => void) | undefined;
  if (!handler) throw new ConfigError(command.at, `"${command.text}" is understood but not modelled yet`);
  handler(command.body, tables, command);
}
