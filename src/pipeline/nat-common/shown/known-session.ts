/** What a session is, wherever it is known from: an answer of a show command, or packets. */

/** An end of a session. */
export interface KnownEnd {
  readonly address: number;
  /** NAT's number of the protocol, and of one without ports that of IP. */
  readonly protocol: number;
  readonly ipProtocol: number;
  readonly port: number;
  readonly fibIndex: number;
}

export interface KnownHost {
  readonly address: number;
  readonly port: number;
}

export interface KnownSession {
  readonly index: number;
  /** Address of the user that it belongs to; null for that of its inside end. */
  readonly user: number | null;
  readonly inside: KnownEnd;
  readonly outside: KnownEnd;
  /** Seconds of VPP's clock. */
  readonly lastHeard: number;
  readonly packets: number;
  readonly bytes: number;
  readonly externalHost: KnownHost | null;
  /** The external host as the inside sees it, with twice-nat. */
  readonly translatedHost: KnownHost | null;
  /** `static translation`, `load-balancing`, …, as VPP's show commands have them. */
  readonly kinds: ReadonlySet<string>;
}
