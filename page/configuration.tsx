/** The script, with what packets exercised of it in the margin. */

import { data, number } from './model.js';

interface Props {
  readonly chosen: number | null;
  readonly choose: (line: number | null) => void;
}

type Line = (typeof data.configuration)[number];

function stateOf({ items }: Line): { name: string; words: string } {
  if (items.length === 0) return { name: 'plain', words: '' };
  const packets = items.reduce((sum, one) => sum + one.packets, 0);
  if (packets > 0) return { name: 'hit', words: number(packets) };
  const isUnreachable = items.every(({ unreachable }) => unreachable !== null);
  return isUnreachable ? { name: 'unreachable', words: 'unreachable' } : { name: 'never', words: 'never' };
}

export function Configuration({ chosen, choose }: Props) {
  return (
    <section aria-labelledby="configuration-title">
      <h2 id="configuration-title">Configuration</h2>
      <p class="hint">
        {`${data.configurationFile}. In the margin: packets that met a line's rules, mappings, routes and neighbours. Choose a line to see its flows.`}
      </p>
      <ol class="script">
        {data.configuration.map((line, at) => {
          const { name, words } = stateOf(line);
          return (
            <li id={`line-${at}`} class={`${name}${chosen === at ? ' chosen' : ''}`}>
              <span class="margin">{words}</span>
              <span class="number">{line.line}</span>
              <div>
                <Command text={line.text} isChosen={chosen === at} toggle={() => choose(chosen === at ? null : at)} />
                {line.items.length > 1 ? (
                  <details>
                    <summary>{`${line.items.length} items`}</summary>
                    <ul>
                      {line.items.map((item) => (
                        <li>
                          <span class="margin">{number(item.packets)}</span> {item.name}
                          {item.unreachable === null ? '' : ` (${item.unreachable})`}
                        </li>
                      ))}
                    </ul>
                  </details>
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
      {data.otherLines > 0 ? <p class="hint">{`and ${number(data.otherLines)} more commands`}</p> : null}
    </section>
  );
}

interface CommandProps {
  readonly text: string;
  readonly isChosen: boolean;
  readonly toggle: () => void;
}

/** Addresses and numbers stand out. */
function Command({ text, isChosen, toggle }: CommandProps) {
  const parts = text.split(/(\b\d[\d.:/]*\b)/);
  return (
    <button type="button" class="command mono" aria-pressed={isChosen} onClick={toggle}>
      {parts.map((part, at) => (at % 2 === 1 ? <span class="value">{part}</span> : part))}
    </button>
  );
}
