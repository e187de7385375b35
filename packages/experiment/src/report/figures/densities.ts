/** What the samples look like beside simulation, at every time at which there are both. */
import type { ReportInput } from '../input.js';
import { methodStyles } from '../theme.js';
import { densityCurves } from './density-curve.js';
import { densityMaps } from './density-map.js';
import { type Figure, schema } from './figure.js';
import { coordinateName, type Row, sameTime } from './panels.js';

/** Times with a simulation and at least one method; matched up to rounding. */
function rowsOf({ reference, samples }: ReportInput): Row[] {
  const styles = methodStyles(samples.map(({ method }) => method));
  return [...reference]
    .sort((a, b) => a.t - b.t)
    .map(({ t, y }) => ({
      t,
      reference: y,
      found: samples.flatMap(({ frames }, m) =>
        frames.filter((frame) => sameTime(frame.t, t)).map((frame) => ({ style: styles[m]!, y: frame.y })),
      ),
    }))
    .filter(({ found }) => found.length > 0);
}

export function densityFigure(input: ReportInput): Figure | undefined {
  const rows = rowsOf(input);
  const first = rows[0];
  if (!first) return undefined;
  const pair = input.pair ?? ([0, 1] as const);
  const flat = first.reference.d === 1;
  return {
    name: 'densities',
    title: 'Model beside simulation',
    caption: flat
      ? 'Density of simulated states (grey area) and of each method (lines) at each time.'
      : `Density of ${coordinateName(input, pair[0])} and ${coordinateName(input, pair[1])} at each time: simulation at the left, then each method. Colours follow the square root ` +
        'of the density, so that tails are seen, and are the same along a row. Each row has axes of its own.',
    spec: {
      $schema: schema,
      vconcat: flat ? densityCurves(input, rows) : densityMaps(input, pair, rows),
      spacing: flat ? 18 : 10,
    },
  };
}
