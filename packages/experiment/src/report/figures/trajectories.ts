/** Paths of the first coordinates over time: simulated forward, and carried back with the learnt score. */

import { type Interval, rangeOf } from '../density.js';
import type { ReportInput, Sample } from '../input.js';
import { lineColours, simulationColour } from '../theme.js';
import { domainOf, type Figure, schema, type View, within } from './figure.js';
import { coordinateName } from './panels.js';

const drawn = 40;
/** Coordinates that are drawn, at most. */
const most = 2;

function panel(
  input: ReportInput,
  frames: readonly Sample[],
  j: number,
  colour: string,
  title: string | undefined,
  left: boolean,
  range: Interval,
): View {
  const values = Array.from({ length: Math.min(drawn, frames[0]!.y.n) }, (_, i) => i).flatMap((i) =>
    frames.map(({ t, y }) => ({ t, y: within(y.data[i * y.d + j]!, range), path: i })),
  );
  return {
    ...(title !== undefined && { title }),
    width: 290,
    height: 170,
    data: { values },
    mark: { type: 'line', strokeWidth: 0.9, opacity: 0.55, color: colour, aria: false },
    encoding: {
      x: {
        field: 't',
        type: 'quantitative',
        title: 'time t',
        axis: { grid: false, tickCount: 6 },
        scale: { nice: false, zero: false },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: left ? coordinateName(input, j) : null,
        scale: { domain: domainOf(range), nice: false },
        axis: { tickCount: 5, titleAngle: 0, titlePadding: 10 },
      },
      detail: { field: 'path' },
    },
  };
}

export function trajectoryFigure(input: ReportInput): Figure | undefined {
  const { journey } = input;
  if (journey === undefined) return undefined;
  const { simulated, reversed } = journey;
  const coordinates = Array.from({ length: Math.min(most, simulated[0]!.y.d) }, (_, k) => input.pair?.[k] ?? k);
  return {
    name: 'trajectories',
    title: 'Trajectories',
    caption: `${drawn} paths: simulated forward from the data (left), and carried back from the horizon with the learnt score (right). Time runs to the right in both.`,
    spec: {
      $schema: schema,
      vconcat: coordinates.map((j, row) => {
        const range = rangeOf(
          simulated.map(({ y }) => y),
          j,
        );
        const title = (text: string) => (row === 0 ? text : undefined);
        return {
          hconcat: [
            panel(input, simulated, j, simulationColour, title('Simulation'), true, range),
            panel(input, reversed, j, lineColours[0]!, title('Reversed with the score'), false, range),
          ],
        };
      }),
    },
  };
}
