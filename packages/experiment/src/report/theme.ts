/**
 * How figures look: one font, quiet axes, colours that stay apart for colour-blind readers (Okabe and Ito), controls in greys.
 */
import type { Config } from 'vega-lite';

export const font = 'Inter';
export const ink = '#1d2530';
export const muted = '#667080';
export const hairline = '#dde1e7';

/** White to navy, for densities. */
export const densityColours = ['#ffffff', '#dbe9f6', '#a9cce8', '#65a6d3', '#2f7ab8', '#17518f', '#0a2a5c'];
/** Early to late, for time bands. */
export const timeColours = ['#0a2a5c', '#2467a8', '#3f9d9b', '#8cbf5f', '#e0b43a', '#d55e00'];
/** The grey of a density that only sets the scene. */
export const backdropColours = ['#ffffff', '#eceff3', '#d5dbe3', '#b4becb'];

export const simulationColour = '#3b4452';
/** Of curves and methods. */
export const lineColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const controlColours = ['#8a929e', '#b3bac4', '#c9ced6'];

export interface MethodStyle {
  readonly id: string;
  readonly title: string;
  readonly colour: string;
  readonly shape: string;
}

const titles: Readonly<Record<string, string>> = {
  reverse: 'Reversed with the score',
  'forward-flow': 'Probability flow',
  'control-unreversed': 'Control: not reversed',
  'control-gaussian': 'Control: Gaussian',
};
export const methodTitle = (id: string): string => titles[id] ?? id;
export const isControl = (id: string): boolean => id.startsWith('control-');

/** A style for each method, by its place among models or controls. */
export const methodStyles = (ids: readonly string[]): MethodStyle[] =>
  ids.map((id) => {
    const control = isControl(id);
    const place = ids.filter((other) => isControl(other) === control).indexOf(id);
    const colours = control ? controlColours : lineColours;
    return {
      id,
      title: methodTitle(id),
      colour: colours[place % colours.length]!,
      shape: control ? (place % 2 === 0 ? 'square' : 'diamond') : place % 2 === 0 ? 'circle' : 'triangle-up',
    };
  });

const metricTitles: Readonly<Record<string, string>> = {
  slicedW2: 'Sliced Wasserstein-2',
  energyDistance: 'Energy distance',
  mmd: 'Maximum mean discrepancy',
  exactW2: 'Wasserstein-2',
  classifier: 'Accuracy of a classifier',
  kolmogorovSmirnov: 'Kolmogorov–Smirnov',
  precision: 'Precision',
  recall: 'Recall',
  density: 'Density of neighbours',
  coverage: 'Coverage',
  fisherError: 'Relative Fisher error',
  fisherDivergence: 'Fisher divergence',
  implicitLoss: 'Implicit loss',
};
export const metricTitle = (id: string): string => metricTitles[id] ?? id;

export const config: Config = {
  background: '#ffffff',
  padding: 16,
  font: `${font}, system-ui, sans-serif`,
  view: { stroke: null },
  title: {
    fontSize: 13,
    fontWeight: 600,
    color: ink,
    subtitleFontSize: 11.5,
    subtitleColor: muted,
    anchor: 'start',
    frame: 'group',
    offset: 10,
  },
  axis: {
    labelFontSize: 10.5,
    titleFontSize: 11.5,
    titleFontWeight: 400,
    labelColor: muted,
    titleColor: ink,
    domainColor: '#b6bdc8',
    tickColor: '#b6bdc8',
    gridColor: '#eef0f3',
    tickSize: 4,
    titlePadding: 8,
    zindex: 1,
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11.5,
    titleFontWeight: 400,
    labelColor: ink,
    titleColor: ink,
    symbolStrokeWidth: 2.5,
  },
  axisX: { labelFlush: true },
  line: { strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
  concat: { spacing: 18 },
};
