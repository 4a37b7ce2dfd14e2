/** In which order a flow's packets came. */

import { named, number, seconds, type Flow } from './model.js';

export function Ladder({ flow }: { readonly flow: Flow }) {
  const { ladder, skipped, client, server, packets } = flow;
  const rest = packets[0] + packets[1] - skipped - ladder.length;
  return (
    <article class="story">
      <h3>Sequence</h3>
      {ladder.length === 0 ? (
        <p class="hint">{`This page has no room for its packets: vppcap explain --flow ${client} tells its story.`}</p>
      ) : null}
      <div class="ladder-ends mono">
        <span>{named(client)}</span>
        <span>{named(server)}</span>
      </div>
      {skipped > 0 ? <p class="hint">{`${number(skipped)} packets before, none of which was dropped`}</p> : null}
      <ol class="ladder">
        {ladder.map(({ time, isBack, words, end }, at) => (
          <li class={`${isBack ? 'back' : 'there'}${end === '' ? '' : ' ended'}`}>
            <span class="mono">{seconds(time)}</span> <span class="arrow">{isBack ? '←' : '→'}</span> {named(words)}
            {end === '' ? null : (
              <span class="loss-words">{end === ladder[at - 1]?.end ? ' the same' : ` ${named(end)}`}</span>
            )}
          </li>
        ))}
      </ol>
      {rest > 0 && ladder.length > 0 ? <p class="hint">{`and ${number(rest)} more packets`}</p> : null}
    </article>
  );
}
