import pLimit from 'p-limit';
import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import type { AnswerParts, CheckRequest } from '../provider.ts';
import { readHost } from './allowed-hosts.ts';
import { choicesIn } from './choices.ts';
import { createVcenterClient, type Inventory, type Vcenter, type VcenterClient } from './client.ts';
import { targetOf, VsphereCredential } from './credentials.ts';
import { hostRefused, resolvePlace } from './dial.ts';
import { grantFor, lacksIn } from './grants.ts';
import { findObjects } from './inventory.ts';
import { type Located, lineAbove } from './paths.ts';
import { isOneWithParent, type Seen } from './reach.ts';
import { type Observations, onFolderItself, readPrivilege } from './read-answers.ts';
import { grantRemediation } from './remediation.ts';
import type { VsphereSettings } from './settings.ts';
import { inventoryError, signInError } from './sign-in-errors.ts';
import type { MoRef } from './soap.ts';

/** Signs in once, asks for the account's privileges on each object, signs out, and emits one answer for each requirement. */
export async function checkVcenter(request: CheckRequest, { allowedHosts }: VsphereSettings): Promise<void> {
  const { emit, signal, callTimeoutMs } = request;
  const credential = VsphereCredential.parse(request.credential);
  const host = readHost(credential.host);
  const port = Number(credential.port);
  if (!host) throw hostRefused({ name: credential.host, isAddress: false }, port);
  const place = `${host.name}:${port}`;
  const client = createVcenterClient({
    place: await resolvePlace(host, port, allowedHosts),
    certificateSha256: credential.certificateSha256,
    signal,
    callTimeoutMs,
    onCall: () => emit({ type: 'call' }),
  });
  try {
    const content = await client.serviceContent();
    if (content.kind !== 'done') throw signInError(content, place);
    const vcenter = content.output;
    const user = { name: credential.username, password: credential.password };
    try {
      const login = await client.login(vcenter, user);
      if (login.kind !== 'done') throw signInError(login, place);
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
  const { requirements, emit, isAccepted = () => false } = request;
  const target = { ...targetOf(credential), version: `vCenter ${vcenter.version}` };
  emit({ type: 'identity', identity: { id: userName, kind: 'user', name: userName }, target });

  const inventory = await client.inventory(vcenter, (objects) =>
    emit({ type: 'reading', read: `${objects.toLocaleString('en')} objects` }),
  );
  if (inventory.kind !== 'done') throw inventoryError(inventory, `${credential.host}:${credential.port}`);
  emit({ type: 'choices', choices: choicesIn(inventory.output.objects, vcenter.rootFolder) });
  const seen = await observe(client, session, { inventory: inventory.output, requirements });
  const missing: Missing[] = [];
  for (const requirement of requirements) {
    const { id, group } = requirement;
    const answer = { requirement: id, group, ...readPrivilege(requirement, seen) };
    emit({ type: 'answer', answer });
    if (answer.state === 'missing' && !isAccepted(answer)) missing.push(answer);
  }
  const all = inventory.output.objects;
  for (const remediation of await fixesFor(client, session, { missing, seen, all }))
    emit({ type: 'offer', remediation });
  if (inventory.output.privilegeIds.size === 0)
    emit({
      type: 'note',
      text: 'This vCenter gave no list of its privileges, so their names could not be held against it.',
    });
}

async function observe(
  client: VcenterClient,
  { vcenter, credential, userName }: Session,
  { inventory, requirements }: { inventory: Inventory; requirements: CheckRequest['requirements'] },
): Promise<Observations> {
  const { objects: all, privilegeIds, roles } = inventory;
  const objects = findObjects(all, vcenter.rootFolder, credential);
  const { 'Distributed switch': _switch, ...asked } = objects;
  const found = Object.values(asked).flatMap((object) => (object.kind === 'found' ? object.objects : []));
  // A root folder or pool takes no permission of its own, so what it lies in counts for a fix.
  const refs = distinct(
    found.flatMap((object) =>
      isOneWithParent(object) && object.parent ? [object.ref, object.parent.ref] : [object.ref],
    ),
  );
  const see = async (object: Located): Promise<Seen> => ({
    object,
    permissions: await client.permissions(vcenter, object.ref),
  });
  // A side that was not found may still give what the other does not.
  const sideObjects = (['VM folder', 'Resource pool'] as const).map((kind) => {
    const object = objects[kind];
    return object.kind === 'found' ? object.objects[0] : undefined;
  });
  const [held, sides] = await Promise.all([
    client.privileges(vcenter, userName, refs),
    Promise.all(sideObjects.map((object) => object && see(object))),
  ]);
  const seen = { version: vcenter.version, privilegeIds, roles, userName, objects, held, sides };
  const isSettled = requirements.every(
    (requirement) => readPrivilege(requirement, seen).state !== 'inconclusive',
  );
  if (isSettled || held.kind !== 'done') return seen;

  // What goes past a permission that does not propagate comes from further up, which is looked at only then.
  const lines = sideObjects.map((object) => (object ? lineAbove(all, object, vcenter.rootFolder) : []));
  const above = distinct(lines.flat().map(({ ref }) => ref));
  const [heldAbove, levels] = await Promise.all([
    client.privileges(
      vcenter,
      userName,
      // At the root most accounts have nothing, not even the right to be asked about it.
      above.filter(({ id }) => id !== vcenter.rootFolder.id && !held.output.has(id)),
    ),
    Promise.all(lines.map((line) => Promise.all(line.map(see)))),
  ]);
  const more = heldAbove.kind === 'done' ? heldAbove.output : [];
  return {
    ...seen,
    held: { kind: 'done', output: new Map([...more, ...held.output]) },
    sides: sides.map((side, index) => side && { ...side, above: levels[index] ?? [] }),
  };
}

const distinct = (refs: readonly MoRef[]) => [...new Map(refs.map((ref) => [ref.id, ref])).values()];

type Missing = Pick<Finding, 'requirement' | 'group'> & AnswerParts;

/** Objects whose permissions are read for a fix; a cluster can have a hundred hosts. */
const readAtOnce = 4;

type Fixable = {
  readonly missing: readonly Missing[];
  readonly seen: Observations;
  readonly all: Inventory['objects'];
};

/** Roles that fix what is missing and take nothing away; a sentence where what is there now cannot be read. */
async function fixesFor(
  client: VcenterClient,
  { vcenter, userName }: Session,
  { missing, seen, all }: Fixable,
): Promise<Remediation[]> {
  if (seen.held.kind !== 'done') return [];
  const account = {
    userName,
    roles: seen.roles,
    held: seen.held.output,
    known: seen.privilegeIds,
  };
  const located = Object.values(seen.objects).flatMap((object) =>
    object.kind === 'found' ? object.objects : [],
  );
  const lacks = lacksIn(
    missing.map((each) => ({
      ...each,
      isUsedBelow: each.group === 'VM folder' && !onFolderItself.test(each.requirement),
    })),
    located,
    (place) => lineAbove(all, place, vcenter.rootFolder).map(({ ref }) => ref.id),
  );
  const grants = await pLimit(readAtOnce).map(lacks, async (lack) => {
    const permissions = await client.permissions(vcenter, lack.place.ref);
    return { lack, grant: grantFor(lack, permissions, account) };
  });
  return grantRemediation(grants, { missing, userName });
}
