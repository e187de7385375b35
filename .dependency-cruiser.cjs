/**
 * The arrows of the architecture: who may import whom. Plug-in rooms never know each other; libraries stay in the room that owns them.
 * Packages see each other through `dist`, so both folders of a package stand for it.
 */
const room = (name) => `^packages/${name}/(src|dist)/`;
const anyRoom = '^packages/([^/]+)/(src|dist)/';

/** Allowed arrows beyond one's own room. Core knows ops by type alone; see `core-knows-ops-by-type`. */
const knows = {
  ops: [],
  core: ['ops'],
  runtime: ['core', 'ops'],
  'sde-plugins': ['core'],
  objectives: ['core', 'ops'],
  samplers: ['core'],
  models: ['core', 'ops'],
  analysis: ['core'],
  experiment: ['core', 'runtime'],
  cli: ['ops', 'core', 'runtime', 'sde-plugins', 'objectives', 'samplers', 'models', 'analysis', 'experiment'],
};
const source = (name) => `^packages/${name}/src/(?!.*\\.test\\.ts$)`;

const arrows = Object.entries(knows).map(([name, allowed]) => ({
  name: `${name}-knows-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: source(name) },
  to: { path: anyRoom, pathNot: [name, ...allowed].map(room) },
}));

/** Libraries that one place owns. */
const owners = {
  inversify: '^packages/core/src/composition/',
  tsx: '^packages/core/src/composition/',
  '@oclif': '^packages/cli/src/',
  '@tensorflow': '^packages/(ops|runtime)/src/',
  onnxruntime: '^packages/runtime/src/(onnx|testing)/',
  yaml: '^packages/experiment/src/',
  'vega|vega-lite|@resvg': '^packages/experiment/src/report/',
  mathjs: '^nowhere', // an oracle of tests: formulas are parsed by our own grammar, which loads at once
};
const libraries = Object.entries(owners).map(([library, owner]) => ({
  name: `${library.replace(/[^a-z]+/g, '-')}-has-one-owner`,
  severity: 'error',
  from: { path: '^packages/[^/]+/src/(?!.*\\.test\\.ts$)', pathNot: owner },
  to: { path: `node_modules/(${library})([-/]|$)` },
}));

module.exports = {
  forbidden: [
    // Types may refer to each other in a circle (a capability mentions the process that has it); code may not.
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-knows-ops-by-type',
      severity: 'error',
      from: { path: source('core') },
      to: { path: room('ops'), dependencyTypesNot: ['type-only'] },
    },
    ...arrows,
    ...libraries,
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/.*\\.d\\.ts$|/fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
