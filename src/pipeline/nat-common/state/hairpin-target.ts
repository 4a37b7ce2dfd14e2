/** What the packet's destination became, or would have; for its trace record. */
export class HairpinTarget {
  address = 0;
  port = 0;
  /** -1 where a static mapping says so. */
  session = -1;

  set(address: number, port: number, session: number): void {
    this.address = address;
    this.port = port;
    this.session = session;
  }
}
