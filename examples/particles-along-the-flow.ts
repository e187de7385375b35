/**
 * Moments along the learnt probability flow of interacting particles: npx tsx examples/particles-along-the-flow.ts [RUN]
 *
 * Trains examples/harmonic-particles.yaml (or opens RUN), carries 8000 states of the start along dY/dt = f − ½ Q ŝ and compares mean and standard deviation of every coordinate
 * with the closed form, as a share of the radius of the trap's path.
 */
import { carryAlong, createFlow } from '@fokker/analysis';
import { rootKey, zeros } from '@fokker/core';
import { createFokker, openScore } from '@fokker/experiment';

const fokker = createFokker();
const given = process.argv[2];
const run = given
  ? await fokker.openRun(given)
  : await fokker.train('examples/harmonic-particles.yaml', { out: 'runs/harmonic-particles' });
const { sde, data } = run.experiment;
const score = await openScore(run);

const n = 8000;
const start = zeros(n, sde.dim);
data.draw(rootKey(5), 0, start);
const frames = await carryAlong(createFlow({ sde, score: score.field }), start, 0.01, [0.5, 1, 2, 4], 50);
score.close();

const [N, alpha, D, radius, spread, turn] = [sde.dim / 2, 0.5, 0.25, 2, 0.25, Math.PI];
/** The orbit β of the centre, and the law of one particle at time t. */
const orbit = (t: number) => {
  const [size, phase] = [radius / Math.hypot(1, turn), turn * t - Math.atan(turn)];
  return [size * Math.cos(phase), size * Math.sin(phase)] as const;
};
const variance = (t: number) => {
  const relaxed = (rate: number) => spread ** 2 * Math.exp(-2 * rate * t) + (D / rate) * -Math.expm1(-2 * rate * t);
  return (1 - 1 / N) * relaxed(1 - alpha) + relaxed(1) / N;
};

console.table(
  frames.map(({ t, y }) => {
    let [mean, deviation] = [0, 0];
    for (let j = 0; j < sde.dim; j++) {
      const values = Float64Array.from({ length: n }, (_, i) => y.data[i * sde.dim + j]!);
      const m = values.reduce((sum, x) => sum + x, 0) / n;
      const s = Math.sqrt(values.reduce((sum, x) => sum + (x - m) ** 2, 0) / n);
      const exact = orbit(t)[j % 2]! + Math.exp(-t) * ((j % 2 === 0 ? radius : 0) - orbit(0)[j % 2]!);
      mean = Math.max(mean, Math.abs(m - exact));
      deviation = Math.max(deviation, Math.abs(s - Math.sqrt(variance(t))));
    }
    const share = (x: number) => `${((100 * x) / radius).toFixed(2)} % of R`;
    return { t, 'worst mean': share(mean), 'worst standard deviation': share(deviation) };
  }),
);
