/** Curves side by side, a panel a quantity: a name has one colour in all panels, a second version of it is dashed. */
import type { TopLevelSpec } from 'vega-lite';
import { lineColours, muted } from '../theme.js';
import { logarithmic, schema, type View } from './figure.js';

export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dashed?: boolean;
}
export interface CurvePanel {
  readonly title?: string;
  readonly x: string;
  readonly y: string;
  /** Of y; values that are not positive are left out. */
  readonly logarithmic?: boolean;
  readonly curves: readonly Curve[];
}

/** At most five names have colours of their own; `note` stands below. */
export function curvePictures(panels: readonly CurvePanel[], note?: string): TopLevelSpec {
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const color = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: names, range: lineColours.slice(0, names.length) },
    legend: { orient: 'bottom', columns: 3, symbolType: 'stroke' },
  } as const;
  const view = ({ title, x, y, curves, logarithmic: log = false }: CurvePanel): View => {
    const values = curves.flatMap(({ name, points, dashed = false }) =>
      points.filter(([, value]) => !log || value > 0).map(([x, y]) => ({ name, dashed, x, y })),
    );
    const scale = log
      ? logarithmic(values.map(({ y }) => y))
      : { scale: { zero: false, nice: true }, axis: { tickCount: 6 } };
    return {
      ...(title !== undefined && { title }),
      width: 320,
      height: 230,
      data: { values },
      mark: { type: 'line', strokeWidth: 1.8 },
      encoding: {
        x: { field: 'x', type: 'quantitative', title: x, axis: { grid: false, tickCount: 6 } },
        y: { field: 'y', type: 'quantitative', title: y, ...scale },
        color,
        strokeDash: {
          field: 'dashed',
          type: 'nominal',
          legend: null,
          scale: {
            domain: [false, true],
            range: [
              [1, 0],
              [4, 3],
            ],
          },
        },
      },
    };
  };
  return {
    $schema: schema,
    ...(note !== undefined && {
      title: { text: note, orient: 'bottom', anchor: 'start', fontSize: 11, fontWeight: 400, color: muted },
    }),
    hconcat: panels.map(view),
    spacing: 24,
  };
}
