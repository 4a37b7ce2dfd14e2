/** Writes the profile for Wireshark, whose files the package has in `wireshark/`. */

import { copyFileSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { outputError } from '../../capture/output/output-error.js';
import { UsageError } from '../../capture/user-error.js';
import { packageFile } from '../../config/locate.js';
import type { WiresharkArguments } from '../commands/wireshark.js';
import { print } from '../print.js';

const PROFILE_FILES = ['preferences', 'colorfilters', 'dfilter_buttons', 'recent'] as const;
const SCRIPT = 'vppcap.lua';
const PROFILE = 'vppcap';

/** Returns the exit code. Throws UsageError or OutputError. */
export function writeProfile({ output, install }: WiresharkArguments): number {
  if (output === undefined && !install)
    throw new UsageError(`-o FOLDER writes the profile there, --install puts it where Wireshark looks for it`);
  if (output !== undefined) {
    copyTo(output, [...PROFILE_FILES, SCRIPT]);
    print(`${output}: a profile for Wireshark; tshark -X lua_script:${join(output, SCRIPT)} has its fields`);
  }
  if (install) {
    const { profiles, plugins } = wiresharkFolders(process.platform, process.env, homedir());
    copyTo(join(profiles, PROFILE), PROFILE_FILES);
    copyTo(plugins, [SCRIPT]);
    print(`${join(profiles, PROFILE)}: a profile, for wireshark -C ${PROFILE}`);
    print(`${join(plugins, SCRIPT)}: its fields, for wireshark and tshark`);
  }
  return EXIT_SUCCESS;
}

function copyTo(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const path = join(folder, name);
    try {
      mkdirSync(folder, { recursive: true });
      copyFileSync(packageFile(join('wireshark', name)), path);
    } catch (error) {
      throw outputError(path, error);
    }
  }
}

/** Where Wireshark keeps what is a person's own (User's Guide, appendix B). */
export function wiresharkFolders(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): { readonly profiles: string; readonly plugins: string } {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const own = given('WIRESHARK_CONFIG_DIR');
  if (platform === 'win32') {
    const folder = join(given('APPDATA') ?? join(home, 'AppData', 'Roaming'), 'Wireshark');
    return { profiles: join(own ?? folder, 'profiles'), plugins: join(folder, 'plugins') };
  }
  const config = join(given('XDG_CONFIG_HOME') ?? join(home, '.config'), 'wireshark');
  return { profiles: join(own ?? config, 'profiles'), plugins: join(home, '.local', 'lib', 'wireshark', 'plugins') };
}
