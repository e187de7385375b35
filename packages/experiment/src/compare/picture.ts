/**
 * A comparison as a picture, a row a process: on the left the error of the score of each objective at each time, a dot a seed and the mean with its interval; on the right how far each
 * is from the first objective under the same seed, with the line of no difference.
 */
import { type Figure, type Layer, logarithmic, schema, short, type View } from '../report/figures/figure.js';
import { lineColours, metricTitle, muted } from '../report/theme.js';
import type { Cell, Measured, Summary } from './summary.js';

interface Point extends Pick<Summary, 'mean' | 'low' | 'high'> {
  readonly objective: string;
  readonly at: string;
  readonly values: readonly number[];
}

const at = (t: number): string => `t = ${short(t)}`;

const errorPoints = (cells: readonly Cell[], metric: string): Point[] =>
  cells.flatMap(({ objective, figures }) =>
    (figures?.scoreError ?? [])
      .filter((entry) => entry.metric === metric)
      .map(({ t, error }) => ({ objective, at: at(t), ...error })),
  );

const differencePoints = (cells: readonly Cell[], metric: string): Point[] =>
  cells.flatMap(({ objective, differences = [] }) =>
    differences
      .filter((entry) => entry.metric === metric)
      .map(({ t, difference }) => ({ objective, at: at(t), ...difference })),
  );

interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly objectives: readonly string[];
  readonly relative: boolean;
  readonly zero: boolean;
}

const panel = ({ title, points, objectives, relative, zero }: Panel): View => {
  const shown = points.flatMap(({ mean, low = mean, high = mean, values }) => [low, high, ...values]);
  const scale = !zero && shown.every((value) => value > 0) ? logarithmic(shown) : undefined;
  const axis = {
    format: relative ? '~%' : '~g',
    grid: true,
    ...(scale?.axis.values !== undefined && { values: scale.axis.values }),
  };
  const y = { type: 'quantitative', title: null, axis, ...(scale !== undefined && { scale: scale.scale }) } as const;
  const color = {
    field: 'objective',
    type: 'nominal',
    title: null,
    scale: { domain: [...objectives], range: lineColours },
    legend: { orient: 'bottom', symbolSize: 70 },
  } as const;
  const x = { field: 'at', type: 'nominal', title: null, sort: null, axis: { labelAngle: 0, grid: false } } as const;
  const place = { x, xOffset: { field: 'objective', sort: [...objectives] }, color };
  const line: Layer[] = zero
    ? [
        {
          data: { values: [{ y: 0 }] },
          mark: { type: 'rule', color: muted, strokeDash: [2, 3] },
          encoding: { y: { field: 'y', type: 'quantitative' } },
        },
      ]
    : [];
  return {
    title,
    width: 330,
    height: 230,
    layer: [
      ...line,
      {
        data: { values: points.flatMap(({ values, ...rest }) => values.map((value) => ({ ...rest, value }))) },
        mark: { type: 'point', filled: true, size: 16, opacity: 0.45 },
        encoding: { ...place, y: { ...y, field: 'value' } },
      },
      {
        data: { values: points.filter(({ low }) => low !== undefined).map(({ values: _, ...rest }) => rest) },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { ...place, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values: points.map(({ values: _, ...rest }) => rest) },
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { ...place, y: { ...y, field: 'mean' } },
      },
    ],
  };
};

/** Absent where no error of a score was measured. */
export function comparisonFigure({ cells, seeds }: Measured): Figure | undefined {
  const processes = [...new Set(cells.map(({ process }) => process))];
  const rows = processes.flatMap((process) => {
    const own = cells.filter((cell) => cell.process === process && cell.figures !== undefined);
    const first = own[0]?.figures?.scoreError[0];
    if (first === undefined) return [];
    const { metric, relative } = first;
    const objectives = own.map(({ objective }) => objective);
    const [errors, differences] = [errorPoints(own, metric), differencePoints(own, metric)];
    const title = `${metricTitle(metric)} on ${process}`;
    const panels = [panel({ title, points: errors, objectives, relative, zero: false })];
    if (differences.length > 0) {
      panels.push(
        panel({ title: `less that of ${objectives[0]}`, points: differences, objectives, relative, zero: true }),
      );
    }
    return [{ hconcat: panels }];
  });
  if (rows.length === 0) return undefined;
  return {
    name: 'compare',
    title: 'Errors of the score',
    caption: `Small dots: seeds (${seeds.length}). Large dots: their means, with 95 % intervals by Student's t. Right: differences from the first objective under the same seed.`,
    spec: { $schema: schema, vconcat: rows },
  };
}
