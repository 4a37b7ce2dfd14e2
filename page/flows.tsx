/** The table of flows; a row opens the story of its packets. */

import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { bytes, data, named, number, seconds, type Flow } from './model.js';
import { ConfigLine } from './config-line.js';
import { Ladder } from './ladder.js';
import { StoryView } from './story.js';

interface Column {
  readonly name: string;
  readonly of: (flow: Flow) => string | number;
  readonly show?: (flow: Flow) => string;
  readonly isNumber?: true;
}

const fateOf = (flow: Flow): string => {
  if (flow.dropped === 0) return 'passed';
  return flow.dropped === flow.packets[0] + flow.packets[1] ? 'dropped' : 'partly dropped';
};

const reasonOf = ({ causes }: Flow): string => causes.map((at) => data.causes[at].cause).join('; ');

const COLUMNS: readonly Column[] = [
  { name: 'protocol', of: ({ protocol }) => protocol },
  { name: 'client', of: ({ client }) => client, show: ({ client }) => named(client) },
  { name: 'server', of: ({ server }) => server, show: ({ server }) => named(server) },
  { name: 'fate', of: fateOf },
  { name: 'reason', of: reasonOf, show: (flow) => named(reasonOf(flow)) },
  { name: 'leaves as', of: ({ translated }) => translated ?? '', show: ({ translated }) => named(translated ?? '') },
  { name: 'interfaces', of: ({ rx, tx }) => `${rx} → ${tx ?? '–'}` },
  {
    name: 'packets',
    of: ({ packets }) => packets[0] + packets[1],
    show: ({ packets }) => packets.map(number).join(' / '),
    isNumber: true,
  },
  {
    name: 'bytes',
    of: (flow) => flow.bytes[0] + flow.bytes[1],
    show: (flow) => flow.bytes.map(bytes).join(' / '),
    isNumber: true,
  },
  { name: 'first', of: ({ first }) => first, show: ({ first }) => seconds(first), isNumber: true },
  { name: 'last', of: ({ last }) => last, show: ({ last }) => seconds(last), isNumber: true },
  { name: 'state', of: ({ state }) => state },
];

const PAGE = 50;

interface Props {
  readonly flows: readonly Flow[];
  readonly words: string;
  readonly search: (words: string) => void;
}

export function FlowTable({ flows, words, search }: Props) {
  const [sort, setSort] = useState<{ column: number; isDown: boolean } | null>(null);
  const [open, setOpen] = useState<Flow | null>(null);
  const [shown, setShown] = useState(PAGE);
  const sorted = useMemo(() => {
    if (sort === null) return flows;
    const { of } = COLUMNS[sort.column];
    const sign = sort.isDown ? -1 : 1;
    return [...flows].sort((a, b) => {
      const [left, right] = [of(a), of(b)];
      return (
        sign *
        (typeof left === 'number'
          ? left - (right as number)
          : left.localeCompare(String(right), 'en', { numeric: true }))
      );
    });
  }, [flows, sort]);
  const sortBy = (column: number): void => {
    setSort((known) => ({
      column,
      isDown: known?.column === column ? !known.isDown : COLUMNS[column].isNumber === true,
    }));
  };
  const { otherFlows } = data;
  return (
    <section aria-labelledby="flows-title">
      <h2 id="flows-title">Flows</h2>
      <p class="hint">
        <label>
          {'Search '}
          <input
            type="search"
            value={words}
            placeholder="address, port, interface, reason"
            onInput={(event: Event) => search((event.target as HTMLInputElement).value)}
          />
        </label>
        <span role="status">{` ${number(flows.length)} of ${number(data.flows.length)} flows`}</span>
        {otherFlows.flows + otherFlows.packets > 0
          ? `; ${number(otherFlows.flows)} more, with ${number(otherFlows.packets)} packets, are not in this page`
          : ''}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="table of flows">
        <table class="flows" role="table">
          <thead role="rowgroup">
            <tr role="row">
              {COLUMNS.map(({ name }, at) => (
                <th
                  role="columnheader"
                  scope="col"
                  aria-sort={sort?.column === at ? (sort.isDown ? 'descending' : 'ascending') : 'none'}
                >
                  <button type="button" onClick={() => sortBy(at)}>
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {sorted.slice(0, shown).map((flow) => (
              <Fragment key={data.flows.indexOf(flow)}>
                <tr role="row" class={flow.dropped > 0 ? 'lost' : ''}>
                  {COLUMNS.map(({ name, of, show, isNumber }, at) => (
                    <td role="cell" class={isNumber ? 'number' : name} data-label={name}>
                      {at === 0 ? (
                        <button
                          type="button"
                          class="open"
                          aria-expanded={open === flow}
                          onClick={() => setOpen(open === flow ? null : flow)}
                        >
                          {flow.protocol}
                        </button>
                      ) : (
                        (show ?? of)(flow)
                      )}
                    </td>
                  ))}
                </tr>
                {open === flow ? (
                  <tr role="row" class="detail">
                    <td role="cell" colSpan={COLUMNS.length}>
                      <div class="stories">
                        {flow.stories.map((story) => (
                          <StoryView
                            story={data.stories[story]}
                            causes={data.causes}
                            named={named}
                            line={(line) => <ConfigLine line={line} />}
                          />
                        ))}
                        <Ladder flow={flow} />
                      </div>
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > shown ? (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          {`show ${Math.min(PAGE, sorted.length - shown)} more`}
        </button>
      ) : null}
    </section>
  );
}
