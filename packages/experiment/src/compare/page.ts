/** A comparison as rows, and as files: JSON, Markdown, a page with its picture, and the picture. */
import { join } from 'node:path';
import { writeFileAtomic } from '../formats/atomic.js';
import { rounded } from '../numbers.js';
import { type Drawn, drawFigures } from '../report/index.js';
import { figureHtml, plain, table } from '../report/page.js';
import { style } from '../report/style.js';
import { metricTitle } from '../report/theme.js';
import { comparisonFigure } from './picture.js';
import type { Cell, Figures, Measured, Summary } from './summary.js';

/** 0.012 [0.009, 0.015] */
export const summaryText = ({ mean, low, high }: Summary, scale = 1, unit = ''): string => {
  const at = (x: number): string => `${rounded(scale * x)}${unit}`;
  return low === undefined || high === undefined ? at(mean) : `${at(mean)} [${at(low)}, ${at(high)}]`;
};

export type ComparisonRow = Readonly<Record<string, string>>;

const figureText = (metric: string, t: number): string => `${metricTitle(metric)}, t = ${rounded(t)}`;
const errorText = (error: Summary, relative: boolean): string =>
  relative ? summaryText(error, 100, ' %') : summaryText(error);

const errorColumns = ({ scoreError }: Figures): ComparisonRow =>
  Object.fromEntries(
    scoreError.map(({ t, metric, relative, error }) => [figureText(metric, t), errorText(error, relative)]),
  );

const figureColumns = (figures: Figures): ComparisonRow => ({
  ...errorColumns(figures),
  ...Object.fromEntries(
    figures.distances.map(({ t, metric, value, floor }) => [
      `${figureText(metric, t)} (× floor)`,
      summaryText(value, 1 / floor),
    ]),
  ),
  'ms/step': summaryText(figures.msPerStep),
  ratio: summaryText(figures.stepRatio),
  lost: String(figures.lost),
  diverged: String(figures.divergences.length),
});

/** One row a cell; a refused one says why. */
export const comparisonRows = ({ cells }: Measured): ComparisonRow[] =>
  cells.map(({ process, objective, refusal, steps, learningRate, figures }) => ({
    process,
    objective,
    ...(figures === undefined
      ? { refused: `${refusal?.code}: ${refusal?.expected}` }
      : {
          ...(steps !== undefined && { steps: String(steps) }),
          ...(learningRate !== undefined && { 'learning rate': String(learningRate) }),
          ...figureColumns(figures),
        }),
  }));

/** One row a cell that has another before it. */
export const differenceRows = ({ cells }: Measured): ComparisonRow[] =>
  cells.flatMap(({ process, objective, differences = [] }) =>
    differences.length === 0
      ? []
      : [
          {
            process,
            objective,
            less: cells.find((cell) => cell.process === process && cell.figures !== undefined)!.objective,
            ...Object.fromEntries(
              differences.map(({ t, metric, relative, difference }) => [
                figureText(metric, t),
                errorText(difference, relative),
              ]),
            ),
          },
        ],
  );

const rateRows = (cells: readonly Cell[]): ComparisonRow[] =>
  cells.flatMap(({ process, objective, learningRate, rates = [] }) =>
    rates.map(({ learningRate: rate, figures }) => ({
      process,
      objective,
      'learning rate': `${rate}${rate === learningRate ? ' (chosen)' : ''}`,
      ...errorColumns(figures),
      diverged: String(figures.divergences.length),
    })),
  );

const varianceRows = (cells: readonly Cell[]): ComparisonRow[] =>
  cells.flatMap(({ process, objective, figures }) =>
    figures === undefined || figures.gradientVariance.length === 0
      ? []
      : [
          {
            process,
            objective,
            ...Object.fromEntries(
              figures.gradientVariance.map(({ from, to, variance }) => [
                `t in [${rounded(from)}, ${rounded(to)}]`,
                summaryText(variance),
              ]),
            ),
          },
        ],
  );

const columnsOf = (rows: readonly ComparisonRow[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

const markdownTable = (rows: readonly ComparisonRow[]): string => {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
  ].join('\n');
};

const htmlTable = (rows: readonly ComparisonRow[]): string => {
  const columns = columnsOf(rows);
  const cells = rows.map((row) => columns.map((column) => plain(row[column] ?? '–')));
  return table(columns.map(plain), cells, () => false);
};

const sectionsOf = (comparison: Measured) => {
  const { cells, seeds, steps, equal, device } = comparison;
  const trained = comparisonRows(comparison).filter((row) => row.refused === undefined);
  const refused = cells.flatMap(({ process, objective, refusal }) =>
    refusal === undefined
      ? []
      : [{ process, objective, code: refusal.code, expected: refusal.expected, try: refusal.tryThis.join('; ') }],
  );
  const diverged = cells.flatMap(({ process, objective, figures }) =>
    (figures?.divergences ?? []).map(({ seed, text }) => ({ process, objective, seed: String(seed), where: text })),
  );
  return {
    facts: `${equal === 'time' ? `The time of ${steps} steps of the first objective` : `${steps} steps`}, seeds ${seeds.join(', ')}, ${device}. Means over seeds with 95 % intervals by Student's t; ratio: ms/step over that of the first objective.`,
    tables: [
      ['Results', trained],
      ['Differences from the first objective, seed by seed', differenceRows(comparison)],
      ['Learning rates', rateRows(cells)],
      ['Variance of the gradient by time band: trace of the covariance of one row', varianceRows(cells)],
      ['Refused', refused],
      ['Diverged', diverged],
    ].filter(([, rows]) => rows!.length > 0) as [string, ComparisonRow[]][],
  };
};

function comparisonMarkdown(comparison: Measured): string {
  const { facts, tables } = sectionsOf(comparison);
  return `# Comparison\n\n${facts}\n\n${tables.map(([title, rows]) => `## ${title}\n\n${markdownTable(rows)}\n`).join('\n')}`;
}

function comparisonPage(comparison: Measured, pictures: readonly Drawn[]): string {
  const { facts, tables } = sectionsOf(comparison);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Comparison</title>
<style>${style}</style>
</head>
<body>
<main>
<header><p class="kicker">Fokker comparison</p><h1>Objectives × processes</h1><p>${plain(facts)}</p></header>
${pictures.map(({ figure, svg }) => figureHtml(figure, svg)).join('\n')}
${tables.map(([title, rows]) => `<section><h2>${plain(title)}</h2>${htmlTable(rows)}</section>`).join('\n')}
</main>
</body>
</html>
`;
}

/** Paths of what was written: compare.json, compare.md, compare.html, and the picture where there is one. Throws E_FILE. */
export async function writeComparison(comparison: Measured, directory: string): Promise<string[]> {
  const figure = comparisonFigure(comparison);
  const { pictures, written } = await drawFigures(figure === undefined ? [] : [figure], directory);
  const files: [string, string][] = [
    ['compare.json', `${JSON.stringify(comparison, undefined, 2)}\n`],
    ['compare.md', comparisonMarkdown(comparison)],
    ['compare.html', comparisonPage(comparison, pictures)],
  ];
  for (const [name, content] of files) await writeFileAtomic(join(directory, name), content);
  return [...files.map(([name]) => join(directory, name)), ...written];
}
