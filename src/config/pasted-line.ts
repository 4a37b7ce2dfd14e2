/**
 * Where the command is in a line that was copied from a terminal or a shell script:
 *
 *     vpp# set interface state eth0 up
 *     root@node:~# sudo vppctl -s /run/vpp/cli.sock 'set interface state eth0 up'
 *     kubectl exec -it vswitch -- vppctl set interface state eth0 up
 */

export interface PastedLine {
  /** What stands before the command; a prompt of a shell alone means that the command is not for VPP. */
  readonly lead: 'none' | 'vpp-prompt' | 'vppctl' | 'shell-prompt';
  /** The command is line.slice(start, end). */
  readonly start: number;
  readonly end: number;
}

/** `vpp# `, `DBGvpp# `, or what `cli-prompt` of startup.conf says. */
const VPP_PROMPT = /^\s*(?:[\w.()-]{1,64}#\s*)+/;

/** `root@node:~# `, `[root@node ~]# `, `user@node:/tmp$ `, `sh-5.1$ `, `/ # `, `$ ` */
const SHELL_PROMPT =
  /^\s*(?:\[[\w.-]{1,64}@[^\]]{1,256}\]|[\w.-]{1,64}@[\w.-]{1,64}(?::[^\s#$%>]{0,256})?|\/[^\s#$%>]{0,256}|[\w.-]{1,64}(?=[$%>]))\s?[#$%>](?=\s)\s*|^\s*[$%](?=\s)\s*/;

/** What runs vppctl: as another user, on another host, in a container or namespace. */
const LAUNCHERS = new Set([
  'sudo', 'doas', 'kubectl', 'oc', 'microk8s', 'microk8s.kubectl', 'minikube', 'docker', 'podman', 'nerdctl', 'crictl', 'lxc', 'ssh',
  'nsenter', 'ip', 'time', 'bash', 'sh',
]); // prettier-ignore

const VPPCTL = /^["']?(?:\S{0,256}\/)?vppctl$/;

/** What a shell reads for itself behind a command. */
const SHELL_END = /\s*(?:\|\|\s*(?:true|:)|\d?>{1,2}\s*[\w/.&-]+|;)\s*$/;

/** Where the words behind `vppctl` start, as an offset in `text`; -1 where the text does not run vppctl. */
function behindVppctl(text: string): number {
  if (!text.includes('vppctl')) return -1;
  const words = [...text.matchAll(/\S+/g)];
  const at = words.findIndex(([word]) => VPPCTL.test(word));
  if (at < 0 || (at > 0 && !LAUNCHERS.has(words[0][0]))) return -1;
  const options = words.at(at + 1)?.[0] === '-s' ? 2 : 0;
  return words.at(at + options + 1)?.index ?? text.length;
}

/** The command from `start` on, without quotes around it and what a shell reads behind it. */
function unquoted(line: string, start: number): readonly [number, number] {
  let end = line.trimEnd().length;
  for (let match = SHELL_END.exec(line.slice(start, end)); match; match = SHELL_END.exec(line.slice(start, end)))
    end = start + match.index;
  const quote = line[end - 1];
  if (end <= start || (quote !== '"' && quote !== "'")) return [start, end];
  if (line[start] === quote && end > start + 1) return [start + 1, end - 1];
  // A quote that was opened before vppctl: ssh node "vppctl show version"
  const isOpenedBefore = line.slice(start, end).split(quote).length % 2 === 0;
  return [start, isOpenedBefore ? end - 1 : end];
}

/** vppctl, also as a shell's variable, or VPP's prompt, anywhere in a line. */
const LEAD_SOMEWHERE = /(?:vppctl["'})]*(?:\s+-s\s+\S{1,256})?|vpp#)\s+["']?/gi;

/** Where commands may start behind a beginning that is not understood: `for i in 1 2; do vppctl …`, `> vpp# …` */
export const behindOtherLeads = (line: string): readonly number[] =>
  [...line.matchAll(LEAD_SOMEWHERE)].map(({ index, 0: lead }) => index + lead.length);

/** The first line of what a shell repeats, or does on a condition. */
const SHELL_CONTROL = /^\s*(?:for\s+\w+\s+in\s|for\s*\(\(|(?:while|until|if)\s.*;\s*(?:do|then)\b)/;

export const isShellControl = (line: string): boolean => SHELL_CONTROL.test(line);

export function readPastedLine(line: string): PastedLine {
  const vppPrompt = VPP_PROMPT.exec(line)?.[0].length ?? 0;
  if (vppPrompt > 0) {
    const behind = behindVppctl(line.slice(vppPrompt));
    if (behind < 0) return { lead: 'vpp-prompt', start: vppPrompt, end: line.length };
    const [start, end] = unquoted(line, vppPrompt + behind);
    return { lead: 'vppctl', start, end };
  }
  const isComment = /^\s*#/.test(line);
  const shellPrompt = isComment ? 0 : (SHELL_PROMPT.exec(line)?.[0].length ?? 0);
  const behind = isComment ? -1 : behindVppctl(line.slice(shellPrompt));
  if (behind >= 0) {
    const [start, end] = unquoted(line, shellPrompt + behind);
    return { lead: 'vppctl', start, end };
  }
  return shellPrompt > 0
    ? { lead: 'shell-prompt', start: shellPrompt, end: line.length }
    : { lead: 'none', start: 0, end: line.length };
}

/** Colours and the like, in what was recorded from a terminal. */
const ESCAPE = '\x1b';
const TERMINAL_CODES = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]`, 'g');

/** The text without what terminals and Windows put into it. */
export function plainLines(text: string): string {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const black = plain.includes(ESCAPE) ? plain.replace(TERMINAL_CODES, '') : plain;
  return black.includes('\r') ? black.replace(/\r\n?/g, '\n') : black;
}

/** Without one of these, no line has a prompt of VPP or vppctl before its command. */
const MAY_BE_LED = /vppctl|[\w.()-]#/;

/** Index of the first line with a prompt or vppctl before its command; -1 for none. */
export function firstLed(lines: string): number {
  if (!MAY_BE_LED.test(lines)) return -1;
  return lines.split('\n').findIndex((line) => ['vpp-prompt', 'vppctl'].includes(readPastedLine(line).lead));
}
