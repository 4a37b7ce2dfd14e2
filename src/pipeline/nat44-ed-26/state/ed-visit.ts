/** What traces tell of a visit of NAT44's nodes. */

/** What a visit of a node came to, for its trace record: the nodes of a dataplane share one, since one node at a time has a packet. */
export class EdVisit {
  session = -1;
  /** nat_translation_error_e */
  error = 0;
  isViaI2o = 0;
  /** nat_slow_path_reason_e */
  reason = 0;
  /** The key looked up, as in a flow's match. */
  source = 0;
  destination = 0;
  ports = 0;
  protocol = 0;

  clear(): void {
    this.session = -1;
    this.error = 0;
    this.isViaI2o = 0;
    this.reason = 0;
    this.source = 0;
    this.destination = 0;
    this.ports = 0;
    this.protocol = 0;
  }
}
