import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

// Requests to providers are sent by their SDKs, of which each has ways of its own to be watched. Node tells of all of them:
// https://nodejs.org/api/diagnostics_channel.html#built-in-channels

const current = new AsyncLocalStorage<string>();

/** Does work for a provider; requests that leave meanwhile are calls of that provider. */
export const onBehalfOf = <Result>(provider: string, work: () => Promise<Result>): Promise<Result> =>
  current.run(provider, work);

export type Call = { readonly provider: string; readonly method: string };
/** What came of a call: its HTTP status, or undefined where no answer came. */
export type CallEnd = (status: number | undefined) => void;

/** Of Node's own client, which the SDKs use, and of `fetch`. */
type HttpEvent = { readonly request: ClientRequest; readonly response?: IncomingMessage };
type FetchEvent = {
  readonly request: { readonly method: string };
  readonly response?: { readonly statusCode: number };
};

/** Watches calls of providers, whichever SDK sends them, until it is closed. */
export function watchCalls(onCall: (call: Call) => CallEnd): { close(): void } {
  const begun = new WeakMap<object, CallEnd>();

  function begin(request: { readonly method: string }): void {
    const provider = current.getStore();
    if (provider !== undefined) begun.set(request, onCall({ provider, method: request.method }));
  }
  function end(request: object, status?: number): void {
    const onEnd = begun.get(request);
    begun.delete(request);
    // What follows from it, as sending a trace, is done for no provider.
    if (onEnd) current.exit(onEnd, status);
  }

  const channels: readonly (readonly [string, (message: unknown) => void])[] = [
    ['http.client.request.start', (message) => begin((message as HttpEvent).request)],
    [
      'http.client.response.finish',
      (message) => end((message as HttpEvent).request, (message as HttpEvent).response?.statusCode),
    ],
    ['http.client.request.error', (message) => end((message as HttpEvent).request)],
    ['undici:request:create', (message) => begin((message as FetchEvent).request)],
    [
      'undici:request:headers',
      (message) => end((message as FetchEvent).request, (message as FetchEvent).response?.statusCode),
    ],
    ['undici:request:error', (message) => end((message as FetchEvent).request)],
  ];
  for (const [channel, listener] of channels) subscribe(channel, listener);
  return {
    close() {
      for (const [channel, listener] of channels) unsubscribe(channel, listener);
    },
  };
}
