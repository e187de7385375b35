/**
 * Distances between the samples of each method and simulation, over time, in units of the floor: what two independent simulations of the same size are
 * apart. One is as good as simulating; the controls say what a failure looks like.
 */
import { type EvaluationFigures, timesFloor } from '../input.js';
import { isControl, type MethodStyle, methodStyles, metricTitle, muted } from '../theme.js';
import { type Figure, type Layer, logarithmic, schema, type View } from './figure.js';

/** Panels in a row. */
const across = 2;

interface Ratio {
  readonly t: number;
  readonly ratio: number;
  readonly method: string;
}

const ratiosOf = (samples: EvaluationFigures['samples'], metric: string, styles: readonly MethodStyle[]): Ratio[] =>
  samples.flatMap(({ times }, m) =>
    times.flatMap(({ t, metrics }) => {
      const ratio = timesFloor(metrics[metric] ?? { value: Number.NaN, floor: 1 });
      return ratio > 0 && Number.isFinite(ratio) ? [{ t, ratio, method: styles[m]!.title }] : [];
    }),
  );

const panel = (metric: string, ratios: readonly Ratio[], styles: readonly MethodStyle[], first: boolean): View => {
  const domain = styles.map(({ title }) => title);
  const legend = { orient: 'bottom', direction: 'vertical', columns: 2, symbolSize: 70 } as const;
  const method = { field: 'method', type: 'nominal', title: null, legend } as const;
  const axis = logarithmic([1, ...ratios.map(({ ratio }) => ratio)]);
  const encoding = {
    x: {
      field: 't',
      type: 'quantitative',
      title: 'time t',
      scale: { nice: true, zero: true },
      axis: { grid: false, tickCount: 6 },
    },
    y: {
      field: 'ratio',
      type: 'quantitative',
      title: first ? 'times the floor' : null,
      ...axis,
    },
    color: { ...method, scale: { domain, range: styles.map(({ colour }) => colour) } },
  } as const;
  const floor = { field: 'y', type: 'quantitative' } as const;
  const lines = (control: boolean): Layer => {
    const drawn = styles.filter(({ id }) => isControl(id) === control).map(({ title }) => title);
    return {
      data: { values: ratios.filter((ratio) => drawn.includes(ratio.method)) },
      mark: { type: 'line', strokeWidth: 1.6, strokeDash: control ? [4, 3] : [1, 0] },
      encoding,
    };
  };
  return {
    title: metricTitle(metric),
    width: 290,
    height: 250,
    layer: [
      {
        data: { values: [{ y: 1 }] },
        mark: { type: 'rule', color: muted, strokeDash: [2, 3] },
        encoding: { y: floor },
      },
      {
        data: { values: [{ y: 1 }] },
        mark: { type: 'text', text: 'floor', align: 'left', dx: 9, color: muted, fontSize: 10.5 },
        encoding: { x: { value: 'width' }, y: floor },
      },
      lines(true),
      lines(false),
      {
        data: { values: [...ratios] },
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { ...encoding, shape: { ...method, scale: { domain, range: styles.map(({ shape }) => shape) } } },
      },
    ],
  };
};

export function distanceFigure(evaluation: EvaluationFigures): Figure | undefined {
  const { samples } = evaluation;
  const styles = methodStyles(samples.map(({ method }) => method));
  const metrics = [...new Set(samples.flatMap(({ times }) => times.flatMap((time) => Object.keys(time.metrics))))];
  const panels = metrics
    .map((metric) => ({ metric, ratios: ratiosOf(samples, metric, styles) }))
    .filter(({ ratios }) => ratios.length > 0);
  if (panels.length === 0) return undefined;
  return {
    name: 'distances',
    title: 'Distance to simulation',
    caption:
      'Distance between the samples of each method and an independent simulation, divided by the floor: the mean distance between two simulations of the same size (shares of points that fit: ' +
      'the floor divided by the share). At one, samples cannot be told from simulation by this metric. Controls in grey. Logarithmic scale.',
    spec: {
      $schema: schema,
      vconcat: panels.flatMap((_, i) =>
        i % across === 0
          ? [
              {
                hconcat: panels
                  .slice(i, i + across)
                  .map(({ metric, ratios }, k) => panel(metric, ratios, styles, k === 0)),
              },
            ]
          : [],
      ),
    },
  };
}
