import { expect, it } from 'vitest';
import { late, unlessAborted, within } from '../src/deadline.ts';

it('gives the result of work that is done in time', async () => {
  expect(await within(1_000, Promise.resolve('answer'))).toBe('answer');
});

it('is late when the time is over, and the work goes on', async () => {
  const work = Promise.withResolvers<string>();

  expect(await within(5, work.promise)).toBe(late);

  work.resolve('answer');
  expect(await work.promise).toBe('answer');
});

it('fails as the work fails, before its time is over', async () => {
  await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('waits no longer once the signal comes, or where it came before', async () => {
  const controller = new AbortController();
  const never = new Promise(() => undefined);
  const waiting = unlessAborted(never, controller.signal);

  controller.abort(new Error('over'));

  await expect(waiting).rejects.toThrow('over');
  await expect(unlessAborted(never, controller.signal)).rejects.toThrow('over');
});

it('gives the result of work that is done before the signal', async () => {
  expect(await unlessAborted(Promise.resolve('answer'), AbortSignal.timeout(60_000))).toBe('answer');
});
