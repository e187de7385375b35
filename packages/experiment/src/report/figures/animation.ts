/**
 * The reverse process as an animated SVG: points that travel from the horizon back to the start, in six seconds and again. Drawn once by Vega-Lite at its end; then every point
 * is given the places it came from (SMIL, which browsers play in a page and as an image alike; what cannot play it shows the end).
 */
import type { Batch } from '@fokker/core';
import { rangeOf } from '../density.js';
import type { ReportInput, Sample } from '../input.js';
import { ink, lineColours } from '../theme.js';
import { domainOf, type Figure, schema, short, within } from './figure.js';
import { axesOf, frame, type Pair } from './panels.js';

const drawn = 240;
const side = 320;
const seconds = 6;
/** Share of the time that the end stands still. */
const rest = 0.15;

type Place = readonly [x: number, y: number];

/** Two coordinates of a state; of one, its height is the number of the path and means nothing. */
const placeOf = ({ data, d }: Batch, i: number, pair: Pair): Place =>
  d === 1 ? [data[i]!, (i + 0.5) / drawn] : [data[i * d + pair[0]]!, data[i * d + pair[1]]!];

/** keyTimes over [0, 1 − rest], then the last value again. */
const keyTimes = (count: number): string =>
  [...Array.from({ length: count }, (_, k) => (((1 - rest) * k) / (count - 1)).toFixed(4)), '1'].join(';');

const timing = (count: number): string => `dur="${seconds}s" repeatCount="indefinite" keyTimes="${keyTimes(count)}"`;

/** Frames in the order they are shown; `pixel` maps a place into the panel. */
export function animated(
  svg: string,
  frames: readonly (readonly Place[])[],
  labels: readonly string[],
  pixel: (place: Place) => Place,
): string {
  const number = (x: number): string => x.toFixed(1);
  let i = 0;
  const moving = svg.replace(
    /<path([^>]*) transform="translate\([^)]*\)"([^>]*)(?:\/>|><\/path>)/g,
    (whole, before, after) => {
      if (!/aria-roledescription="circle"|d="M[\d.]+,0A/.test(whole) || i >= frames[0]!.length) return whole;
      const places = frames.map((frame) => pixel(frame[i]!).map(number).join(','));
      i += 1;
      const values = [...places, places.at(-1)!].join(';');
      return `<path${before} transform="translate(${places.at(-1)})"${after}><animateTransform attributeName="transform" type="translate" ${timing(frames.length)} values="${values}"/></path>`;
    },
  );
  const clock = labels
    .map((label, k) => {
      const seen = [...labels.map((_, l) => Number(l === k)), Number(k === labels.length - 1)].join(';');
      return `<text x="44" y="32" font-family="Inter, system-ui, sans-serif" font-size="13" font-weight="600" fill="${ink}" opacity="${Number(k === labels.length - 1)}">${label}<animate attributeName="opacity" calcMode="discrete" ${timing(labels.length)} values="${seen}"/></text>`;
    })
    .join('');
  return moving.replace(/<\/svg>\s*$/, `${clock}</svg>`);
}

export function animationFigure(input: ReportInput): Figure | undefined {
  const { journey } = input;
  if (journey === undefined) return undefined;
  const pair = input.pair ?? ([0, 1] as const);
  const shown: readonly Sample[] = [...journey.reversed].sort((a, b) => b.t - a.t);
  const flat = shown[0]!.y.d === 1;
  const states = shown.map(({ y }) => y);
  const ranges = [
    rangeOf(states, pair[0], 0.002),
    flat ? { from: 0, to: 1 } : rangeOf(states, pair[1], 0.002),
  ] as const;
  const count = Math.min(drawn, states[0]!.n);
  const frames = states.map((states) =>
    Array.from({ length: count }, (_, i): Place => {
      const [x, y] = placeOf(states, i, pair);
      return [within(x, ranges[0]), within(y, ranges[1])];
    }),
  );
  const encoding = axesOf(input, pair, ranges, !flat, true);
  const pixel = ([x, y]: Place): Place => [
    (side * (x - ranges[0].from)) / (ranges[0].to - ranges[0].from),
    side - (side * (y - ranges[1].from)) / (ranges[1].to - ranges[1].from),
  ];
  return {
    name: 'reverse-process',
    title: 'The reverse process',
    caption: `${count} paths from the horizon back to the start with the learnt score, in ${seconds} seconds and again (the SVG moves; the PNG shows the end).${flat ? ' The height of a point means nothing.' : ''}`,
    spec: {
      $schema: schema,
      title: ' ',
      width: side,
      height: side,
      layer: [
        frame,
        {
          data: { values: frames.at(-1)!.map(([x, y]) => ({ x, y })) },
          mark: { type: 'circle', size: 14, opacity: 0.7, color: lineColours[0]! },
          encoding: {
            x: { ...encoding.x, scale: { domain: domainOf(ranges[0]), nice: false } },
            y: { ...encoding.y, scale: { domain: domainOf(ranges[1]), nice: false } },
          },
        },
      ],
    },
    finish: (svg) =>
      animated(
        svg,
        frames,
        shown.map(({ t }) => `t = ${short(t)}`),
        pixel,
      ),
  };
}
