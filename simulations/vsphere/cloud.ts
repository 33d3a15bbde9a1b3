import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { XMLParser } from 'fast-xml-parser';
import { loopbackCertificate } from '../tls.ts';
import { permissionsOn, privilegesOf, type User, type VcenterModel, visibleTo } from './model.ts';

/** What goes wrong on purpose, by the name of a method; each is told as often as it stands here. */
type Trouble = 'hangs' | 'truncated' | 'unavailable' | 'not-authenticated' | 'gone' | 'redirect';

export type VsphereCloud = {
  readonly port: number;
  readonly model: VcenterModel;
  /** The methods that were called. */
  readonly calls: string[];
  /** Passwords that were tried, right or wrong, by user. */
  readonly logins: Map<string, number>;
  /** Sessions that were not ended. */
  readonly sessions: Map<string, User>;
  readonly fingerprint: string;
  trouble: Map<string, Trouble[]>;
  /** What to answer in place of its own, by the name of a method: the inside of the response. */
  readonly answers: Map<string, string[]>;
  delayMs: number;
  /** Objects that one answer holds at most; everything when absent. */
  pageSize?: number;
  close(): Promise<void>;
};

type Body = Readonly<Record<string, unknown>>;
type Reply = { readonly status: number; readonly xml: string; readonly cookie?: string };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  parseTagValue: false,
  transformTagName: (name) => name.replace(/^.*:/, ''),
});

const escaped = (text: string) => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const ref = (tag: string, type: string, id: string) => `<${tag} type="${type}">${id}</${tag}>`;

async function readCall(request: IncomingMessage): Promise<{ method: string; body: Body }> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { Envelope } = parser.parse(text) as { Envelope: { Body: Record<string, Body> } };
  const [method = '', body = {}] =
    Object.entries(Envelope.Body).find(([name]) => !name.startsWith('@')) ?? [];
  return { method, body };
}

function envelope(inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
}

function fault(type: string, text: string): Reply {
  const detail = `<${type}Fault xmlns="urn:vim25" xsi:type="${type}"></${type}Fault>`;
  const xml = `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring><detail>${detail}</detail></soapenv:Fault>`;
  return { status: 500, xml: envelope(xml) };
}

const response = (method: string, inner: string): Reply => ({
  status: 200,
  xml: envelope(`<${method}Response xmlns="urn:vim25">${inner}</${method}Response>`),
});

/** Starts a local vCenter on loopback that speaks the SOAP API over https, with privileges object by object. */
export async function startVsphereCloud(
  model: VcenterModel,
  { port = 0, certificate = 'vcenter' } = {},
): Promise<VsphereCloud> {
  const { key, cert, fingerprint } = await loopbackCertificate(certificate);
  const server = createServer({ key, cert }, (request, answer) => void serve(request, answer));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cloud: VsphereCloud = {
    port: (server.address() as AddressInfo).port,
    model,
    calls: [],
    logins: new Map(),
    sessions: new Map(),
    fingerprint,
    trouble: new Map(),
    answers: new Map(),
    delayMs: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, body } = await readCall(request);
    cloud.calls.push(method);
    if (cloud.delayMs > 0) await wait(cloud.delayMs);
    const trouble = cloud.trouble.get(method)?.shift();
    if (trouble === 'hangs') return;
    if (trouble === 'redirect')
      return void answer.writeHead(302, { location: 'https://192.0.2.1/sdk' }).end();
    if (trouble === 'unavailable') return void answer.writeHead(503).end('Service Unavailable');
    const cookie = /vmware_soap_session="?([^;"]+)/.exec(request.headers.cookie ?? '')?.[1];
    const reply = troubled(trouble) ?? replyTo(method, body, cookie);
    const headers = {
      'content-type': 'text/xml; charset=utf-8',
      ...(reply.cookie && { 'set-cookie': reply.cookie }),
    };
    answer.writeHead(reply.status, headers);
    answer.end(trouble === 'truncated' ? reply.xml.slice(0, reply.xml.length / 2) : reply.xml);
  }

  function troubled(trouble: Trouble | undefined): Reply | undefined {
    if (trouble === 'gone') return fault('ManagedObjectNotFound', 'The object has already been deleted.');
    return trouble === 'not-authenticated'
      ? fault('NotAuthenticated', 'The session is not authenticated.')
      : undefined;
  }

  function replyTo(method: string, body: Body, cookie: string | undefined): Reply {
    if (method === 'RetrieveServiceContent') return serviceContent();
    if (method === 'Login') return login(body);
    const given = cloud.answers.get(method)?.shift();
    if (given !== undefined) return response(method, given);
    const user = cookie ? cloud.sessions.get(cookie) : undefined;
    if (!user) return fault('NotAuthenticated', 'The session is not authenticated.');
    switch (method) {
      case 'RetrievePropertiesEx':
        return page(method, properties(user));
      case 'ContinueRetrievePropertiesEx':
        return page(method, pages.get(String(body.token)) ?? []);
      case 'CancelRetrievePropertiesEx':
        pages.delete(String(body.token));
        return response(method, '');
      case 'FetchUserPrivilegeOnEntities':
        return privileges(body);
      case 'RetrieveEntityPermissions':
        return entityPermissions(body);
      case 'Logout':
        cloud.sessions.delete(cookie ?? '');
        return response(method, '');
      default:
        return fault('NotSupported', `${method} is not expected here.`);
    }
  }

  function serviceContent(): Reply {
    const { version } = model;
    return response(
      'RetrieveServiceContent',
      `<returnval>${ref('rootFolder', 'Folder', 'group-d1')}${ref('propertyCollector', 'PropertyCollector', 'propertyCollector')}<about><name>VMware vCenter Server</name><version>${version}</version><apiType>VirtualCenter</apiType></about>${ref('sessionManager', 'SessionManager', 'SessionManager')}${ref('authorizationManager', 'AuthorizationManager', 'AuthorizationManager')}</returnval>`,
    );
  }

  function login({ userName, password }: Body): Reply {
    const name = String(userName);
    cloud.logins.set(name, (cloud.logins.get(name) ?? 0) + 1);
    const user = model.users.find((entry) => entry.name === name || entry.aliases.includes(name));
    if (!user || user.password !== String(password))
      return fault('InvalidLogin', 'Cannot complete login due to an incorrect user name or password.');
    if (user.passwordExpired) return fault('PasswordExpired', 'The password has expired.');
    const isKnown = visibleTo(model, user).length > 0;
    if (!isKnown) return fault('NoPermission', 'Permission to perform this operation was denied.');
    const session = randomUUID();
    cloud.sessions.set(session, user);
    const inner = `<returnval><key>${session}</key><userName>${escaped(user.name)}</userName><fullName>XOAP</fullName></returnval>`;
    return {
      ...response('Login', inner),
      cookie: `vmware_soap_session="${session}"; Path=/; HttpOnly; Secure;`,
    };
  }

  /** What was not sent yet, by token; each token is good once. */
  const pages = new Map<string, string[]>();

  function page(method: string, objects: readonly string[]): Reply {
    const size = cloud.pageSize ?? objects.length;
    const rest = objects.slice(size);
    const token = randomUUID();
    if (rest.length > 0) pages.set(token, rest);
    const more = rest.length > 0 ? `<token>${token}</token>` : '';
    return response(method, `<returnval>${more}${objects.slice(0, size).join('')}</returnval>`);
  }

  function properties(user: User): string[] {
    const objects = visibleTo(model, user).map(({ id, type, name, parent, switchId }) => {
      const parentType = model.entities.find((entry) => entry.id === parent)?.type ?? 'Folder';
      const up = parent
        ? `<propSet><name>parent</name><val type="${parentType}" xsi:type="ManagedObjectReference">${parent}</val></propSet>`
        : '';
      // Of a cluster the summary counts its hosts, those among them that the account does not see.
      const count = model.entities.filter(
        (entry) => entry.type === 'HostSystem' && entry.parent === id,
      ).length;
      const hosts = type.endsWith('ComputeResource')
        ? `<propSet><name>summary.numHosts</name><val xsi:type="xsd:short">${count}</val></propSet>`
        : '';
      // Without System.Read on the switch the property is left out: https://github.com/vmware/govmomi/issues/1517
      const maySee = switchId && privilegesOf(model, user, switchId).has('System.Read');
      const onSwitch = maySee
        ? `<propSet><name>config.distributedVirtualSwitch</name><val type="DistributedVirtualSwitch" xsi:type="ManagedObjectReference">${switchId}</val></propSet>`
        : '';
      return `<objects>${ref('obj', type, id)}<propSet><name>name</name><val xsi:type="xsd:string">${escaped(name)}</val></propSet>${up}${onSwitch}${hosts}</objects>`;
    });
    const known = model.privilegeIds.map(
      (id) =>
        `<AuthorizationPrivilege xsi:type="AuthorizationPrivilege"><privId>${id}</privId><onParent>false</onParent><name>${id.split('.').at(-1)}</name><privGroupName>${id.replace(/\.[^.]+$/, '')}</privGroupName></AuthorizationPrivilege>`,
    );
    const list = `<objects>${ref('obj', 'AuthorizationManager', 'AuthorizationManager')}<propSet><name>privilegeList</name><val xsi:type="ArrayOfAuthorizationPrivilege">${known.join('')}</val></propSet><propSet><name>roleList</name><val xsi:type="ArrayOfAuthorizationRole">${roles().join('')}</val></propSet></objects>`;
    return [...objects, list];
  }

  /** One role for each permission, as if every administrator had made their own. */
  function roles(): string[] {
    return model.permissions.map(({ privileges: held }, index) => {
      const list = held.map((name) => `<privilege>${name}</privilege>`).join('');
      return `<AuthorizationRole><roleId>${index + 1}</roleId><system>false</system><name>role-${index + 1}</name>${list}</AuthorizationRole>`;
    });
  }

  function privileges({ entities, userName }: Body): Reply {
    const user = model.users.find(({ name }) => name === String(userName));
    if (!user) return fault('UserNotFound', 'There is no such user.');
    const asked = [entities].flat() as { '@type': string; '#': string }[];
    const list = asked.map(({ '@type': type, '#': id }) => {
      const held = [...privilegesOf(model, user, id)].map((name) => `<privileges>${name}</privileges>`);
      return `<returnval>${ref('entity', type, id)}${held.join('')}</returnval>`;
    });
    return response('FetchUserPrivilegeOnEntities', list.join(''));
  }

  /** With inheritance: of everybody, those of the object, and of what lies above it those that propagate. */
  function entityPermissions({ entity }: Body): Reply {
    const { '#': id } = entity as { '#': string };
    const list = permissionsOn(model, id)
      .flat()
      .map((permission) => {
        const { principal, propagates } = permission;
        const isGroup = !model.users.some(({ name }) => name === principal);
        const type = model.entities.find((entry) => entry.id === permission.entity)?.type ?? '';
        const roleId = model.permissions.indexOf(permission) + 1;
        return `<returnval>${ref('entity', type, permission.entity)}<principal>${escaped(principal)}</principal><group>${isGroup}</group><roleId>${roleId}</roleId><propagate>${propagates}</propagate></returnval>`;
      });
    return response('RetrieveEntityPermissions', list.join(''));
  }

  return cloud;
}
