import axios from 'axios';
import { z } from 'zod';
import { AppError, isAppError } from '../../errors.ts';
import { answerWith, callInTime, type Unreachable, unreachable, unreadable } from '../call.ts';
import { createVcenterAgent, inUrl, type Place } from './dial.ts';
import { type InventoryObject, inventorySpec, privilegeSpec } from './property-specs.ts';
import { envelope, type MoRef, Ref, readAnswer, refXml, type SoapAnswer } from './soap.ts';

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
};

export type VcenterClient = {
  serviceContent(): Promise<VcenterAnswer<Vcenter>>;
  /** Signs in once; the session stays in this client. Resolves to the name that the vCenter knows the user by. */
  login(
    vcenter: Vcenter,
    user: { readonly name: string; readonly password: string },
  ): Promise<VcenterAnswer<string>>;
  /** Everything that the account can see and a build can use, in one traversal. */
  inventory(vcenter: Vcenter): Promise<VcenterAnswer<Inventory>>;
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
/** Pages of the inventory that are followed; each is a call. */
const mostPages = 4;

const ServiceContent = z.object({
  returnval: z.object({
    rootFolder: Ref,
    propertyCollector: Ref,
    about: z.object({ version: z.string() }),
    sessionManager: Ref,
    authorizationManager: Ref,
  }),
});
const Login = z.object({ returnval: z.object({ userName: z.string() }) });
const Property = z.object({ name: z.string(), val: z.unknown() });
const Objects = z.object({
  returnval: z
    .object({
      token: z.string().optional(),
      objects: z.array(z.object({ obj: Ref, propSet: z.array(Property).default([]) })).default([]),
    })
    .or(z.literal('').transform(() => ({ token: undefined, objects: [] }))),
});
const PrivilegeList = z.object({ AuthorizationPrivilege: z.array(z.object({ privId: z.string() })) });
const Privileges = z.object({
  returnval: z.array(z.object({ entity: Ref, privileges: z.array(z.string()).default([]) })).default([]),
});
const EntityPermissions = z.object({
  returnval: z
    .array(
      z
        .object({ entity: Ref, principal: z.string(), group: z.string(), propagate: z.string() })
        .transform(({ group, propagate, ...rest }) => ({
          ...rest,
          isGroup: group === 'true',
          propagates: propagate === 'true',
        })),
    )
    .default([]),
});
export type EntityPermission = z.infer<typeof EntityPermissions>['returnval'][number];

const Text = z.union([z.string(), z.object({ '#': z.string() }).transform((text) => text['#'])]);

type FoundObject = z.infer<typeof Objects>['returnval']['objects'][number];

const propertyOf = ({ propSet }: FoundObject, name: string) =>
  propSet.find((property) => property.name === name)?.val;

function inventoryObject(found: FoundObject): InventoryObject[] {
  const name = Text.safeParse(propertyOf(found, 'name'));
  const parent = Ref.safeParse(propertyOf(found, 'parent'));
  if (!name.success) return [];
  return [{ ref: found.obj, name: name.data, ...(parent.success && { parentId: parent.data.id }) }];
}

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

  async function retrieve({ propertyCollector, rootFolder, authorizationManager }: Vcenter) {
    const found: FoundObject[] = [];
    const specSet = [inventorySpec(rootFolder), privilegeSpec(authorizationManager)];
    const first = { _this: refXml(propertyCollector), specSet, options: '' };
    let answer = await call('RetrievePropertiesEx', first, { schema: Objects });
    for (let page = 1; answer.kind === 'done'; page += 1) {
      const { token, objects } = answer.output.returnval;
      found.push(...objects);
      if (!token) return { kind: 'done', output: found } as const;
      if (page === mostPages)
        return { kind: 'unreachable', message: 'has an inventory of too many pages' } as const;
      const next = { _this: refXml(propertyCollector), token };
      answer = await call('ContinueRetrievePropertiesEx', next, { schema: Objects });
    }
    return answer;
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
    async inventory(vcenter) {
      const answer = await retrieve(vcenter);
      if (answer.kind !== 'done') return answer;
      const lists = answer.output.map((found) => PrivilegeList.safeParse(propertyOf(found, 'privilegeList')));
      const ids = lists.flatMap(({ data }) => data?.AuthorizationPrivilege.map(({ privId }) => privId) ?? []);
      return {
        kind: 'done',
        output: { objects: answer.output.flatMap(inventoryObject), privilegeIds: new Set(ids) },
      };
    },
    async privileges({ authorizationManager }, userName, objects) {
      const body = { _this: refXml(authorizationManager), entities: objects.map(refXml), userName };
      const answer = await call('FetchUserPrivilegeOnEntities', body, { schema: Privileges });
      if (answer.kind !== 'done') return answer;
      const held = answer.output.returnval.map(
        ({ entity, privileges }) => [entity.id, new Set(privileges)] as const,
      );
      return { kind: 'done', output: new Map(held) };
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
