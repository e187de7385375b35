/**
 * Holds plugins, parts and experiments to their contracts, outside any test runner (@fokker/core/testing has the suites).
 *
 *     an experiment file          do the parts fit; schedule, weights, data; then the suites of process, objective, network and samplers as they stand in it
 *     a plugin: package, folder or file    the suite of each of its parts, with default options
 *     the id of a part            its suite
 *
 * A failing case is a result, not an exception. Throws E_UNKNOWN_ID for what is none of these, E_PLUGIN, E_CONFIG, E_FILE for what cannot be read.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  fail,
  isFokkerError,
  kindWords,
  loadPlugins,
  type PartKind,
  type Plugin,
  type PluginSpec,
  partKinds,
  probablyMeant,
  type Registry,
} from '@fokker/core';
import { type ContractCase, runContract } from '@fokker/core/testing';
import { openPlugins } from '../composition/plugins.js';
import { sourceFromObject } from '../config/source.js';
import { type Progress, silent } from '../progress.js';
import { stopped } from '../stopped.js';
import { experimentSubjects } from './experiment-subjects.js';
import { type Options, partContract } from './part-contract.js';
import { type CheckedSubject, type CheckReport, checkedCase, type Unchecked } from './report.js';

export interface CheckOptions {
  /** In an experiment `path=value`; for one part `gamma=0.2`; for a plugin `id.gamma=0.2`. */
  readonly set?: readonly string[] | undefined;
  readonly plugins?: readonly PluginSpec[] | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each subject as it is done. */
  readonly onSubject?: ((subject: CheckedSubject) => void) | undefined;
}

/** Cases, made when their turn comes. */
export interface Subject {
  readonly subject: string;
  readonly plugin?: string | undefined;
  cases(): readonly ContractCase[] | Promise<readonly ContractCase[]>;
}

/** Options of each part from `--set`: by the id of the part, or for a part alone without it. */
function optionsFrom(ids: readonly string[], set: readonly string[]): (id: string) => Options {
  const alone = ids.length === 1 ? 'part' : undefined;
  const empty = Object.fromEntries((alone === undefined ? ids : [alone]).map((id) => [id, {}]));
  const { value } = sourceFromObject(empty, alone === undefined ? set : set.map((text) => `${alone}.${text}`));
  const known: Readonly<Record<string, unknown>> = { ...(typeof value === 'object' ? value : {}) };
  return (id) => ({ ...(known[alone ?? id] as Options | undefined) });
}

const subjectOf = <K extends PartKind>(registry: Registry, kind: K, id: string, options: Options): Subject => ({
  subject: `${kindWords[kind]} ${id}`,
  plugin: registry.origin(kind, id).name,
  cases: () => partContract(kind, registry.get(kind, id), options),
});

const partsOf = ({ parts }: Plugin): { kind: PartKind; id: string }[] =>
  partKinds.flatMap((kind) => (parts[kind] ?? []).map(({ id }) => ({ kind, id })));

/** A file or folder of modules, as opposed to a word. */
const isPath = (target: string): boolean => /[/\\]|^\.+$|\.[cm]?[jt]sx?$/.test(target) && existsSync(target);

async function pluginSubjects(target: string, { set = [], plugins = [] }: CheckOptions): Promise<readonly Subject[]> {
  const { registry } = await openPlugins(plugins, process.cwd());
  const subjects = (within: Registry, parts: readonly { kind: PartKind; id: string }[]): Subject[] => {
    const options = optionsFrom(
      parts.map(({ id }) => id),
      set,
    );
    return parts.map(({ kind, id }) => subjectOf(within, kind, id, options(id)));
  };
  const byId = partKinds.filter((kind) => registry.has(kind, target)).map((kind) => ({ kind, id: target }));
  if (byId.length > 0) return subjects(registry, byId);
  const byName = registry.plugins.find(({ name }) => name === target);
  if (byName !== undefined) return subjects(registry, partsOf(byName));
  const spec = isPath(target) ? resolve(target) : target;
  const [plugin] = await loadPlugins([spec], { from: `${process.cwd()}/` }).catch((error: unknown) =>
    refuseTarget(error, target, registry),
  );
  const within = await openPlugins([...plugins, plugin!], process.cwd());
  return subjects(within.registry, partsOf(plugin!));
}

/** A word that is no package is more likely a misspelt id. */
function refuseTarget(error: unknown, target: string, registry: Registry): never {
  const missing = isFokkerError(error) && error.code === 'E_PLUGIN' && error.message.includes('cannot be found');
  if (!missing) throw error;
  const ids = partKinds.flatMap((kind) => registry.list(kind).map(({ id }) => id));
  const meant = probablyMeant(target, ids);
  return fail('E_UNKNOWN_ID', {
    summary: `there is nothing to check called '${target}'`,
    got: target,
    expected: 'an experiment file (.yaml), a plugin (package, folder or file), or the id of a part',
    tryThis: [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      'fokker list  shows all parts',
      `./${target} if it is a file`,
    ],
  });
}

/** What a part says to its options: without a value for a required one nothing can be checked. */
const whyUnchecked = (error: unknown): string => {
  if (isFokkerError(error))
    return `${error.message.slice(error.code.length).trim()}: ${error.got}; expected ${error.expected}`;
  throw error;
};

/** Throws E_UNKNOWN_ID, E_PLUGIN, E_CONFIG, E_FILE, E_USAGE, E_INTERRUPTED. */
export async function check(target: string, options: CheckOptions = {}): Promise<CheckReport> {
  const { progress = silent, signal, onSubject } = options;
  const begun = performance.now();
  const found = /\.ya?ml$/.test(target)
    ? await experimentSubjects(target, options)
    : await pluginSubjects(target, options);
  const subjects: CheckedSubject[] = [];
  const unchecked: Unchecked[] = [];
  for (const { subject, plugin, cases } of found) {
    const contract = await Promise.resolve()
      .then(cases)
      .catch((error: unknown) => void unchecked.push({ subject, why: whyUnchecked(error) }));
    if (contract === undefined) continue;
    let done = 0;
    const onCase = (): void => progress({ kind: 'step', stage: subject, done: ++done, of: contract.length });
    const results = await runContract(contract, { onCase, signal });
    if (signal?.aborted) throw stopped('the check', `fokker check ${target}`);
    const checked = { subject, ...(plugin !== undefined && { plugin }), cases: results.map(checkedCase) };
    subjects.push(checked);
    onSubject?.(checked);
  }
  const count = (outcome: string): number =>
    subjects.reduce((sum, { cases }) => sum + cases.filter((each) => each.outcome === outcome).length, 0);
  return {
    target,
    subjects,
    unchecked,
    passed: count('passed'),
    told: count('told'),
    failed: count('failed'),
    seconds: (performance.now() - begun) / 1000,
  };
}
