import { StandardRetryStrategy } from '@smithy/core/retry';

type Strategy = Pick<
  StandardRetryStrategy,
  'mode' | 'acquireInitialRetryToken' | 'refreshRetryTokenForRetry' | 'recordSuccess'
>;

/**
 * The SDK's own strategy, but only for throttling: a probe that failed otherwise is not repeated, since a burst of
 * identical denied calls is what intrusion alarms look for, and bad credentials must never be tried again.
 */
export function retryOnlyThrottling(): Strategy {
  const standard = new StandardRetryStrategy(3);
  return {
    mode: standard.mode,
    acquireInitialRetryToken: (scope) => standard.acquireInitialRetryToken(scope),
    recordSuccess: (token) => standard.recordSuccess(token),
    async refreshRetryTokenForRetry(token, info) {
      if (info.errorType !== 'THROTTLING') throw info.error ?? new Error('Not repeated');
      return standard.refreshRetryTokenForRetry(token, info);
    },
  };
}
