/**
 * Writes docs/processes.md, the catalogue of processes, from their definitions and the comments that open their files; with --check exits 1 where the page is not current.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  capabilityMeanings,
  completeSde,
  describeSchema,
  describeSde,
  ownCapabilities,
  parseOptions,
} from '@fokker/core';
import plugin from '@fokker/sde-plugins';

const fromRoot = (path) => new URL(`../${path}`, import.meta.url);
const fileOf = (id) => {
  const own = `packages/sde-plugins/src/${id}.ts`;
  return existsSync(fromRoot(own)) ? own : `packages/sde-plugins/src/${id}/${id}.ts`;
};

/** The opening comment: prose, and formulas as indented blocks. */
const mathematicsOf = async (id) => {
  const [, comment] = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(await readFile(fromRoot(fileOf(id)), 'utf8'));
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  return lines.map((line) => (line.startsWith('    ') ? line : line.replace(/([*<])/g, '\\$1'))).join('\n');
};

const cell = (text) => String(text).replaceAll('|', '\\|');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const listOf = (value) => (typeof value === 'string' ? [value] : value);
const named = (names) => [...names].map((name) => `\`${name}\``).join(', ');

const parameterRow = ({ name, type, required, default: value, description = '' }) => [
  `\`${name}\``,
  required ? 'required' : value === undefined ? '' : `\`${JSON.stringify(value)}\``,
  type,
  description,
];

const wallsOf = ({ domain, dim }) => {
  if (domain === undefined) return `R^${dim}`;
  const intervals = domain.lower.map((lower, j) =>
    `[${lower}, ${domain.upper[j]}]`.replace(/-?Infinity/g, (x) => (x[0] === '-' ? '−∞' : '∞')),
  );
  return [...new Set(intervals)].length === 1 ? `${intervals[0]}^${dim}` : intervals.join(' × ');
};

/** What a process is with default parameters; nothing where some have none. */
const withDefaults = (definition) => {
  if (describeSchema(definition.parameters).some(({ required }) => required))
    return { equations: definition.equations };
  const parameters = parseOptions('sde', definition, {});
  const sde = completeSde(definition.create(parameters));
  const { equations } = describeSde(definition, parameters);
  const { span, initial, lift, diffusion } = sde;
  const facts = [
    ['state space', wallsOf(sde)],
    ['time', `${span.t0} to ${span.T}`],
    ['noise', `${diffusion.structure}, depends on: ${diffusion.dependsOn}`],
    [
      'starts from',
      initial === undefined ? 'N(0, I), unless data are given' : 'a law of its own, unless data are given',
    ],
    ...(lift === undefined ? [] : [['data', `of dimension ${lift.dim}, made into states`]]),
    ['states itself', named(ownCapabilities(sde))],
  ];
  return { equations, facts };
};

const section = async (definition) => {
  const { id, summary } = definition;
  const { equations, facts = [] } = withDefaults(definition);
  const reference = equations?.source === undefined ? [] : [['reference', equations.source]];
  const f = listOf(equations?.drift ?? []).map((text) => `    f  ${text}`);
  const G = listOf(equations?.noise ?? []).map((text) => `    G  ${text}`);
  return [
    `## ${id}`,
    `${summary}. [Source](../${fileOf(id)})`,
    [...f, ...G].join('\n'),
    await mathematicsOf(id),
    table(['parameter', 'default', 'type', 'meaning'], describeSchema(definition.parameters).map(parameterRow)),
    facts.length === 0 ? '' : table(['with default parameters', ''], [...facts, ...reference]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};

const definitions = plugin.parts.sde;
const page = `${[
  '# Processes',
  'Every process that comes with Fokker: dY = f dt + G dW in Itô’s sense, J = ∂f/∂y, Q = G Gᵀ, s = ∇log p. `fokker describe ID` shows the same in a terminal, ' +
    '`fokker simulate ID --set name=value` runs it, `process: { id: ID, name: value }` puts it in an experiment.',
  table(
    ['process', 'what it is'],
    definitions.map(({ id, summary }) => [`[${id}](#${id})`, summary]),
  ),
  'What a process can state. The rest is derived where mathematics allows, and `fokker describe ID` says which is which:',
  table(
    ['capability', 'meaning'],
    Object.entries(capabilityMeanings).map(([name, meaning]) => [`\`${name}\``, meaning]),
  ),
  ...(await Promise.all(definitions.map(section))),
  'This page is written by `node scripts/processes-doc.js` from the definitions in `packages/sde-plugins/src`.',
].join('\n\n')}\n`;

const url = fromRoot('docs/processes.md');

if (!process.argv.includes('--check')) await writeFile(url, page);
else if ((await readFile(url, 'utf8').catch(() => '')) !== page) {
  console.error('docs/processes.md is not current: run node scripts/processes-doc.js');
  process.exitCode = 1;
}
