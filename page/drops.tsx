/** Why packets did not leave. */

import { data, named, number } from './model.js';
import { ConfigLine } from './config-line.js';

interface Props {
  readonly chosen: number | null;
  readonly choose: (cause: number | null) => void;
}

export function Drops({ chosen, choose }: Props) {
  const order = data.causes.map((_, at) => at).sort((a, b) => data.causes[b].count - data.causes[a].count);
  return (
    <section aria-labelledby="drops-title">
      <h2 id="drops-title">Drops by cause</h2>
      {order.length === 0 ? <p>Nothing was dropped or punted.</p> : null}
      <ul class="drops">
        {order.map((at) => {
          const { cause, how, count, flows, firstFrame, line, remedy, node } = data.causes[at];
          return (
            <li class={chosen === at ? 'chosen' : ''}>
              <button type="button" aria-pressed={chosen === at} onClick={() => choose(chosen === at ? null : at)}>
                {`${number(count)} ${how}`}
              </button>
              <div>
                <p>{named(cause)}</p>
                <p class="hint">
                  {`${number(flows)} ${flows === 1 ? 'flow' : 'flows'}, first ${firstFrame}, by ${node}`}
                </p>
                <ConfigLine line={line} />
                {remedy === null ? null : <p class="hint">{`To pass, ${named(remedy)}.`}</p>}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
