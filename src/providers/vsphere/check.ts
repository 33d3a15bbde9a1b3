import type { CheckRequest } from '../provider.ts';
import { readHost } from './allowed-hosts.ts';
import { createVcenterClient, type Inventory, type Vcenter, type VcenterClient } from './client.ts';
import { targetOf, VsphereCredential } from './credentials.ts';
import { hostRefused, resolvePlace } from './dial.ts';
import { choicesIn, findObjects } from './inventory.ts';
import { globalPermission, type Observations, reachOf, readPrivilege } from './read-answers.ts';
import type { VsphereSettings } from './settings.ts';
import { signInError } from './sign-in-errors.ts';

/** Signs in once, asks for the account's privileges on each object, signs out, and emits one answer for each requirement. */
export async function checkVcenter(request: CheckRequest, { allowedHosts }: VsphereSettings): Promise<void> {
  const { emit, signal, callTimeoutMs } = request;
  const credential = VsphereCredential.parse(request.credential);
  const host = readHost(credential.host);
  const port = Number(credential.port);
  if (!host) throw hostRefused({ name: credential.host, isAddress: false }, port);
  const client = createVcenterClient({
    place: await resolvePlace(host, port, allowedHosts),
    certificateSha256: credential.certificateSha256,
    signal,
    callTimeoutMs,
    onCall: () => emit({ type: 'call' }),
  });
  try {
    const content = await client.serviceContent();
    if (content.kind !== 'done') throw signInError(content);
    const vcenter = content.output;
    const user = { name: credential.username, password: credential.password };
    try {
      const login = await client.login(vcenter, user);
      if (login.kind !== 'done') throw signInError(login);
      await askAndAnswer(client, { vcenter, credential, userName: login.output }, request);
    } finally {
      // Also where the answer to the sign-in was lost on its way, and the session was not.
      await client.logout(vcenter);
    }
  } finally {
    client.close();
  }
}

type Session = {
  readonly vcenter: Vcenter;
  readonly credential: VsphereCredential;
  /** As the vCenter spells it, which may differ from what was typed. */
  readonly userName: string;
};

async function askAndAnswer(client: VcenterClient, session: Session, request: CheckRequest): Promise<void> {
  const { vcenter, credential, userName } = session;
  const { requirements, emit } = request;
  const target = { ...targetOf(credential), version: `vCenter ${vcenter.version}` };
  emit({ type: 'identity', identity: { id: userName, kind: 'user', name: userName }, target });

  const inventory = await client.inventory(vcenter);
  if (inventory.kind !== 'done') throw signInError(inventory);
  emit({ type: 'choices', choices: choicesIn(inventory.output.objects, vcenter.rootFolder) });
  const seen = await observe(client, session, { inventory: inventory.output, requirements });
  for (const requirement of requirements) {
    const { id, group } = requirement;
    emit({ type: 'answer', answer: { requirement: id, group, ...readPrivilege(requirement, seen) } });
  }
  if (inventory.output.privilegeIds.size === 0)
    emit({
      type: 'note',
      text: 'This vCenter gave no list of its privileges, so their names could not be held against it.',
    });
}

const nothingAsked: Observations['held'] = { kind: 'done', output: new Map() };

async function observe(
  client: VcenterClient,
  { vcenter, credential, userName }: Session,
  { inventory, requirements }: { inventory: Inventory; requirements: CheckRequest['requirements'] },
): Promise<Observations> {
  const objects = findObjects(inventory.objects, vcenter.rootFolder, credential);
  // At the root most accounts have nothing, not even the right to be asked about it.
  const isRootWanted = requirements.some(({ group }) => group === globalPermission);
  const wanted = Object.entries(objects).filter(([kind]) => kind !== 'vCenter' || isRootWanted);
  const refs = wanted.flatMap(([, object]) =>
    object.kind === 'found' ? object.objects.map(({ ref }) => ref) : [],
  );
  const folder = objects['VM folder'].kind === 'found' ? objects['VM folder'].objects[0].ref : undefined;
  const [held, permissions] = await Promise.all([
    refs.length > 0 ? client.privileges(vcenter, userName, refs) : nothingAsked,
    folder && client.permissions(vcenter, folder),
  ]);
  const reachesMachines = reachOf(permissions, folder?.id, userName);
  const { privilegeIds } = inventory;
  return { version: vcenter.version, privilegeIds, objects, held, reachesMachines };
}
