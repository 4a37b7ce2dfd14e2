/** What differs between what two nodes did, or between a node and the model, grouped by what decided. */

import { data, named, type FoundExample, type Findings } from './model.js';
import { Changes } from './story.js';

type Sides = Findings['sides'];

export function FindingList() {
  const { findings } = data;
  if (findings === null) return null;
  const { title, sides, groups } = findings;
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">{title}</h2>
      {groups.length === 0 ? <p>There are none.</p> : null}
      <ul class="findings">
        {groups.map(({ title: name, allowed, decisions, examples }, at) => (
          <li class={allowed === null ? 'loss' : ''}>
            <details open={at === 0}>
              <summary>{name}</summary>
              {allowed === null ? null : <p class="hint">{`allowed: ${allowed}`}</p>}
              {decisions.map(({ side, text, place, command }) => (
                <p>
                  {`${side}: ${named(text)}`}
                  {place === '' ? null : (
                    <code class="config-line">
                      <Place place={place} /> {command}
                    </code>
                  )}
                </p>
              ))}
              <div class="examples">
                {examples.map((example) => (
                  <Example example={example} sides={sides} />
                ))}
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Place({ place }: { readonly place: string }) {
  const name = place.replace(/^.*[/\\]/, '');
  const line = lineAt(place);
  return line < 0 ? <>{name}</> : <a href={`#line-${line}`}>{name}</a>;
}

/** Index of the line of the configuration that is shown; -1 for one of another script. */
const lineAt = (place: string): number => data.configuration.findIndex(({ file, line }) => `${file}:${line}` === place);

function Example({ example, sides }: { readonly example: FoundExample; readonly sides: Sides }) {
  const { frame, packets, fields, detail } = example;
  return (
    <article class="story">
      <h3>{named(frame)}</h3>
      {sides.map((side, at) => (packets[at] === null ? null : <p>{`${side}: ${named(packets[at] ?? '')}`}</p>))}
      <Changes
        changes={fields.map(({ field, values }) => ({ field, before: values[0], after: values[1] }))}
        sides={sides}
      />
      {detail === null ? null : <p class="hint">{detail}</p>}
    </article>
  );
}
