/** Paths of the first coordinates over time: simulated forward, and carried back with the learnt score. */

import type { ReportInput } from '../input.js';
import { lineColours, simulationColour } from '../theme.js';
import { domainOf, type Figure, type View, within } from './figure.js';
import { type JourneyPanel, journeyPanels } from './journey-panels.js';
import { coordinateName } from './panels.js';

const drawn = 40;
const colours = { simulated: simulationColour, reversed: lineColours[0]! };

function panel(input: ReportInput, { frames, j, range, side, title }: JourneyPanel): View {
  const values = Array.from({ length: Math.min(drawn, frames[0]!.y.n) }, (_, i) => i).flatMap((i) =>
    frames.map(({ t, y }) => ({ t, y: within(y.data[i * y.d + j]!, range), path: i })),
  );
  return {
    ...(title !== undefined && { title }),
    width: 290,
    height: 170,
    data: { values },
    mark: { type: 'line', strokeWidth: 0.9, opacity: 0.55, color: colours[side], aria: false },
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
        title: side === 'simulated' ? coordinateName(input, j) : null,
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
  return {
    name: 'trajectories',
    title: 'Trajectories',
    caption: `${drawn} paths: simulated forward from the data (left), and carried back from the horizon with the learnt score (right). Time runs to the right in both.`,
    spec: journeyPanels(input, journey, (of) => panel(input, of)),
  };
}
