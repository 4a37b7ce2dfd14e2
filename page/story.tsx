/** What happened to a packet, step by step, and in which order a flow's packets came. */

import type { ComponentChildren } from 'preact';
import type { Namer } from '../src/explain/named.js';
import type { Story } from '../src/report/report-data.js';
import { Bytes } from './bytes.js';

interface Props {
  readonly story: Story;
  /** Why packets did not leave, by `Story.cause`. */
  readonly causes: readonly { readonly cause: string; readonly remedy: string | null }[];
  /** The command behind a step. */
  readonly line: (at: number) => ComponentChildren;
  /** What addresses are called. */
  readonly named?: Namer;
  readonly children?: ComponentChildren;
}

export function StoryView({ story, causes, line: showLine, named = (words) => words, children }: Props) {
  const { frame, packet, rx, how, cause, steps, changes, before, after } = story;
  const why = cause < 0 ? null : causes[cause];
  return (
    <article class="story">
      <h3>{`${frame}, on ${rx}`}</h3>
      <p>{named(packet)}</p>
      <ol>
        {steps.map(({ node, text, line }) => (
          <li>
            <span class="mono">{node}</span>
            {` ${named(text)}`}
            {line < 0 ? null : showLine(line)}
          </li>
        ))}
      </ol>
      {why === null ? (
        <p>{`It was ${how}.`}</p>
      ) : (
        <p class="loss-words">
          {`It was ${how}: ${named(why.cause)}.`}
          {why.remedy === null ? '' : ` To pass, ${named(why.remedy)}.`}
        </p>
      )}
      <Changes changes={changes} sides={['received', 'sent']} />
      <Bytes label="received" hex={before} other={after} />
      {after === '' ? null : <Bytes label="sent" hex={after} other={before} />}
      {children}
    </article>
  );
}

/** Fields that are otherwise on one side. */
export function Changes({
  changes,
  sides,
}: {
  readonly changes: Story['changes'];
  readonly sides: readonly [string, string];
}) {
  if (changes.length === 0) return null;
  return (
    <table class="changes">
      <thead>
        <tr>
          {['field', ...sides].map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr>
            <th scope="row">{field}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
