/** The page of a suite: its cases, with what became of their frames. */

import { render } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { CaseStatus, SuiteCase, SuiteCoverage, SuiteData, SuiteFrame } from '../src/report/suite-data.js';
import { Bytes } from './bytes.js';
import { Changes, StoryView } from './story.js';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as SuiteData;

const isBad = (status: CaseStatus): boolean => status === 'failed' || status === 'error';

const causeOf = ({ cause }: SuiteFrame): string => (cause < 0 ? '' : data.causes[cause].cause);

/** All of a frame in which words are looked for: what its row says, and who decided. */
const frameText = (frame: SuiteFrame): string =>
  [
    frame.rx,
    ...frame.tx,
    frame.how,
    frame.packet,
    causeOf(frame),
    ...frame.steps.flatMap(({ node, text }) => [node, text]),
  ]
    .join(' ')
    .toLowerCase();

interface ShownCase {
  readonly one: SuiteCase;
  readonly frames: readonly SuiteFrame[];
  /** Only some of its frames are shown. */
  readonly isNarrowed: boolean;
}

function shownCases(words: readonly string[], hidden: ReadonlySet<CaseStatus>): ShownCase[] {
  const hasAll = (text: string): boolean => words.every((word) => text.includes(word));
  return data.cases.flatMap((one): ShownCase[] => {
    if (hidden.has(one.status)) return [];
    if (hasAll(`${one.name} ${one.title}`.toLowerCase())) return [{ one, frames: one.frames, isNarrowed: false }];
    const frames = one.frames.filter((frame) => hasAll(frameText(frame)));
    return frames.length === 0 ? [] : [{ one, frames, isNarrowed: true }];
  });
}

function Page() {
  const [words, setWords] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<CaseStatus>>(new Set());
  const shown = useMemo(() => shownCases(words.toLowerCase().split(/\s+/).filter(Boolean), hidden), [words, hidden]);
  const toggle = (status: CaseStatus): void => {
    const next = new Set(hidden);
    if (!next.delete(status)) next.add(status);
    setHidden(next);
  };
  return (
    <>
      <header>
        <p class="hint">{data.what}</p>
        <h1 class={data.counts.some(({ status }) => isBad(status)) ? 'loss-words' : 'good-words'}>{data.headline}</h1>
      </header>
      <main>
        <h2>Cases</h2>
        <div class="tools">
          <label>
            {'Search '}
            <input
              type="search"
              id="search"
              value={words}
              placeholder="name, address, port, reason, rule"
              onInput={(event: Event) => setWords((event.target as HTMLInputElement).value)}
            />
          </label>
          {data.counts.map(({ status, count }) => (
            <label class={`tag ${status}`}>
              <input type="checkbox" value={status} checked={!hidden.has(status)} onChange={() => toggle(status)} />
              {` ${count} ${status}`}
            </label>
          ))}
          <span class="hint" role="status">
            {shown.length === data.cases.length ? '' : `${shown.length} of ${data.cases.length} cases shown`}
          </span>
        </div>
        {shown.length === 0 && data.cases.length > 0 ? <p id="none">No case has that, nor a frame of one.</p> : null}
        {shown.map((one) => (
          <Case key={one.one.name} {...one} />
        ))}
        <Coverage />
      </main>
      <footer>
        <p class="hint">Bytes that differ are marked. The file needs nothing from the network.</p>
      </footer>
    </>
  );
}

function Case({ one, frames, isNarrowed }: ShownCase) {
  const [isOpened, setOpen] = useState(isBad(one.status));
  const isOpen = isOpened || isNarrowed;
  const { name, title, status } = one;
  return (
    <details
      class={`case ${status}`}
      open={isOpen}
      onToggle={(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary>
        <span class="name">{name}</span> <span class="title hint">{title}</span>{' '}
        <span class={`tag ${status}`}>{status}</span>
      </summary>
      {isOpen ? <CaseBody one={one} frames={frames} isNarrowed={isNarrowed} /> : null}
    </details>
  );
}

function CaseBody({ one, frames, isNarrowed }: ShownCase) {
  const { facts, differences, otherDifferences, notes, compared, otherFrames } = one;
  return (
    <div class="body">
      <p class="hint">{facts.join(' · ')}</p>
      {differences.length > 0 ? (
        <ul class="differences">
          {differences.map(({ kind, message, file }) => (
            <li>
              <span class="tag failed">{kind}</span>
              <p class="message">{message}</p>
              <p class="hint">{file}</p>
            </li>
          ))}
          {otherDifferences > 0 ? <li class="hint">{`and ${otherDifferences} more differences`}</li> : null}
        </ul>
      ) : null}
      {notes.map((note) => (
        <p class="hint">{note}</p>
      ))}
      {compared.length > 0 ? <h3>Expected and actual</h3> : null}
      {compared.map(({ title, changes, expected, actual }) => (
        <details class="compared">
          <summary>{title}</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label="fields">
            <Changes changes={changes} sides={['expected', 'actual']} />
          </div>
          {expected === '' ? null : <Bytes label="expected" hex={expected} other={actual} />}
          {actual === '' ? null : <Bytes label="actual" hex={actual} other={expected} />}
        </details>
      ))}
      {frames.length > 0 ? <h3>Frames</h3> : null}
      {frames.map((frame) => (
        <Frame key={frame.frame} frame={frame} />
      ))}
      {otherFrames > 0 && !isNarrowed ? (
        <p class="hint">{`and ${otherFrames} more frames, which vppcap replay -o x.pcapng --both has`}</p>
      ) : null}
    </div>
  );
}

/** Closed, a line that says why a frame did not leave; open, its story. */
function Frame({ frame }: { readonly frame: SuiteFrame }) {
  const [isOpen, setOpen] = useState(false);
  const { frame: name, packet, rx, tx, how, path, vppReason, others } = frame;
  const isEnded = how === 'dropped' || how === 'punted';
  return (
    <details class="frame" onToggle={(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary>
        <span class="number">{name}</span> <span class="mono from">{rx}</span> <span class="arrow">→</span>{' '}
        {isEnded || tx.length === 0 ? <span class={`tag ${how}`}>{how}</span> : null}
        {isEnded && tx.length > 0 ? ' answer to ' : null}
        <span class="mono">{tx.join(', ')}</span> <span class="words hint">{packet}</span>
        {isEnded ? <span class="cause loss-words">{causeOf(frame)}</span> : null}
      </summary>
      {isOpen ? (
        <>
          <ol class="path mono" aria-label="nodes visited">
            {data.paths[path].map((node) => (
              <li class={/^(?:error-)?drop$|-drop$|punt/.test(node) ? 'loss' : ''}>{node}</li>
            ))}
          </ol>
          <StoryView story={{ ...frame, frame: `frame ${name}` }} causes={data.causes} line={(at) => <Line at={at} />}>
            {vppReason === null ? null : <p class="hint">{`VPP’s trace: ${vppReason}`}</p>}
            {others.map(({ title, bytes }) => (
              <Bytes label={title} hex={bytes} other="" />
            ))}
          </StoryView>
        </>
      ) : null}
    </details>
  );
}

function Line({ at }: { readonly at: number }) {
  const { place, text } = data.lines[at];
  return (
    <code class="config-line">
      <b>{place}</b> {text}
    </code>
  );
}

function Coverage() {
  if (data.coverage.length === 0) return null;
  return (
    <section aria-labelledby="coverage-title">
      <h2 id="coverage-title">Coverage of the configuration</h2>
      {data.coverage.map((one) => (
        <CoverageOf one={one} />
      ))}
    </section>
  );
}

function CoverageOf({ one }: { readonly one: SuiteCoverage }) {
  const { configuration, frames, kinds } = one;
  const sum = (of: (kind: (typeof kinds)[number]) => number): number => kinds.reduce((all, kind) => all + of(kind), 0);
  const all = `${sum(({ exercised }) => exercised)} of ${sum(({ items }) => items)} exercised, ${frames} frames`;
  return (
    <details class="configuration">
      <summary>
        <span class="name">{configuration}</span> <span class="hint">{all}</span>
      </summary>
      {kinds.map(({ kind, items, exercised, unreachable, never }) => (
        <>
          <p class="bars">
            <span>{kind}</span>
            <meter min={0} max={items} value={exercised} aria-label={`${kind}: ${exercised} of ${items} exercised`} />
            <span class="count">{`${exercised} / ${items}${unreachable > 0 ? `, ${unreachable} out of reach` : ''}`}</span>
          </p>
          <ul class="never">
            {never.map(({ name, place, text, unreachable: why }) => (
              <li>
                <p>
                  {`never exercised: ${name} `}
                  {why === null ? null : <span class="tag unreachable">{why.why}</span>}
                </p>
                <code class="config-line">
                  <b class="line">{place}</b> <span class="text">{text}</span>
                </code>
                {why === null ? null : <p class="hint">{why.text}</p>}
              </li>
            ))}
          </ul>
        </>
      ))}
    </details>
  );
}

const app = document.getElementById('app');
if (app !== null) {
  app.textContent = '';
  render(<Page />, app);
}
