import type { Remediation } from '../../src/verification/verification.ts';
import type { Binding, Directory, Project } from '../google/directory.ts';
import { type Command, flagOf, run } from './shell.ts';

function projectOf({ projects }: Directory, id: string): Project {
  const found = projects.find((each) => each.id === id);
  if (!found) throw new Error(`No project ${id}`);
  return found;
}

/** Bindings of buckets have no such flag: https://cloud.google.com/sdk/gcloud/reference/storage/buckets/add-iam-policy-binding */
function bindOnBucket({ projects }: Directory, command: Command, address: string): void {
  const name = address.replace(/^gs:\/\//, '');
  const bindings = projects.find(({ buckets }) => buckets?.[name])?.buckets?.[name];
  if (!bindings) throw new Error(`No bucket ${name}`);
  bindings.push({ role: flagOf(command, 'role'), members: [flagOf(command, 'member')] });
}

function bindingOf(command: Command): Binding {
  if (flagOf(command, 'condition') !== 'None') throw new Error('A condition is not known here');
  return { role: flagOf(command, 'role'), members: [flagOf(command, 'member')] };
}

/** A role that gcloud makes on a project. */
function createRole(directory: Directory, command: Command, name: string): void {
  const project = projectOf(directory, flagOf(command, 'project'));
  const id = `projects/${project.id}/roles/${name}`;
  if (!/^[\w.]{3,64}$/.test(name) || project.customRoles?.[id]) throw new Error(`${id} cannot be made`);
  const permissions = flagOf(command, 'permissions').split(',');
  Object.assign(project, { customRoles: { ...project.customRoles, [id]: permissions } });
}

/** A pool, or a provider in one; whoever finds it there leaves it. */
function createPool(directory: Directory, command: Command, id: string): void {
  const place = `projects/${flagOf(command, 'project')}/locations/${flagOf(command, 'location')}`;
  const pools = directory.pools ?? [];
  if (command.words[3] === 'create') {
    directory.pools = [...new Set([...pools, `${place}/workloadIdentityPools/${id}`])];
    return;
  }
  const pool = `${place}/workloadIdentityPools/${flagOf(command, 'workload-identity-pool')}`;
  if (!pools.includes(pool)) throw new Error(`No pool ${pool}`);
  if (flagOf(command, 'attribute-mapping') !== 'google.subject=assertion.sub')
    throw new Error('Another mapping');
  const provider = { name: `${pool}/providers/${id}`, issuer: flagOf(command, 'issuer-uri') };
  const others = (directory.poolProviders ?? []).filter(({ name }) => name !== provider.name);
  directory.poolProviders = [...others, provider];
}

function carryOut(directory: Directory, command: Command): void {
  const { words } = command;
  const called = words.slice(0, 4).join(' ');
  const on = words.at(-1) ?? '';
  if (called.startsWith('gcloud projects add-iam-policy-binding'))
    return void projectOf(directory, on).bindings.push(bindingOf(command));
  if (called === 'gcloud compute networks subnets') {
    const host = projectOf(directory, flagOf(command, 'project'));
    const bindings = host.subnetworks?.[`${flagOf(command, 'region')}/${on}`];
    if (!bindings) throw new Error(`No subnetwork ${on}`);
    return void bindings.push(bindingOf(command));
  }
  if (called === 'gcloud storage buckets add-iam-policy-binding')
    return void bindOnBucket(directory, command, words[4] ?? '');
  if (called.startsWith('gcloud services enable'))
    return void projectOf(directory, flagOf(command, 'project')).services.push(...words.slice(3));
  if (called.startsWith('gcloud iam workload-identity-pools')) return void createPool(directory, command, on);
  if (called === 'gcloud iam roles create') return void createRole(directory, command, on);
  if (called !== 'gcloud iam service-accounts add-iam-policy-binding')
    throw new Error(`Not known: ${called}`);
  const account = directory.accounts.find(({ email }) => email === on);
  if (!account) throw new Error(`No service account ${on}`);
  account.bindings.push(bindingOf(command));
}

/** Carries the commands of a fix out in a simulated directory. */
export function fixGoogle(directory: Directory, remediation: readonly Remediation[]): void {
  for (const { format, text } of remediation)
    if (format === 'shell') run(text, (command) => carryOut(directory, command));
}
