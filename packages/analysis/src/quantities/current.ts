/** The probability current on a grid, and the phase portrait of its velocity (physics/current.ts). */
import { type Batch, defineQuantity, type QuantityFigure } from '@fokker/core';
import { z } from 'zod';
import { type CurrentField, currentField, type Range } from '../physics/current.js';
import { atTimes } from './at-times.js';
import { coordinateIndex, coordinateOption } from './coordinates.js';
import { collected } from './path-start.js';

/** Of the coordinate in a pilot of states: between the half and the 99.5 per cent quantile, widened by a tenth. */
function rangeOf({ data, n, d }: Batch, j: number): Range {
  const sorted = Float64Array.from({ length: n }, (_, i) => data[i * d + j]!).sort();
  const [low, high] = [sorted[Math.floor(0.005 * (n - 1))]!, sorted[Math.ceil(0.995 * (n - 1))]!];
  const pad = high > low ? 0.1 * (high - low) : 0.5;
  return { from: low - pad, to: high + pad };
}

const pilot = 4000;

function figuresOf(fields: readonly CurrentField[], names: readonly string[]): QuantityFigure[] {
  const sorted = [...fields].sort((a, b) => a.t - b.t);
  const [first] = sorted;
  if (first === undefined) return [];
  const [across, up] = first.coordinates.map((j) => names[j]!) as [string, string | undefined];
  if (up === undefined) {
    const middle = ({ ranges, cells }: CurrentField, i: number): number =>
      ranges[0]!.from + ((ranges[0]!.to - ranges[0]!.from) * (i + 0.5)) / cells;
    return [
      {
        kind: 'lines',
        name: 'current',
        title: 'Probability current',
        caption: `The current j = p u of ${across} at each time. In a steady state of one coordinate it is the same everywhere.`,
        across,
        up: `current j(${across})`,
        series: sorted.map((field) => ({
          name: `t = ${field.t}`,
          points: Array.from(field.current, (y, i) => ({ x: middle(field, i), y })),
        })),
      },
    ];
  }
  const panels = (arrows: (field: CurrentField) => Float64Array) =>
    sorted.map((field) => ({
      title: `t = ${Number(field.t.toPrecision(3))}`,
      ranges: [field.ranges[0]!, field.ranges[1]!] as [Range, Range],
      cells: field.cells,
      density: field.density,
      arrows: arrows(field),
    }));
  return [
    {
      kind: 'field',
      name: 'current',
      title: 'Probability current',
      caption: `Arrows: the current j = p u of ${across} and ${up}, other coordinates integrated out; its length is compressed so that weak and strong places are both seen. Grey: the density.`,
      across,
      up,
      panels: panels(({ current }) => current),
    },
    {
      kind: 'field',
      name: 'phase-portrait',
      title: 'Phase portrait of the current',
      caption: `Arrows: the velocity u = j/p with which probability moves, the mean of ${across} and ${up} over each cell. Grey: the density.`,
      across,
      up,
      panels: panels(({ velocity }) => velocity),
    },
  ];
}

export const currentQuantity = defineQuantity({
  id: 'current',
  summary: 'probability current of one or two coordinates on a grid, with its velocity',
  reads: 'score',
  options: z.object({
    coordinates: z
      .array(coordinateOption)
      .min(1)
      .max(2)
      .optional()
      .describe('names or numbers of one or two coordinates; by default the first two'),
    cells: z.int().min(2).max(400).default(20).describe('cells of the grid along each coordinate'),
  }),
  create: ({ coordinates: asked, cells }) => ({
    async estimate(context) {
      const { sde, score, coordinates: names, streams, times, n } = context;
      const coordinates = (asked ?? names.slice(0, 2)).map((name) => coordinateIndex(names, name, 'coordinates'));
      const look = streams();
      const pilots = await Promise.all(times.map((t) => collected(look(t), Math.min(pilot, n), sde.dim)));
      const fields = await atTimes(context, ({ t, states }) => {
        const ranges = coordinates.map((j) => rangeOf(pilots[times.indexOf(t)]!, j));
        return currentField({ sde, score, states, t, coordinates, ranges, cells });
      });
      const meanSpeed = ({ density, velocity, coordinates: { length: c } }: CurrentField): number => {
        let [sum, weight] = [0, 0];
        for (let cell = 0; cell < density.length; cell++) {
          let square = 0;
          for (let k = 0; k < c; k++) square += velocity[cell * c + k]! ** 2;
          sum += density[cell]! * Math.sqrt(square);
          weight += density[cell]!;
        }
        return sum / weight;
      };
      const shape = (last: readonly number[]): number[] => [fields.length, ...coordinates.map(() => cells), ...last];
      const stacked = (part: 'density' | 'current' | 'velocity', last: readonly number[]) => ({
        data: Float64Array.from(fields.flatMap((field) => [...field[part]])),
        shape: shape(last),
      });
      return {
        notes: [
          `cells hold the mean over states that fall into them; ${coordinates.length === sde.dim ? 'all coordinates are shown' : 'the other coordinates are integrated out'}`,
        ],
        rows: fields.map((field) => ({
          t: field.t,
          'mean speed |u|': meanSpeed(field),
          ...Object.fromEntries(
            field.ranges.map(({ from, to }, k) => [
              names[coordinates[k]!]!,
              `${from.toPrecision(3)} … ${to.toPrecision(3)}`,
            ]),
          ),
        })),
        arrays: {
          density: stacked('density', []),
          current: stacked('current', [coordinates.length]),
          velocity: stacked('velocity', [coordinates.length]),
          ranges: {
            data: Float64Array.from(fields.flatMap(({ ranges }) => ranges.flatMap(({ from, to }) => [from, to]))),
            shape: [fields.length, coordinates.length, 2],
          },
          times: { data: Float64Array.from(times), shape: [times.length] },
        },
        figures: figuresOf(fields, names),
      };
    },
  }),
});
