/** What the suites of @fokker/core/testing need tensors for. */
export { modelBench } from './model-bench.js';
export { objectiveBench } from './objective-bench.js';
