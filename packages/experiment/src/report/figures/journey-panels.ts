/**
 * Two panels for each of the first coordinates of a journey, one under the other: simulated on the left, carried back with the learnt score on the right, both over the range that simulation
 * takes.
 */
import { type Interval, rangeOf } from '../density.js';
import type { Journey, ReportInput, Sample } from '../input.js';
import { schema, type View } from './figure.js';

/** Coordinates that are drawn, at most. */
const most = 2;

export interface JourneyPanel {
  readonly frames: readonly Sample[];
  /** The coordinate. */
  readonly j: number;
  readonly range: Interval;
  readonly side: 'simulated' | 'reversed';
  /** Of the first row. */
  readonly title: string | undefined;
}

const sides = [
  { side: 'simulated', heading: 'Simulation' },
  { side: 'reversed', heading: 'Reversed with the score' },
] as const;

export const journeyPanels = (input: ReportInput, journey: Journey, panel: (of: JourneyPanel) => View) => {
  const states = journey.simulated.map(({ y }) => y);
  const coordinates = Array.from({ length: Math.min(most, states[0]!.d) }, (_, k) => input.pair?.[k] ?? k);
  return {
    $schema: schema,
    vconcat: coordinates.map((j, row) => {
      const range = rangeOf(states, j);
      return {
        hconcat: sides.map(({ side, heading }) =>
          panel({ frames: journey[side], j, range, side, title: row === 0 ? heading : undefined }),
        ),
      };
    }),
  };
};
