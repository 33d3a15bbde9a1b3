import { z } from 'zod';
import type { Remediation } from '../../src/verification/verification.ts';
import type { Account } from '../aws/account.ts';
import type { Policy } from '../aws/policy.ts';
import { type Command, flagOf, run } from './shell.ts';

const Trusting = z.object({
  Principal: z.object({ Federated: z.string() }),
  Action: z.literal('sts:AssumeRoleWithWebIdentity'),
  Condition: z.object({ StringEquals: z.record(z.string(), z.string()) }),
});
const TrustPolicy = z.object({ Statement: z.tuple([Trusting]) });

/** Adds the statement of a trust policy to those of the one role that people made, as one does in the console. */
function addTrust(account: Account, document: string): void {
  const [role, ...others] = account.principals.filter(
    ({ kind, session }) => kind === 'role' && session === undefined,
  );
  if (!role || others.length > 0) throw new Error('Which role is meant is not said');
  const [{ Principal, Condition }] = TrustPolicy.parse(JSON.parse(document)).Statement;
  const [, host = ''] = /^arn:aws:iam::\d{12}:oidc-provider\/(.*)$/.exec(Principal.Federated) ?? [];
  if (!Principal.Federated.includes(`:${account.id}:`)) throw new Error('A provider of another account');
  const { [`${host}:aud`]: audience, [`${host}:sub`]: subject } = Condition.StringEquals;
  if (!audience || !subject) throw new Error('A trust in everybody');
  const before = [role.webTrust ?? []].flat();
  role.webTrust = [...before, { issuer: `https://${host}`, audience, subject }];
}

/** Carries the commands of a fix out on a simulated account, and adds what it trusts. */
export function fixAws(account: Account, remediation: readonly Remediation[]): void {
  function put(kind: 'user' | 'role', command: Command): void {
    const name = flagOf(command, `${kind}-name`);
    const holder = account.principals.find((each) => each.kind === kind && each.name === name);
    if (!holder) throw new Error(`No ${kind} ${name}`);
    const document = JSON.parse(flagOf(command, 'policy-document')) as Policy;
    if (!/^[\w+=,.@-]{1,128}$/.test(flagOf(command, 'policy-name'))) throw new Error('No name for a policy');
    holder.policies.push(document);
  }

  const commands: Readonly<Record<string, (command: Command) => void>> = {
    'aws iam put-user-policy': (command) => put('user', command),
    'aws iam put-role-policy': (command) => put('role', command),
    'aws iam create-open-id-connect-provider'(command) {
      const url = flagOf(command, 'url');
      const providers = account.identityProviders ?? [];
      // Once in an account: whoever finds it there leaves it.
      if (providers.some((provider) => provider.url === url)) return;
      account.identityProviders = [...providers, { url, audiences: [flagOf(command, 'client-id-list')] }];
    },
    'aws ec2 create-default-vpc'(command) {
      account.defaultVpcs[flagOf(command, 'region')] = 'complete';
    },
    'aws ec2 create-default-subnet'(command) {
      const region = flagOf(command, 'region');
      if (!flagOf(command, 'availability-zone').startsWith(region)) throw new Error('A zone elsewhere');
      account.defaultVpcs[region] = 'complete';
    },
  };

  for (const { format, text, alternative } of remediation) {
    if (!alternative && format === 'json') addTrust(account, text);
    if (alternative || format !== 'shell') continue;
    run(text, (command) => {
      const called = command.words.join(' ');
      const carryOut = commands[called];
      if (!carryOut) throw new Error(`Not known: ${called}`);
      carryOut(command);
    });
  }
}
