/** A check as people read it: a line a case, numbers beside their limits, what broke underneath. */
import type { CheckedCase, CheckedSubject, CheckReport } from '@fokker/experiment';
import { figure, wrapped } from './table.js';

const marks = { passed: '✓', failed: '✗', told: '·' } as const;
/** Names are cut to this, so that numbers stand in a column. */
const nameWidth = 78;

type Measured = CheckedCase['measured'][number];

/** Three digits: no check measures more. Differences of nothing are exact. */
const short = (x: number | null): string =>
  x === null || !Number.isFinite(x) ? '∞' : figure(Number(x.toPrecision(3)));

const share = ({ value, limit, side }: Measured): number =>
  limit === undefined ? 0 : side === 'least' ? limit / value : value === 0 ? 0 : value / limit;

/** The number nearest its limit; all of those without one. */
function numbers(measured: readonly Measured[]): string {
  const limited = measured.filter(({ limit }) => limit !== undefined);
  if (limited.length === 0) return measured.map(({ what, value }) => `${what} ${short(value)}`).join(', ');
  const { value, limit = 0, side } = limited.reduce((worst, each) => (share(each) > share(worst) ? each : worst));
  if (limit === 0) return 'exact';
  return `${short(value)} ${side === 'least' ? '≥' : '≤'} ${short(limit)}`;
}

function failure({ error }: CheckedCase): string[] {
  if (error === undefined) return [];
  const line = (label: string, text: string): string[] =>
    wrapped(text, 100).map((part, k) => `      ${(k === 0 ? label : '').padEnd(10)}${part}`);
  return [
    ...line('', `${error.code}  ${error.summary}`)
      .map((text) => text.trimStart())
      .map((text) => `      ${text}`),
    ...line('got', error.got),
    ...line('expected', error.expected),
    ...error.tryThis.flatMap((text, k) => line(k === 0 ? 'try' : '', text)),
    ...(error.where === undefined ? [] : line('config', error.where)),
  ];
}

const caseLines = (each: CheckedCase): string[] => [
  `  ${marks[each.outcome]} ${each.name.padEnd(nameWidth)}  ${numbers(each.measured)}`.trimEnd(),
  ...failure(each),
];

export const subjectText = ({ subject, plugin, cases }: CheckedSubject): string =>
  [`${subject}${plugin === undefined ? '' : `   (${plugin})`}`, ...cases.flatMap(caseLines), ''].join('\n');

/** What could not be checked, and the count. */
export const checkEnd = ({ unchecked, passed, told, failed, seconds }: CheckReport): string =>
  [
    ...unchecked.flatMap(({ subject, why }) => [
      `${subject}: not checked`,
      ...wrapped(why, 110).map((text) => `      ${text}`),
      '',
    ]),
    `${passed} kept, ${failed} broken, ${told} told in ${seconds.toFixed(1)} s${unchecked.length > 0 ? `; ${unchecked.length} not checked: give what is required with --set ID.name=value` : ''}`,
  ].join('\n');
