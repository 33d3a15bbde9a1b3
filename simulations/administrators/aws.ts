import type { Remediation } from '../../src/verification/verification.ts';
import type { Account } from '../aws/account.ts';
import type { Policy } from '../aws/policy.ts';
import { type Command, flagOf, run } from './shell.ts';

/** Carries the commands of a fix out on a simulated account. */
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
    if (alternative || format !== 'shell') continue;
    run(text, (command) => {
      const called = command.words.join(' ');
      const carryOut = commands[called];
      if (!carryOut) throw new Error(`Not known: ${called}`);
      carryOut(command);
    });
  }
}
