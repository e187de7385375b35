/** A check as people read it: a line a case, numbers beside their limits, what broke underneath. */
import type { CheckedCase, CheckedSubject, CheckReport } from '@fokker/experiment';
import { figure, wrapped } from './table.js';

const marks = { passed: '✓', failed: '✗', told: '·' } as const;
/** Names are cut to this, so that numbers stand in a column. */
const nameWidth = 78;

/** Three digits: no check measures more. */
function short(x: number): string {
  if (!Number.isFinite(x)) return '∞';
  const rounded = Number(x.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : figure(rounded);
}

/** The number nearest its limit; all of those without one. */
function numbers({ measured, nearest }: CheckedCase): string {
  if (nearest === undefined) return measured.map(({ what, value }) => `${what} ${short(value)}`).join(', ');
  const { value, limit = 0, side } = nearest;
  return limit === 0 ? 'exact' : `${short(value)} ${side === 'least' ? '≥' : '≤'} ${short(limit)}`;
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
  `  ${marks[each.outcome]} ${each.name.padEnd(nameWidth)}  ${numbers(each)}`.trimEnd(),
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
