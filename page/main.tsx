/** The page of a replay. */

import { render } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Configuration } from './configuration.js';
import { Drops } from './drops.js';
import { FindingList } from './findings.js';
import { FlowTable } from './flows.js';
import { NodeGraph } from './graph.js';
import { ConfigLine } from './config-line.js';
import { ALL, chosenFlows, data, isAll, named, number, placeOf, seconds, type Choice } from './model.js';
import { TimeChart } from './timeline.js';

function Page() {
  const [choice, setChoice] = useState<Choice>(ALL);
  const change = (part: Partial<Choice>): void => setChoice((known) => ({ ...known, ...part }));
  const flows = useMemo(() => chosenFlows(choice), [choice]);
  return (
    <>
      <Header />
      <main>
        <FindingList />
        <NodeGraph chosen={choice.node} choose={(node) => change({ node })} />
        <TimeChart span={choice.span} choose={(span) => change({ span })} />
        <Chosen choice={choice} clear={() => setChoice(ALL)} />
        <FlowTable flows={flows} words={choice.words} search={(words) => change({ words })} />
        <Drops chosen={choice.cause} choose={(cause) => change({ cause })} />
        <Assumed />
        <Configuration chosen={choice.line} choose={(line) => change({ line })} />
        <Sessions />
        <Counters />
      </main>
      <footer>
        <p class="hint">{`${data.program}, VPP ${data.release}`}</p>
      </footer>
    </>
  );
}

/** The command behind most of the drops leads to its place. */
function worstCause() {
  if (data.findings !== null) return undefined;
  return [...data.causes].sort((a, b) => b.count - a.count).at(0);
}

function Header() {
  const worst = worstCause();
  return (
    <header>
      <p class="hint">{data.captures.join(', ')}</p>
      <h1>{named(data.headline)}</h1>
      {worst === undefined ? null : (
        <p class="worst">
          <ConfigLine line={worst.line} />
          {worst.remedy === null ? null : `To pass, ${named(worst.remedy)}.`}
        </p>
      )}
      {data.remarks.map((remark) => (
        <p class="hint">{remark}</p>
      ))}
      <dl class="numbers">
        {data.numbers.map(({ value, words, kind }) => (
          <div class={kind}>
            <dt>{words}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      {data.warnings.length === 0 ? null : (
        <ul class="warnings" aria-label="Warnings">
          {data.warnings.map((warning) => (
            <li>{warning}</li>
          ))}
        </ul>
      )}
    </header>
  );
}

/** What the flows below are narrowed down to. */
function Chosen({ choice, clear }: { readonly choice: Choice; readonly clear: () => void }) {
  if (isAll(choice)) return null;
  const { node, cause, line, span, words } = choice;
  const parts = [
    node === null ? '' : `through ${data.graph[node].name}`,
    cause === null ? '' : `ended by: ${data.causes[cause].cause}`,
    line === null ? '' : `decided at ${placeOf(line)}`,
    span === null ? '' : `between ${seconds(span[0])} and ${seconds(span[1])}`,
    words === '' ? '' : `with “${words}”`,
  ];
  return (
    <p class="chosen-words" role="status">
      {`Flows ${parts.filter(Boolean).join(', ')} `}
      <button type="button" onClick={clear}>
        show all
      </button>
    </p>
  );
}

function Assumed() {
  if (data.assumed.length === 0) return null;
  return (
    <section aria-labelledby="assumed-title">
      <h2 id="assumed-title">Assumed to have been there before</h2>
      <ul class="assumed">
        {data.assumed.map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function Sessions() {
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title">Sessions at the end</h2>
      {data.sessions.length === 0 ? <p>There are none.</p> : null}
      {data.sessions.map(({ command, text, isCut }) => (
        <details class="sessions">
          <summary class="mono">{command}</summary>
          <pre class="mono" tabIndex={0}>
            {text}
          </pre>
          {isCut ? <p class="hint">There are more than this page shows: vppcap replay --sessions prints all.</p> : null}
        </details>
      ))}
    </section>
  );
}

function Counters() {
  const { counters, interfaces } = data;
  return (
    <section aria-labelledby="counters-title">
      <h2 id="counters-title">Counters</h2>
      <div class="columns">
        <table>
          <caption>show errors</caption>
          <thead>
            <tr>
              <th scope="col">count</th>
              <th scope="col">node</th>
              <th scope="col">reason</th>
            </tr>
          </thead>
          <tbody>
            {counters.map(({ node, reason, count }) => (
              <tr>
                <td class="number">{number(count)}</td>
                <td class="mono">{node}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <caption>interfaces</caption>
          <thead>
            <tr>
              <th scope="col">interface</th>
              <th scope="col">received</th>
              <th scope="col">sent</th>
            </tr>
          </thead>
          <tbody>
            {interfaces.map(({ name, received, transmitted }) => (
              <tr>
                <td class="mono">{name}</td>
                <td class="number">{number(received)}</td>
                <td class="number">{number(transmitted)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const app = document.getElementById('app');
if (app !== null) {
  app.textContent = '';
  render(<Page />, app);
}
