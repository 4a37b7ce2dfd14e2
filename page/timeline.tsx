/** Frames, drops and new flows by time; a span chosen with the pointer narrows the flows down. */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { data, number, seconds, type Choice } from './model.js';

interface Props {
  readonly span: Choice['span'];
  readonly choose: (span: Choice['span']) => void;
}

const HEIGHT = 170;

/** Nothing is drawn where there is nothing. */
const shown = (counts: readonly number[]): (number | null)[] => counts.map((count) => (count === 0 ? null : count));

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function TimeChart({ span, choose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { interval, frames, drops, flows } = data.timeline;
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const make = (): uPlot => {
      const axis = {
        stroke: colour('--quiet'),
        grid: { stroke: colour('--line'), width: 1 },
        ticks: { stroke: colour('--line'), width: 1 },
      };
      const bars = uPlot.paths.bars?.({ size: [0.95, 40], align: 1 });
      const series = (label: string, name: string) => ({
        label,
        stroke: colour(name),
        fill: colour(name),
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      });
      return new uPlot(
        {
          width: element.clientWidth,
          height: HEIGHT,
          scales: { x: { time: false } },
          cursor: { drag: { x: true, y: false, setScale: false } },
          axes: [
            { ...axis, values: (_, ticks) => ticks.map((tick) => `${Number(tick.toPrecision(6))} s`) },
            { ...axis, size: 60 },
          ],
          series: [
            { label: 'from', value: (_, value) => (value === null ? '' : seconds(value)) },
            series('frames', '--accent'),
            series('drops', '--warning'),
            {
              label: 'new flows',
              stroke: colour('--good'),
              paths: () => null,
              points: { show: true, size: 8, fill: colour('--good') },
            },
          ],
          hooks: {
            setSelect: [
              (chart) => {
                const { left, width } = chart.select;
                if (width > 2) choose([chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')]);
              },
            ],
          },
        },
        [frames.map((_, at) => at * interval), [...frames], shown(drops), shown(flows)],
        element,
      );
    };
    plot.current = make();
    const again = (): void => {
      plot.current?.destroy();
      plot.current = make();
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    window.addEventListener('resize', again);
    dark.addEventListener('change', again);
    return () => {
      window.removeEventListener('resize', again);
      dark.removeEventListener('change', again);
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => {
    if (span === null) plot.current?.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }, [span]);
  const most = Math.max(0, ...frames);
  return (
    <section aria-labelledby="time-title">
      <h2 id="time-title">Time</h2>
      <p class="hint">
        {`Intervals of ${Number(interval.toPrecision(3))} s, at most ${number(most)} frames in one. Drag over a span to see its flows, or give it here: `}
        <SpanFields span={span} choose={choose} />
      </p>
      <div ref={place} class="chart" />
    </section>
  );
}

/** The same with the keyboard. */
function SpanFields({ span, choose }: Props) {
  const end = data.timeline.frames.length * data.timeline.interval;
  const [from, to] = span ?? [0, end];
  const field = (label: string, value: number, change: (value: number) => void) => (
    <label>
      {`${label} `}
      <input
        type="number"
        min={0}
        step="any"
        value={Number(value.toPrecision(6))}
        onChange={(event: Event) => change(Number((event.target as HTMLInputElement).value))}
      />
      {' s '}
    </label>
  );
  return (
    <span class="span-fields">
      {field('from', from, (value) => choose([value, to]))}
      {field('to', to, (value) => choose([from, value]))}
    </span>
  );
}
