/** Bytes in rows, in hexadecimal and as characters; those that another packet has otherwise are marked. */

interface Props {
  readonly label: string;
  readonly hex: string;
  /** The packet to compare with; '' marks nothing. */
  readonly other: string;
}

const ROW = 16;

export function Bytes({ label, hex, other }: Props) {
  const [bytes, others] = [pairsOf(hex), pairsOf(other)];
  const shift = shiftOf(bytes, others);
  const differs = (at: number): boolean => others.length > 0 && bytes[at] !== others[at + shift];
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, row) => row * ROW);
  return (
    <details>
      <summary>{`bytes ${label}`}</summary>
      <pre class="mono bytes" tabIndex={0}>
        {rows.map((from) => {
          const row = bytes.slice(from, from + ROW);
          const marked = (show: (pair: string) => string) =>
            row.map((pair, i) => (differs(from + i) ? <mark>{show(pair)}</mark> : show(pair)));
          return (
            <>
              {`${from.toString(16).padStart(4, '0')}  `}
              {marked((pair) => pair).flatMap((shown) => [shown, ' '])}
              {' '.repeat((ROW - row.length) * 3 + 1)}
              {marked(characterOf)}
              {'\n'}
            </>
          );
        })}
      </pre>
    </details>
  );
}

const pairsOf = (hex: string): string[] => hex.match(/../g) ?? [];

const characterOf = (pair: string): string => {
  const byte = parseInt(pair, 16);
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
};

/** Where the first byte is in the other packet: the two are alike at their heads, or at their tails. */
function shiftOf(bytes: readonly string[], other: readonly string[]): number {
  const tail = other.length - bytes.length;
  const alike = (shift: number): number => bytes.filter((byte, at) => byte === other[at + shift]).length;
  return tail === 0 || alike(0) >= alike(tail) ? 0 : tail;
}
