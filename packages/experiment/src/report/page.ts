/**
 * The report as one HTML file: pictures inline, no scripts, nothing fetched. Follows the reader's light or dark setting (pictures keep their white paper), and
 * wide tables scroll within themselves on a narrow screen.
 */
import type { Figure } from './figures/figure.js';
import { short } from './figures/figure.js';
import { type EvaluationFigures, type ReportInput, timesFloor } from './input.js';
import { style } from './style.js';
import { isControl, methodTitle, metricTitle } from './theme.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as HTML. */
export const plain = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

const number = (x: number): string => (Number.isFinite(x) ? short(x) : 'not finite');

export const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  quiet: (row: number) => boolean,
): string => `
<div class="scroll"><table>
<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(
    ([first, ...rest], i) =>
      `<tr${quiet(i) ? ' class="quiet"' : ''}><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table></div>`;

/** One table a metric: methods down, times across; the ratio large, the distance small. */
function distanceTables({ samples }: EvaluationFigures): string {
  const metrics = [...new Set(samples.flatMap(({ times }) => times.flatMap((time) => Object.keys(time.metrics))))];
  return metrics
    .map((metric) => {
      const columns = [...new Set(samples.flatMap(({ times }) => times.map(({ t }) => t)))].sort((a, b) => a - b);
      const cell = (times: EvaluationFigures['samples'][number]['times'], t: number): string => {
        const found = times.find((time) => time.t === t)?.metrics[metric];
        return found ? `<b>${number(timesFloor(found))}</b><small>${number(found.value)}</small>` : '–';
      };
      const floors = columns.map((t) => {
        const floor = samples
          .flatMap(({ times }) => times.filter((time) => time.t === t))
          .find((time) => time.metrics[metric])?.metrics[metric]?.floor;
        return floor === undefined ? '–' : `<b>1</b><small>${number(floor)}</small>`;
      });
      const rows = samples.map(({ method, times }) => [
        plain(methodTitle(method)),
        ...columns.map((t) => cell(times, t)),
      ]);
      return `<h3>${plain(metricTitle(metric))}</h3>${table(
        ['times the floor<small>value</small>', ...columns.map((t) => `t = ${number(t)}`)],
        [...rows, ['Two simulations (the floor)', ...floors]],
        (i) => i === samples.length || isControl(samples[i]!.method),
      )}`;
    })
    .join('\n');
}

/** One table an error of the score: times across. */
function scoreTables({ score }: EvaluationFigures): string {
  const { times, relative } = score ?? { times: [], relative: [] };
  return [...new Set(times.flatMap(({ errors }) => Object.keys(errors)))]
    .map((name) => {
      const text = (x: number): string => (relative.includes(name) ? `${number(100 * x)} %` : number(x));
      const known = times.filter(({ errors }) => errors[name] !== undefined);
      return `<h3>${plain(metricTitle(name))} of the score</h3>${table(
        ['', ...known.map(({ t }) => `t = ${number(t)}`)],
        [
          ['error', ...known.map(({ errors }) => `<b>${text(errors[name]!.value)}</b>`)],
          [
            '95 % interval',
            ...known.map(({ errors }) => `<small>${text(errors[name]!.low)} … ${text(errors[name]!.high)}</small>`),
          ],
        ],
        () => false,
      )}`;
    })
    .join('\n');
}

function lostPaths({ samples }: EvaluationFigures): string {
  const lost = samples.filter((method) => method.lost.count > 0);
  if (lost.length === 0) return '<p class="note">No path was lost.</p>';
  const list = lost.map(({ method, lost: { count, of } }) => `${count} of ${of} (${plain(methodTitle(method))})`);
  return `<p class="warning">Lost paths, frozen where they left the bounds and kept in every figure: ${list.join(', ')}.</p>`;
}

const acceptances = ({ samples }: EvaluationFigures): string =>
  samples
    .flatMap(({ method, acceptance: a }) =>
      a === undefined
        ? []
        : [
            `<p class="note">${plain(methodTitle(method))}: ${number((100 * a.accepted) / a.proposed)} % of moves accepted.</p>`,
          ],
    )
    .join('');

/** On a narrow screen a picture shrinks to six tenths of its width at most, and then scrolls. */
const legible = (svg: string): string =>
  svg.replace(
    /<svg[^>]*? width="([\d.]+)"/,
    (tag, width) => `${tag} style="min-width:${Math.round(0.6 * Number(width))}px"`,
  );

export const figureHtml = ({ name, title, caption }: Figure, svg: string): string => `
<figure id="${name}">
<h2>${plain(title)}</h2>
<div class="paper">${legible(svg)}</div>
<figcaption>${plain(caption)}</figcaption>
</figure>`;

/** `pictures`: each figure with its SVG, in reading order. */
export const page = (
  input: ReportInput,
  pictures: readonly { figure: Figure; svg: string }[],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${plain(input.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Fokker report</p>
<h1>${plain(input.title)}</h1>
<dl>${input.facts.map(({ name, value }) => `<div><dt>${plain(name)}</dt><dd>${plain(value)}</dd></div>`).join('')}</dl>
</header>
${input.evaluation ? `<section><h2>Results</h2>${lostPaths(input.evaluation)}${acceptances(input.evaluation)}${distanceTables(input.evaluation)}${scoreTables(input.evaluation)}</section>` : ''}
${pictures.map(({ figure, svg }) => figureHtml(figure, svg)).join('\n')}
${input.config ? `<section><h2>Configuration</h2><details><summary>config.yaml</summary><pre>${plain(input.config)}</pre></details></section>` : ''}
</main>
</body>
</html>
`;
