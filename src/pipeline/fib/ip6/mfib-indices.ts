/** Numbers that VPP gives to what multicast is forwarded by, IPv4 and IPv6 in one: they show in traces. */
export class MfibIndices {
  private entries = 0;
  private replicates = 0;

  /** First entry and first replicate DPO of a table that is made: its default entry, and so many that are received. */
  add(received: number): { readonly entry: number; readonly replicate: number } {
    const first = { entry: this.entries, replicate: this.replicates };
    this.entries += 1 + received;
    this.replicates += received;
    return first;
  }
}
