/** Pictures for scripts: the drawing of reports, by itself. `render` gives SVG and PNG, `drawPicture` writes both. */
import type { Batch } from '@fokker/core';
import type { TopLevelSpec } from 'vega-lite';
import { writeFileAtomic } from '../formats/atomic.js';
import { densityMaps } from './figures/density-map.js';
import { schema } from './figures/figure.js';
import { render } from './render.js';
import { lineColours } from './theme.js';

export { density2, type Interval, rangeOf } from './density.js';
export { type Curve, type CurvePanel, curvePictures } from './figures/curves.js';
export { type DensityPanel, type DensityRow, densityPictures } from './figures/density-pictures.js';
export { type Picture, render } from './render.js';

/** Writes PATH.svg and PATH.png. Throws E_FILE. */
export async function drawPicture(path: string, spec: TopLevelSpec): Promise<void> {
  const { svg, png } = await render(spec);
  await writeFileAtomic(`${path}.svg`, svg);
  await writeFileAtomic(`${path}.png`, png);
}

export interface SampledAt {
  readonly t: number;
  /** What the others are compared with, [n, d]. */
  readonly simulation: Batch;
  /** States of each method, in the order of `methods`. */
  readonly found: readonly Batch[];
}

/** Densities of two coordinates of states: a row a time, simulation first; a row shares its axes and colours. */
export const sampleMaps = (
  methods: readonly string[],
  times: readonly SampledAt[],
  coordinates: readonly [string, string] = ['y1', 'y2'],
): TopLevelSpec => {
  const rows = times.map(({ t, simulation, found }) => ({
    t,
    reference: simulation,
    found: found.map((y, i) => ({
      style: { id: methods[i]!, title: methods[i]!, colour: lineColours[0]!, shape: 'circle' },
      y,
    })),
  }));
  return { $schema: schema, vconcat: densityMaps({ coordinates }, [0, 1], rows), spacing: 10 };
};
