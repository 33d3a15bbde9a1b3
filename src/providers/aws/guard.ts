import type { MiddlewareStack } from '@smithy/types';
import { AppError } from '../../errors.ts';
import type { MadeUpIds } from './made-up-ids.ts';

/** The only calls that may be sent for real; each reads and none changes anything. */
const reads = new Set([
  // Makes a session and nothing that stays.
  'AssumeRoleCommand',
  'AssumeRoleWithWebIdentityCommand',
  'DecodeAuthorizationMessageCommand',
  'GetCallerIdentityCommand',
  'GetRoleCommand',
  'ListAccessKeysCommand',
  'ListRolesCommand',
  'SimulatePrincipalPolicyCommand',
  'DescribeImagesCommand',
  'DescribeRegionsCommand',
  'GetAccountSummaryCommand',
  'DescribeSubnetsCommand',
]);

/** The one call whose answer proves more with real ids: an AMI of Amazon's, and a default subnet. */
const launch = 'RunInstancesCommand';

/** The part of any SDK client that takes middleware. */
// biome-ignore lint/suspicious/noExplicitAny: the clients' own input and output types have nothing in common
export type Guardable = { readonly middlewareStack: MiddlewareStack<any, any> };

/**
 * Makes a client unable to change anything: a command that is not a known read is refused with
 * `provider.call-refused` unless it carries DryRun and names no resource but made-up ones; the launch may also name what
 * was lent to it. Others have lost a DryRun flag on the way and terminated what they only meant to ask about. Reports
 * each request that leaves, by its host.
 */
export function guard(client: Guardable, ids: MadeUpIds, onRequest: (host: string) => void): void {
  client.middlewareStack.add(
    (next, { commandName = 'an unknown command' }) =>
      async (args) => {
        const fault = reads.has(commandName) ? undefined : faultOf(commandName, args.input, ids);
        if (fault) {
          throw new AppError(`Refused to send ${commandName}: it ${fault}`, {
            code: 'provider.call-refused',
          });
        }
        return next(args);
      },
    { step: 'initialize', priority: 'high', name: 'xoapDryRunGuard' },
  );
  client.middlewareStack.add(
    (next) => (args) => {
      onRequest((args.request as { hostname: string }).hostname);
      return next(args);
    },
    // The innermost step, so that repetitions count too.
    { step: 'deserialize', priority: 'low', name: 'xoapCallCount' },
  );
}

function faultOf(commandName: string, input: object, ids: MadeUpIds): string | undefined {
  if (!('DryRun' in input) || input.DryRun !== true) return 'is no dry run';
  const foreign = ids.foreign(input, { isLaunch: commandName === launch });
  return foreign.length > 0 ? `names ${foreign.join(', ')}` : undefined;
}
