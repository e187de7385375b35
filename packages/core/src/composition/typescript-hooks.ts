/**
 * Module hooks in front of those of tsx, which take the nearest package.json for an answer, and a folder that is no package for CommonJS.
 *
 *     .ts, .tsx    always an ES module: as CommonJS its imports would become `require` and give it an instance of @fokker/core of its own
 *     .js          left to Node, which looks for `import` and `export` in the file where no package.json decides
 */
import type { ResolveHook } from 'node:module';

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const result = await nextResolve(specifier, context);
  if (/\.tsx?(\?.*)?$/.test(result.url)) return { ...result, format: 'module' };
  if (/\.js(\?.*)?$/.test(result.url) && result.format === 'commonjs') return { ...result, format: null };
  return result;
};
