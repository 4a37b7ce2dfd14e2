/** Counts what packets exercise while they run, as the plugins say. All packets count, also those that nodes make. */

import type { NodeScript } from '../../config/node-script.js';
import type { Dataplane } from '../../dataplane/dataplane.js';
import type { StepKind, StepReader, Steps } from '../../pipeline/engine/steps.js';
import type { Plugin } from '../../pipeline/plugin.js';
import type { CountedStep, StepCoverage } from '../../pipeline/step-coverage.js';
import type { FlowTellings } from '../flow-tellings.js';
import { FrameSteps } from '../frame-steps.js';
import { COVERAGE_KINDS, type Coverage } from './coverage.js';

export class CoverageRecorder implements StepReader, CountedStep {
  readonly packets = 1;
  readonly steps: Steps;
  readonly makerOf: CountedStep['makerOf'];
  private readonly coverages: ReadonlyMap<StepKind, StepCoverage>;

  constructor(private readonly dataplane: Dataplane) {
    const { graph, tables } = dataplane;
    const plugins = tables.composition.plugins as readonly Plugin[];
    const started = plugins.flatMap(({ coverage = [] }) => coverage.map((start) => start(tables)));
    this.coverages = new Map(started.map((coverage) => [coverage.kind, coverage]));
    // The makers of sessions are shown a step before this is.
    this.makerOf = FrameSteps.of(dataplane).makerOf;
    this.steps = graph.steps;
    graph.steps.attach(this);
  }

  /** What was exercised so far, of all that the dataplane's script configures. */
  result({ file, commands }: NodeScript): Coverage {
    const items = [...this.coverages.values()].flatMap((coverage) => coverage.items(commands));
    return {
      configuration: file,
      frames: this.dataplane.totals.received,
      items: COVERAGE_KINDS.flatMap((kind) => items.filter((item) => item.kind === kind)),
    };
  }

  /** Counts packets that follow flows, too. */
  countFollowing(tellings: FlowTellings): void {
    const { steps } = tellings.steps;
    let frame = 0;
    tellings.onFollowed = (packets) => {
      // No frame that ran has a number below 0.
      const counted = { steps, packets, frame: --frame, makerOf: this.makerOf };
      for (const at of steps.all()) this.coverages.get(steps.kindAt(at))?.count(at, counted);
    };
  }

  read(steps: Steps, at: number): void {
    this.coverages.get(steps.kindAt(at))?.count(at, this);
  }

  get frame(): number {
    return this.dataplane.frame.frame;
  }
}
