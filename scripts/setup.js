/**
 * Brings a checkout to the state where commands run: installs from the lock file, builds. What is up to date is skipped, so that `npm run demo` and `npm test`
 * can each begin with it. Needs Node and npm alone.
 *
 * Up to date means: the hash of all that the step reads equals the one stamped after it last succeeded.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.fokker-setup.json');

const outcomeOf = (title, command, args) => {
  console.error(`\n» ${title}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
};

/** Runs a program with the terminal handed through; ends this process with its exit code when it fails. */
export const run = (title, command, args) => {
  const { status, signal } = outcomeOf(title, command, args);
  if (status === 0) return;
  console.error(`» ${title}: failed${signal ? ` (${signal})` : ''}`);
  process.exit(status ?? 1);
};

/** The same for what has the last word. */
export const runLast = (title, command, args) => process.exit(outcomeOf(title, command, args).status ?? 1);

/** The path of a locally installed tool's JavaScript entry. */
export const tool = (path) => join(root, 'node_modules', path);

const filesBelow = (directory, keep) =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path, keep);
    return keep(entry.name) ? [path] : [];
  });

const hashOf = (paths) => {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths.sort()) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
};

const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
};

const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Fokker needs Node 20.19 or newer; this is ${process.version}. Install a current Node from nodejs.org and try again.`,
  );
  process.exit(1);
};

export const setup = () => {
  requireNode();
  const manifests = [join(root, 'package.json'), join(root, 'package-lock.json'), join(root, '.npmrc')].concat(
    filesBelow(join(root, 'packages'), (name) => name === 'package.json'),
  );
  const install = hashOf(manifests);
  if (readStamp().install !== install) {
    run('installing from the lock file', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stampFile, JSON.stringify({ install }));
  }
  const sources = filesBelow(join(root, 'packages'), (name) => /\.(ts|json)$/.test(name) && !name.endsWith('.test.ts'));
  const build = hashOf(sources.concat(join(root, 'tsconfig.json'), join(root, 'tsconfig.base.json')));
  const built = existsSync(join(root, 'packages', 'cli', 'dist'));
  if (readStamp().build !== build || !built) {
    run('building', process.execPath, [tool('typescript/bin/tsc'), '-b']);
    writeFileSync(stampFile, JSON.stringify({ install, build }));
  }
};
