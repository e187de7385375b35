/**
 * What exists: parts by kind, and one part in full.
 */
import {
  byNearness,
  capabilityMeanings,
  completeSde,
  type Diffusion,
  type Domain,
  derivedCapabilities,
  describeSchema,
  describeSde,
  fail,
  fittingObjectives,
  isFokkerError,
  kindWords,
  ownCapabilities,
  type ParameterRow,
  type PartKind,
  type PluginSpec,
  parseOptions,
  partKinds,
  probablyMeant,
  type Registry,
  type Sde,
  type SdeText,
  schemaOf,
} from '@fokker/core';
import { type LoadedPlugins, openPlugins } from './plugins.js';

export interface ListedPart {
  readonly kind: PartKind;
  /** What configurations call the kind. */
  readonly section: string;
  readonly id: string;
  readonly summary: string;
  readonly plugin: string;
  /** Of the plugin. */
  readonly version: string;
}

export interface CapabilityText {
  readonly name: string;
  readonly meaning: string;
  readonly derived: boolean;
}

export interface ProcessText {
  readonly dim: number;
  readonly span: { readonly t0: number; readonly T: number };
  /** What G depends on. */
  readonly noise: Diffusion['dependsOn'];
  /** Walls of the state space, where it has any. */
  readonly domain?: Domain;
  /** Does it say where it starts? */
  readonly initial: boolean;
  readonly capabilities: readonly CapabilityText[];
  /** Objectives that fit. */
  readonly objectives: readonly string[];
}

export interface Description extends ListedPart, SdeText {
  readonly parameters: readonly ParameterRow[];
  /** Of a process with default parameters; absent where a parameter has no default. */
  readonly process?: ProcessText;
  /** Of an objective. */
  readonly needs?: readonly string[];
}

export interface CatalogueOptions {
  readonly plugins?: readonly PluginSpec[] | undefined;
}

/** Ids that a refusal names of all there are. */
const alike = 5;

const open = ({ plugins = [] }: CatalogueOptions): Promise<LoadedPlugins> => openPlugins(plugins, process.cwd());

const entry = ({ registry, versions }: LoadedPlugins, kind: PartKind, id: string): ListedPart => {
  const { name } = registry.origin(kind, id);
  const { summary = '' } = registry.get(kind, id);
  return { kind, section: sectionOf(kind), id, summary, plugin: name, version: versions[name]! };
};

const listed = (loaded: LoadedPlugins, kind: PartKind): ListedPart[] =>
  loaded.registry.list(kind).map(({ id }) => entry(loaded, kind, id));

/** What to try instead of a misspelt word. */
const meantInstead = (word: string, known: readonly string[]): string[] => {
  const meant = probablyMeant(word, known);
  return meant === undefined ? [] : [`did you mean ${meant}?`];
};

/** All parts, or those of one kind (`sde` may be called process, as in configurations). E_USAGE for a kind there is not. */
export async function list(kind?: string, options: CatalogueOptions = {}): Promise<readonly ListedPart[]> {
  const loaded = await open(options);
  if (kind === undefined) return partKinds.flatMap((each) => listed(loaded, each));
  const found = partKinds.find((each) => namesOf(each).includes(kind));
  if (found !== undefined) return listed(loaded, found);
  return fail('E_USAGE', {
    summary: `there is no kind of part '${kind}'`,
    got: kind,
    expected: `one of ${partKinds.map(sectionOf).join(', ')}`,
    tryThis: [...meantInstead(kind, partKinds.flatMap(namesOf)), 'fokker list  shows all parts'],
  });
}

/** The word of a kind in configuration files. */
export const sectionOf = (kind: PartKind): string => ({ sde: 'process', dataset: 'data' })[String(kind)] ?? kind;

/** What people call a kind: in contracts, in messages, in configurations; one or many. */
const namesOf = (kind: PartKind): readonly string[] =>
  [kind, kindWords[kind], sectionOf(kind)].flatMap((name) => [name, `${name}s`, `${name}es`]);

/** What a completed process has, and what can train on it. */
export const processText = (registry: Registry, sde: Sde): ProcessText => {
  const text = (derived: boolean) => (name: keyof typeof capabilityMeanings) => ({
    name,
    meaning: capabilityMeanings[name],
    derived,
  });
  return {
    dim: sde.dim,
    span: sde.span,
    noise: sde.diffusion.dependsOn,
    ...(sde.domain !== undefined && { domain: sde.domain }),
    initial: sde.initial !== undefined,
    capabilities: [...[...ownCapabilities(sde)].map(text(false)), ...[...derivedCapabilities(sde)].map(text(true))],
    objectives: fittingObjectives(registry, sde).map(({ id }) => id),
  };
};

/** Texts without what else a definition holds. */
export const shownText = ({ equations, coordinates }: SdeText): SdeText => ({
  ...(equations !== undefined && { equations }),
  ...(coordinates !== undefined && { coordinates }),
});

function describeProcess(registry: Registry, id: string): SdeText & Pick<Description, 'process'> {
  const definition = registry.get('sde', id);
  try {
    const parameters = parseOptions('sde', definition, {});
    const sde = completeSde(definition.create(parameters));
    return { ...shownText(describeSde(definition, parameters)), process: processText(registry, sde) };
  } catch (error) {
    if (!isFokkerError(error) || error.code !== 'E_PARAMETERS') throw error;
    return shownText(definition);
  }
}

/** The part with this id, of whatever kind. E_UNKNOWN_ID. */
export async function describe(id: string, options: CatalogueOptions = {}): Promise<Description> {
  const loaded = await open(options);
  const { registry } = loaded;
  const kind = partKinds.find((each) => registry.has(each, id));
  if (kind === undefined) {
    const ids = partKinds.flatMap((each) => listed(loaded, each).map((part) => part.id));
    return fail('E_UNKNOWN_ID', {
      summary: `there is no part '${id}'`,
      got: id,
      expected: `the id of a part; the most alike are ${byNearness(id, ids).slice(0, alike).join(', ')}`,
      tryThis: [...meantInstead(id, ids), `fokker list  shows all ${ids.length} parts`],
    });
  }
  const definition = registry.get(kind, id);
  return {
    ...entry(loaded, kind, id),
    parameters: describeSchema(schemaOf(definition)),
    ...(kind === 'sde' && describeProcess(registry, id)),
    ...('needs' in definition && { needs: definition.needs }),
  };
}
