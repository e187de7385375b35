/**
 * The loss over steps: in all, on held-out paths, and by time band. Thin lines are the logged means, thick ones their centred average over a
 * twentieth of the run.
 */
import type { MetricsLine } from '../input.js';
import { timeColours } from '../theme.js';
import { type Figure, type Layer, logarithmic, schema, short } from './figure.js';

interface Point {
  readonly step: number;
  readonly loss: number;
}

/** Mean over the points within `half` places of each; fewer at the ends. */
function averaged(points: readonly Point[], half: number): Point[] {
  return points.map(({ step }, i) => {
    const near = points.slice(Math.max(0, i - half), i + half + 1);
    return { step, loss: near.reduce((total, point) => total + point.loss, 0) / near.length };
  });
}
const halfWidth = (count: number): number => Math.floor(count / 40);

/** Logarithmic where all is positive and spans more than a factor of three. */
function scaleOf(points: readonly Point[]) {
  const losses = points.map(({ loss }) => loss);
  const [least, largest] = [Math.min(...losses), Math.max(...losses)];
  return least > 0 && largest > 3 * least
    ? logarithmic(losses)
    : { scale: { zero: false, nice: true }, axis: { tickCount: 6 } };
}
const x = {
  field: 'step',
  type: 'quantitative',
  title: 'step',
  axis: { grid: false, tickCount: 6, format: ',d' },
} as const;
const y = (points: readonly Point[], title: string) =>
  ({ field: 'loss', type: 'quantitative', title, ...scaleOf(points) }) as const;
const size = { width: 560, height: 260 };

export function lossFigure(metrics: readonly MetricsLine[]): Figure | undefined {
  const points = metrics.filter(({ loss }) => Number.isFinite(loss)).map(({ step, loss }) => ({ step, loss }));
  if (points.length < 2) return undefined;
  const held = metrics.flatMap(({ step, heldOut }) =>
    heldOut && Number.isFinite(heldOut.loss) ? [{ step, loss: heldOut.loss }] : [],
  );
  const axes = { x, y: y([...points, ...held], 'loss') };
  const domain = held.length > 0 ? ['training', 'held-out paths'] : ['training'];
  const colour = (series: string) =>
    ({
      datum: series,
      type: 'nominal',
      title: null,
      legend: { orient: 'top', direction: 'horizontal' },
      scale: { domain, range: ['#0072b2', '#d55e00'] },
    }) as const;
  const layers: Layer[] = [
    {
      data: { values: points },
      mark: { type: 'line', strokeWidth: 1, opacity: 0.3, color: '#0072b2' },
      encoding: axes,
    },
    {
      data: { values: averaged(points, halfWidth(points.length)) },
      mark: { type: 'line' },
      encoding: { ...axes, color: colour('training') },
    },
  ];
  if (held.length > 0) {
    const thick = averaged(held, halfWidth(held.length));
    layers.push({
      data: { values: thick },
      mark: { type: 'line' },
      encoding: { ...axes, color: colour('held-out paths') },
    });
  }
  return {
    name: 'loss',
    title: 'Loss',
    caption:
      'Mean loss of the batches between two lines of the log (thin), and its average over a twentieth of the run (thick). A held-out loss well above the training ' +
      'loss would mean that the network learns its own paths.',
    spec: { $schema: schema, ...size, layer: layers },
  };
}

export function bandFigure(metrics: readonly MetricsLine[]): Figure | undefined {
  const bands = metrics.find((line) => (line.bands?.length ?? 0) > 1)?.bands ?? [];
  const labels = bands.map(({ from, to }) => `${short(from)} – ${short(to)}`);
  const lines = bands.flatMap((_band, b) => {
    const points = metrics.flatMap(({ step, bands: found }) => {
      const loss = found?.[b]?.loss;
      return typeof loss === 'number' && Number.isFinite(loss) ? [{ step, loss }] : [];
    });
    return averaged(points, halfWidth(points.length)).map((point) => ({ ...point, band: labels[b]! }));
  });
  if (lines.length < 2) return undefined;
  return {
    name: 'loss-by-time',
    title: 'Loss by time',
    caption:
      'The same loss, averaged separately over rows whose time t falls into each band: where in time the network still has to learn.',
    spec: {
      $schema: schema,
      ...size,
      data: { values: lines },
      mark: { type: 'line' },
      encoding: {
        x,
        y: y(lines, 'loss in the band'),
        color: {
          field: 'band',
          type: 'ordinal',
          title: 'time t',
          sort: labels,
          scale: { domain: labels, range: sample(timeColours, labels.length) },
        },
      },
    },
  };
}

/** `count` colours spread evenly over the list; beyond its length they repeat. */
function sample(colours: readonly string[], count: number): string[] {
  const last = colours.length - 1;
  return Array.from({ length: count }, (_, i) =>
    count <= colours.length ? colours[Math.round((i * last) / Math.max(1, count - 1))]! : colours[i % colours.length]!,
  );
}
