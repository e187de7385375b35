/**
 * jax-js's side of the runtime benchmark, on WebAssembly in this process: the perceptrons with every loss, under its jit, with Adam. A value that is used again is passed
 * as `.ref`: its arrays belong to whoever they are passed to.
 */
const shapes = {
  'mlp-128': { batch: 512, sizes: [3, 128, 128, 128, 2] },
  'mlp-300': { batch: 10_000, sizes: [2, 300, 300, 2] },
  'energy-300': { batch: 10_000, sizes: [2, 300, 300, 1] },
};
const step = 0.1;

const scattered = (count, scale, phase) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(12.9898 * (i + 1) + phase));

/** The network and the losses in jax-js's words. */
const mathematics = ({ grad, vjp, nn, numpy: np }, workload) => {
  const activate = workload === 'mlp-128' ? nn.silu : np.tanh;
  const output = (params, x) => {
    let h = x;
    params.forEach(({ w, b }, l) => {
      h = np.matmul(h, w.ref);
      if (b) h = h.add(b.ref);
      if (l < params.length - 1) h = activate(h);
    });
    return h;
  };
  const shown = (y, t) => (workload === 'mlp-128' ? np.concatenate([y, t.ref.reshape([-1, 1])], 1) : y);
  const score = (params, t) =>
    workload === 'energy-300' ? grad((y) => output(params, y).sum()) : (y) => output(params, shown(y, t));
  const half = (s) => np.square(s).sum(1).mul(0.5);
  const losses = {
    dsm: (s, y, v) => half(s(y.ref).sub(v.ref)),
    lcss: (s, y, v) => {
      const value = s(y.ref);
      return value.ref.mul(v.ref).sum(1).add(half(value));
    },
    ssm: (s, y, v) => {
      const [value, pull] = vjp(s, [y.ref]);
      const [slope] = pull(v.ref);
      return slope.mul(v.ref).sum(1).add(half(value));
    },
    'fd-ssm': (s, y, v) => {
      const change = s(y.ref.add(v.ref.mul(step))).sub(s(y.ref.sub(v.ref.mul(step))));
      return change
        .mul(v.ref)
        .sum(1)
        .mul(1 / (2 * step))
        .add(half(s(y.ref)));
    },
  };
  return (loss) => (params, y, v, t) => losses[loss](score(params, t), y, v).mean();
};

/** Seconds a step are what `measure` gives, as for every peer; undefined where jax-js is not installed. */
export const openJaxJs = async () => {
  const jax = await import('@jax-js/jax').catch(() => undefined);
  if (jax === undefined) return undefined;
  const { init, defaultDevice, jit, valueAndGrad, numpy: np, tree } = jax;
  await init('wasm');
  defaultDevice('wasm');
  const prepared = new Map();

  const prepare = (workload, loss) => {
    const shape = shapes[workload];
    if (shape === undefined || loss === 'sampling') throw new Error('not among its workloads');
    const { batch, sizes } = shape;
    const array = (extents, scale, phase) =>
      np
        .array(
          scattered(
            extents.reduce((a, b) => a * b, 1),
            scale,
            phase,
          ),
        )
        .reshape(extents);
    let params = sizes.slice(1).map((to, l) => ({
      w: array([sizes[l], to], 1 / Math.sqrt(sizes[l]), l),
      ...(workload === 'energy-300' && l === sizes.length - 2 ? {} : { b: np.zeros([to]) }),
    }));
    const zeros = () => tree.map((x) => np.zeros(x.shape), tree.ref(params));
    let [m, s] = [zeros(), zeros()];
    const [y, v, t] = [array([batch, 2], 1, 1), array([batch, 2], 1, 2), array([batch], 1, 3)];
    const value = mathematics(jax, workload)(loss);
    const update = jit((params, m, s, rate, y, v, t) => {
      const [result, g] = valueAndGrad((p) => value(p, y, v, t))(tree.ref(params));
      const nextM = tree.map((a, b) => a.mul(0.9).add(b.mul(0.1)), m, tree.ref(g));
      const nextS = tree.map((a, b) => a.mul(0.999).add(np.square(b).mul(0.001)), s, g);
      const next = tree.map(
        (p, a, b) => p.sub(a.div(np.sqrt(b).add(1e-8)).mul(rate.ref)),
        params,
        tree.ref(nextM),
        tree.ref(nextS),
      );
      return [next, nextM, nextS, result];
    });
    let k = 0;
    return async () => {
      k++;
      const rate = np.array((1e-3 * Math.sqrt(1 - 0.999 ** k)) / (1 - 0.9 ** k));
      let result;
      [params, m, s, result] = update(params, m, s, rate, y.ref, v.ref, t.ref);
      const [mean] = await result.data();
      if (!Number.isFinite(mean)) throw new Error(`its loss became ${mean}`);
    };
  };
  return {
    name: 'jax-js on WebAssembly',
    async measure(workload, loss, steps) {
      const name = `${workload} ${loss}`;
      if (!prepared.has(name)) {
        const once = prepare(workload, loss);
        await once();
        prepared.set(name, once);
      }
      const run = prepared.get(name);
      const start = performance.now();
      for (let i = 0; i < steps; i++) await run();
      return (performance.now() - start) / 1000 / steps;
    },
    close() {},
  };
};
