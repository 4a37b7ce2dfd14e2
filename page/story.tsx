/** What happened to a packet, step by step, and in which order a flow's packets came. */

import { data, placeOf, seconds, type Flow, type Story } from './model.js';

export function StoryView({ story }: { readonly story: Story }) {
  const { frame, packet, rx, how, cause, steps, changes, before, after } = story;
  const why = cause < 0 ? null : data.causes[cause];
  return (
    <article class="story">
      <h3>{`${frame}, on ${rx}`}</h3>
      <p>{packet}</p>
      <ol>
        {steps.map(({ node, text, line }) => (
          <li>
            <span class="mono">{node}</span>
            {` ${text}`}
            <ConfigLine line={line} />
          </li>
        ))}
      </ol>
      {why === null ? (
        <p>{`It was ${how}.`}</p>
      ) : (
        <p class="loss-words">
          {`It was ${how}: ${why.cause}.`}
          {why.remedy === null ? '' : ` To pass, ${why.remedy}.`}
        </p>
      )}
      {changes.length > 0 ? (
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">field</th>
              <th scope="col">received</th>
              <th scope="col">sent</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr>
                <th scope="row">{change.field}</th>
                <td>{change.before}</td>
                <td>{change.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <Bytes label="received" hex={before} other={after} />
      {after === '' ? null : <Bytes label="sent" hex={after} other={before} />}
    </article>
  );
}

export function ConfigLine({ line }: { readonly line: number }) {
  if (line < 0) return null;
  const { text } = data.configuration[line];
  return (
    <code class="config-line">
      <a href={`#line-${line}`}>{placeOf(line)}</a> {text}
    </code>
  );
}

/** Bytes in hexadecimal; those that the other side has otherwise are marked. */
function Bytes({ label, hex, other }: { readonly label: string; readonly hex: string; readonly other: string }) {
  const pairs = hex.match(/../g) ?? [];
  return (
    <details>
      <summary>{`bytes ${label}`}</summary>
      <p class="mono bytes">
        {pairs.map((pair, at) => {
          const isOther = other !== '' && other.slice(at * 2, at * 2 + 2) !== pair;
          return isOther ? <mark>{`${pair} `}</mark> : `${pair} `;
        })}
      </p>
    </details>
  );
}

export function Ladder({ flow }: { readonly flow: Flow }) {
  const { ladder, client, server, packets } = flow;
  const all = packets[0] + packets[1];
  return (
    <article class="story">
      <h3>Sequence</h3>
      <div class="ladder-ends mono">
        <span>{client}</span>
        <span>{server}</span>
      </div>
      <ol class="ladder">
        {ladder.map(({ time, isBack, words, end }) => (
          <li class={`${isBack ? 'back' : 'there'}${end === '' ? '' : ' ended'}`}>
            <span class="mono">{seconds(time)}</span> <span class="arrow">{isBack ? '←' : '→'}</span> {words}
            {end === '' ? null : <span class="loss-words">{` ${end}`}</span>}
          </li>
        ))}
      </ol>
      {all > ladder.length ? <p class="hint">{`and ${all - ladder.length} more packets`}</p> : null}
    </article>
  );
}
