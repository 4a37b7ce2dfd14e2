/** What the page of a replay holds: plain data, made by src/report, shown by page/. Indices refer to the lists of the report. */

export interface ReportData {
  /** What happened, in a sentence. */
  readonly headline: string;
  readonly program: string;
  readonly release: string;
  readonly captures: readonly string[];
  readonly totals: {
    readonly received: number;
    readonly transmitted: number;
    readonly dropped: number;
    readonly punted: number;
  };
  /** What stands under the headline. */
  readonly numbers: readonly HeadNumber[];
  /** What the page is of, a sentence each. */
  readonly remarks: readonly string[];
  /** What changes the meaning of the rest, a sentence each. */
  readonly warnings: readonly string[];
  /** Of an audit and of a diff; null for a replay alone. */
  readonly findings: Findings | null;
  /** What must have been there before the first frame, a sentence each. */
  readonly assumed: readonly string[];
  readonly graph: readonly GraphNode[];
  /** Distinct ways through the graph. */
  readonly paths: readonly Path[];
  readonly timeline: Timeline;
  readonly causes: readonly DropGroup[];
  /** Those with drops first, then those with most packets. */
  readonly flows: readonly Flow[];
  /** Flows that there is no room for. */
  readonly otherFlows: { readonly flows: number; readonly packets: number };
  readonly stories: readonly Story[];
  readonly configuration: readonly ConfigurationLine[];
  /** Commands that there is no room for. */
  readonly otherLines: number;
  readonly configurationFile: string;
  /** What the script calls addresses. */
  readonly names: readonly (readonly [address: string, name: string])[];
  /** `show errors` */
  readonly counters: readonly { readonly node: string; readonly reason: string; readonly count: number }[];
  /** Tables of sessions at the end, as VPP prints them. */
  readonly sessions: readonly {
    /** `show nat44 sessions detail` */
    readonly command: string;
    readonly text: string;
    /** There is no room for all of it. */
    readonly isCut: boolean;
  }[];
  /** Interfaces that received or sent. */
  readonly interfaces: readonly { readonly name: string; readonly received: number; readonly transmitted: number }[];
}

/** What a page says first. */
export type ReportHead = Pick<ReportData, 'headline' | 'numbers' | 'remarks' | 'warnings' | 'findings' | 'assumed'>;

export interface HeadNumber {
  readonly value: number;
  readonly words: string;
  readonly kind: 'plain' | 'good' | 'warning';
}

/** What differs between two sides, grouped by what decided. */
export interface Findings {
  readonly title: string;
  /** `model` and `node`, `before` and `after` */
  readonly sides: readonly [string, string];
  readonly groups: readonly Finding[];
}

export interface Finding {
  /** `2 missing: …` */
  readonly title: string;
  /** Why it is intended; null where it is not. */
  readonly allowed: string | null;
  readonly decisions: readonly FoundDecision[];
  /** Its first frames. */
  readonly examples: readonly FoundExample[];
}

export interface FoundDecision {
  /** Whose it is: `in the model`, `before` */
  readonly side: string;
  readonly text: string;
  /** `node.vpp:14`, '' for none, and the command there. */
  readonly place: string;
  readonly command: string;
}

export interface FoundExample {
  readonly frame: string;
  /** The packet as each side has it; null where it has none. */
  readonly packets: readonly [string | null, string | null];
  readonly fields: readonly { readonly field: string; readonly values: readonly [string, string] }[];
  readonly detail: string | null;
}

export interface GraphNode {
  readonly name: string;
  readonly kind: 'node' | 'interface' | 'drop' | 'punt';
}

export interface Path {
  /** Indices into `graph`, from the interface on. */
  readonly nodes: readonly number[];
  readonly frames: number;
}

/** Equal intervals from the first frame on. */
export interface Timeline {
  /** Seconds since 1970. */
  readonly start: number;
  /** Seconds. */
  readonly interval: number;
  readonly frames: readonly number[];
  readonly drops: readonly number[];
  /** Flows that began. */
  readonly flows: readonly number[];
}

export interface DropGroup {
  readonly cause: string;
  readonly how: 'dropped' | 'punted';
  readonly count: number;
  readonly flows: number;
  /** `frame 4`, and of several captures `frame 4 of uplink.pcap`. */
  readonly firstFrame: string;
  /** The command that decided so: index into `configuration`, or -1. */
  readonly line: number;
  /** What would have to be otherwise. */
  readonly remedy: string | null;
  readonly node: string;
}

/** What is told of a flow wherever it is shown. */
export interface FlowFacts {
  readonly protocol: string;
  /** `10.1.1.3:41084` */
  readonly client: string;
  readonly server: string;
  /** The same two as they leave, where that is otherwise. */
  readonly translated: string | null;
  readonly rx: string;
  /** Interface that the client's packets leave by; null where none left. */
  readonly tx: string | null;
  readonly packets: readonly [there: number, back: number];
  readonly bytes: readonly [there: number, back: number];
  /** TCP flags that were seen, `SYN SYN-ACK FIN`; '' for others. */
  readonly state: string;
  /** Packets that did not leave. */
  readonly dropped: number;
}

export interface Flow extends FlowFacts {
  /** Seconds from the first frame of all. */
  readonly first: number;
  readonly last: number;
  /** Indices into `causes`. */
  readonly causes: readonly number[];
  /** Indices into `stories`: of the first packet each way, and of the first that ended otherwise. */
  readonly stories: readonly number[];
  readonly paths: readonly number[];
  /** Its first packets, or those from the first that did not leave, with how many there were before. */
  readonly ladder: readonly LadderPacket[];
  readonly skipped: number;
}

export interface LadderPacket {
  /** Seconds from the first frame of all. */
  readonly time: number;
  readonly isBack: boolean;
  readonly words: string;
  /** '' where it left. */
  readonly end: string;
}

export interface Story {
  readonly frame: string;
  readonly packet: string;
  readonly rx: string;
  readonly how: string;
  /** Index into `causes`, or -1. */
  readonly cause: number;
  readonly steps: readonly {
    readonly node: string;
    readonly text: string;
    /** Index into `configuration`, or -1. */
    readonly line: number;
  }[];
  /** Fields that are otherwise when it leaves. */
  readonly changes: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  /** First bytes in hexadecimal, as received and as sent; '' where it did not leave. */
  readonly before: string;
  readonly after: string;
}

export interface ConfigurationLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** From when on it holds, of one that was given while frames ran: `from frame 14`. */
  readonly since: string | null;
  /** Rules, mappings, routes and neighbours of the line. */
  readonly items: readonly {
    readonly name: string;
    readonly packets: number;
    /** Why no packet can exercise it; null where one can. */
    readonly unreachable: string | null;
  }[];
}
