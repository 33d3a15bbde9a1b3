import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createProgressReporter } from '../../jobs/progress-reporter.ts';
import { onBehalfOf, watchCalls } from '../../src/outgoing.ts';

it('what is told in the middle of calls of a provider is no call of the provider', async () => {
  const server = createServer((_request, response) => response.end('ok'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls: string[] = [];
  const watch = watchCalls(
    ({ provider }) =>
      () =>
        void calls.push(provider),
  );
  const told = Promise.withResolvers<number>();
  const reporter = createProgressReporter(async (checked: number) => {
    await fetch(url).then((answer) => answer.text());
    told.resolve(checked);
  }, 1);
  await onBehalfOf('aws', async () => {
    reporter.report(7);
    await told.promise;
    await fetch(url).then((answer) => answer.text());
  });
  await reporter.finish();
  watch.close();
  server.close();
  expect(await told.promise).toBe(7);
  expect(calls).toEqual(['aws']);
});
