/**
 * log p_t and ∇log p_t of a process on the line or in the plane, started from data with a density: the Fokker–Planck equation on a grid
 * (density-on-grid.ts) that holds what a pilot of simulated paths reaches, and four tenths as much again on every side. Each time asked for is solved once: ask for whole batches at one time.
 *
 * `error(t)`, the relative mean square error of the score, by Richardson: with s₂ from twice the cells' width and the steps' length, second order in both,
 *
 *     E‖s₁ − s‖² / E‖s‖² ≈ E‖s₂ − s₁‖² / (9 E‖s₁‖²)     under p_t
 */
import type { MarginalLaw } from '../contracts/capabilities.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { type Axis, cellCentres, type Grid } from '../numerics/fokker-planck.js';
import { rootKey } from '../numerics/random.js';
import { createPilot } from '../training/pilot.js';
import { densityOnGrid } from './density-on-grid.js';

/** By dimension less one: cells an axis, steps between kept solutions. */
const finest = [
  { cells: 1600, steps: 64 },
  { cells: 256, steps: 12 },
] as const;
const margin = 0.4;
const pilotPaths = 512;
const pilotTimes = 9;

/** Largest dimension that a grid is offered for. */
export const gridDimensions = finest.length;

const reach = (sde: Sde, data: Dataset): ((cells: number) => Grid) => {
  const { t0, T } = sde.span;
  const { dim: d } = sde;
  const pilot = createPilot({ sde, data }, pilotPaths, rootKey(0).at('grid marginal'));
  const [low, high] = [
    new Float64Array(d).fill(Number.POSITIVE_INFINITY),
    new Float64Array(d).fill(Number.NEGATIVE_INFINITY),
  ];
  for (let k = 0; k < pilotTimes; k++) {
    const { data: y } = pilot.at(t0 + (k / (pilotTimes - 1)) * (T - t0));
    for (const [i, value] of y.entries()) {
      low[i % d] = Math.min(low[i % d]!, value);
      high[i % d] = Math.max(high[i % d]!, value);
    }
  }
  return (cells) =>
    Array.from({ length: d }, (_, a): Axis => {
      const more = margin * (high[a]! - low[a]!);
      return { from: low[a]! - more, to: high[a]! + more, cells };
    });
};

export const gridMarginal =
  (sde: Sde): MarginalLaw =>
  (data) => {
    const { density } = data;
    const resolution = finest[sde.dim - 1];
    if (density === undefined || resolution === undefined) return undefined;
    const { cells, steps } = resolution;
    let made: ReturnType<typeof make> | undefined;
    const make = () => {
      const grid = reach(sde, data);
      return {
        fine: densityOnGrid(sde, density, grid(cells), steps),
        coarse: densityOnGrid(sde, density, grid(cells / 2), steps / 2),
        places: cellCentres(grid(cells / 2)),
      };
    };
    const solved = () => {
      made ??= make();
      return made;
    };
    const [gradient, other] = [new Float64Array(sde.dim), new Float64Array(sde.dim)];
    return {
      logDensity(y, t, out) {
        for (let i = 0; i < y.n; i++)
          out[i] = solved()
            .fine(t[i]!)
            .read(y.data, i * y.d, gradient);
      },
      score(y, t, out) {
        for (let i = 0; i < y.n; i++) {
          solved()
            .fine(t[i]!)
            .read(y.data, i * y.d, gradient);
          out.data.set(gradient, i * y.d);
        }
      },
      error(t) {
        const { fine, coarse, places } = solved();
        const [one, two] = [fine(t), coarse(t)];
        let [square, size] = [0, 0];
        for (let i = 0; i < places.n; i++) {
          one.read(places.data, i * sde.dim, gradient);
          two.read(places.data, i * sde.dim, other);
          for (let a = 0; a < sde.dim; a++) {
            square += two.p[i]! * (other[a]! - gradient[a]!) ** 2;
            size += two.p[i]! * gradient[a]! ** 2;
          }
        }
        return square / (9 * size);
      },
    };
  };
