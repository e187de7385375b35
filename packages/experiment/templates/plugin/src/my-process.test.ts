import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { myProcess } from './my-process.js';

describe('my-process', () => {
  // What every process owes, and every claim this one makes.
  test.each(processContract(myProcess))('$name', ({ run }) => run());
  test.each(processContract(myProcess, { theta: 0.1, h: 0 }))('cold, without tilt: $name', ({ run }) => run());

  // What is particular to it.
  test('without tilt the drift vanishes at the bottoms of both wells and on top of the barrier', () => {
    const sde = myProcess.create({ theta: 0.5, h: 0 });
    const y = { data: Float64Array.of(-1, 0, 1), n: 3, d: 1 };
    const out = { data: new Float64Array(3), n: 3, d: 1 };
    sde.drift(y, new Float64Array(3), out);
    expect([...out.data]).toEqual([0, 0, 0]);
  });
});
