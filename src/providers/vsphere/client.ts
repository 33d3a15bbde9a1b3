import axios from 'axios';
import { z } from 'zod';
import { AppError, isAppError } from '../../errors.ts';
import { answerWith, callInTime, type Unreachable, unreachable, unreadable } from '../call.ts';
import {
  type EntityPermission,
  EntityPermissions,
  type FoundObject,
  inventoryObject,
  Login,
  Objects,
  PrivilegeList,
  Privileges,
  propertyOf,
  RoleList,
  ServiceContent,
} from './answers.ts';
import { createVcenterAgent, inUrl, type Place } from './dial.ts';
import { type InventoryObject, inventorySpec, privilegeSpec } from './property-specs.ts';
import { envelope, type MoRef, readAnswer, refXml, type SoapAnswer } from './soap.ts';

export type Vcenter = {
  readonly version: string;
  readonly rootFolder: MoRef;
  readonly sessionManager: MoRef;
  readonly authorizationManager: MoRef;
  readonly propertyCollector: MoRef;
};

/** What a vCenter said to one question. */
export type VcenterAnswer<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  | { readonly kind: 'fault'; readonly type: string; readonly message: string }
  | Unreachable;

export type Inventory = {
  readonly objects: readonly InventoryObject[];
  /** The ids of all privileges that this vCenter knows. */
  readonly privilegeIds: ReadonlySet<string>;
  /** Privileges by the id of a role. */
  readonly roles: ReadonlyMap<string, ReadonlySet<string>>;
};

export type VcenterClient = {
  serviceContent(): Promise<VcenterAnswer<Vcenter>>;
  /** Signs in once; the session stays in this client. Resolves to the name that the vCenter knows the user by. */
  login(
    vcenter: Vcenter,
    user: { readonly name: string; readonly password: string },
  ): Promise<VcenterAnswer<string>>;
  /** Everything that the account can see and a build can use, in one traversal; `onRead` is told how much came so far. */
  inventory(vcenter: Vcenter, onRead: (objects: number) => void): Promise<VcenterAnswer<Inventory>>;
  /** What a user may do on each object, groups and propagation included. */
  privileges(
    vcenter: Vcenter,
    userName: string,
    objects: readonly MoRef[],
  ): Promise<VcenterAnswer<ReadonlyMap<string, ReadonlySet<string>>>>;
  /** The permissions on an object, those that it inherits included. */
  permissions(vcenter: Vcenter, object: MoRef): Promise<VcenterAnswer<readonly EntityPermission[]>>;
  /** Ends the session, if there is one. */
  logout(vcenter: Vcenter): Promise<void>;
  close(): void;
};

export type VcenterClientDependencies = {
  readonly place: Place;
  /** The SHA-256 of the certificate that was confirmed. */
  readonly certificateSha256?: string | undefined;
  readonly signal: AbortSignal;
  readonly callTimeoutMs: number;
  readonly onCall: () => void;
};

/** Reading more than this would keep the process busy for longer than its jobs may go unattended. */
const mostBytes = 8_000_000;
/** The oldest version of the API that knows every call made here. */
const soapAction = 'urn:vim25/6.7';
/** Objects of an inventory that are kept; the largest vCenters have some ten thousand of the kinds that are asked for. */
const mostObjects = 100_000;
/** Objects in one question: the answer must be read within a call. */
const objectsAtOnce = 200;

/** Makes the client for one verification. */
export function createVcenterClient(options: VcenterClientDependencies): VcenterClient {
  const { place, certificateSha256, signal, callTimeoutMs, onCall } = options;
  const { agent, destroy } = createVcenterAgent(place, certificateSha256);
  let cookie: string | undefined;

  async function post(body: string, abort: AbortSignal): Promise<string> {
    const response = await axios.post<string>(`https://${inUrl(place.host)}:${place.port}/sdk`, body, {
      httpsAgent: agent,
      proxy: false,
      // A redirect could lead anywhere.
      maxRedirects: 0,
      maxContentLength: mostBytes,
      responseType: 'text',
      transformResponse: (text: string) => text,
      validateStatus: (status) => status === 200 || status === 500,
      signal: abort,
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${soapAction}"`,
        'user-agent': 'xoap-chatops/1',
        ...(cookie && { cookie }),
      },
    });
    const session = response.headers['set-cookie']?.find((text) => text.startsWith('vmware_soap_session='));
    if (session) cookie = session.split(';', 1)[0];
    return response.data;
  }

  async function call<Output>(
    method: string,
    body: Parameters<typeof envelope>[1],
    { schema, abort = signal }: { schema: z.ZodType<Output>; abort?: AbortSignal },
  ): Promise<VcenterAnswer<Output>> {
    onCall();
    const answer = await callInTime<SoapAnswer | Unreachable>(
      { signal: abort, callTimeoutMs },
      async (until) => readAnswer(method, await post(envelope(method, body), until)),
      faultOf,
    );
    if (answer.kind === 'unreadable') return unreadable;
    return answer.kind === 'done' ? answerWith(answer.output, schema) : answer;
  }

  /** Follows the token, which is good once, until there is none; what was not read by then is no inventory. */
  async function retrieve(
    { propertyCollector, rootFolder, authorizationManager }: Vcenter,
    onRead: (objects: number) => void,
  ): Promise<VcenterAnswer<FoundObject[]>> {
    const _this = refXml(propertyCollector);
    const found: FoundObject[] = [];
    const specSet = [inventorySpec(rootFolder), privilegeSpec(authorizationManager)];
    let answer = await call('RetrievePropertiesEx', { _this, specSet, options: '' }, { schema: Objects });
    while (answer.kind === 'done') {
      const { token, objects } = answer.output.returnval;
      found.push(...objects);
      onRead(found.length);
      if (!token) return { kind: 'done', output: found };
      if (found.length > mostObjects) {
        await call('CancelRetrievePropertiesEx', { _this, token }, { schema: z.unknown() });
        const message = `has an inventory that is too large: ${found.length.toLocaleString('en')} objects were read, and there are more`;
        return { kind: 'unreachable', message };
      }
      answer = await call('ContinueRetrievePropertiesEx', { _this, token }, { schema: Objects });
    }
    if (answer.kind !== 'unreachable' || found.length === 0) return answer;
    const read = `after ${found.length.toLocaleString('en')} objects of its inventory`;
    return { kind: 'unreachable', message: `${answer.message} ${read}` };
  }

  return {
    async serviceContent() {
      const root = { _this: refXml({ type: 'ServiceInstance', id: 'ServiceInstance' }) };
      const answer = await call('RetrieveServiceContent', root, { schema: ServiceContent });
      if (answer.kind !== 'done') return answer;
      const { about, ...rest } = answer.output.returnval;
      return { kind: 'done', output: { version: about.version, ...rest } };
    },
    async login({ sessionManager }, { name, password }) {
      const body = { _this: refXml(sessionManager), userName: name, password };
      const answer = await call('Login', body, { schema: Login });
      return answer.kind === 'done' ? { kind: 'done', output: answer.output.returnval.userName } : answer;
    },
    async inventory(vcenter, onRead) {
      const answer = await retrieve(vcenter, onRead);
      if (answer.kind !== 'done') return answer;
      const lists = answer.output.map((found) => PrivilegeList.safeParse(propertyOf(found, 'privilegeList')));
      const roles = answer.output.flatMap(
        (found) => RoleList.safeParse(propertyOf(found, 'roleList')).data?.AuthorizationRole ?? [],
      );
      const ids = lists.flatMap(({ data }) => data?.AuthorizationPrivilege.map(({ privId }) => privId) ?? []);
      return {
        kind: 'done',
        output: {
          objects: answer.output.flatMap(inventoryObject),
          privilegeIds: new Set(ids),
          roles: new Map(roles.map(({ roleId, privilege }) => [roleId, new Set(privilege)])),
        },
      };
    },
    async privileges({ authorizationManager }, userName, objects) {
      const held = new Map<string, ReadonlySet<string>>();
      for (let from = 0; from < objects.length; from += objectsAtOnce) {
        const entities = objects.slice(from, from + objectsAtOnce).map(refXml);
        const body = { _this: refXml(authorizationManager), entities, userName };
        const answer = await call('FetchUserPrivilegeOnEntities', body, { schema: Privileges });
        if (answer.kind !== 'done') return answer;
        for (const { entity, privileges } of answer.output.returnval)
          held.set(entity.id, new Set(privileges));
      }
      return { kind: 'done', output: held };
    },
    async permissions({ authorizationManager }, object) {
      const body = { _this: refXml(authorizationManager), entity: refXml(object), inherited: 'true' };
      const answer = await call('RetrieveEntityPermissions', body, { schema: EntityPermissions });
      return answer.kind === 'done' ? { kind: 'done', output: answer.output.returnval } : answer;
    },
    async logout({ sessionManager }) {
      if (!cookie) return;
      // Sessions count against a limit, so this is sent even when the time of the verification is over.
      const abort = AbortSignal.timeout(callTimeoutMs);
      await call('Logout', { _this: refXml(sessionManager) }, { schema: z.unknown(), abort });
    },
    close: destroy,
  };
}

/** What kept an answer away; a certificate that may not be trusted ends everything. */
function faultOf(error: unknown): Unreachable {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (isAppError(cause)) throw cause;
  const status = axios.isAxiosError(error) ? error.response?.status : undefined;
  if (status && status >= 300 && status < 400)
    throw new AppError('The host answered with a redirect, which this bot does not follow', {
      code: 'provider.unreachable',
      hint: 'Enter the host and the port of the vCenter itself.',
    });
  return status ? { kind: 'unreachable', message: `has a fault (${status})` } : unreachable;
}
