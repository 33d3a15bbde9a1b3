import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** A reference to something that a vCenter manages. */
export type MoRef = { readonly type: string; readonly id: string };

type Xml = string | boolean | readonly Xml[] | { readonly [name: string]: Xml };

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#' });

/** Names of elements that may stand once or often, wherever they stand. */
const lists = new Set([
  'returnval.objects',
  'objects.propSet',
  'FetchUserPrivilegeOnEntitiesResponse.returnval',
  'RetrieveEntityPermissionsResponse.returnval',
  'returnval.privileges',
  'val.AuthorizationPrivilege',
  'val.AuthorizationRole',
  'AuthorizationRole.privilege',
]);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  // Everything stays text; a name such as 007 is no number.
  parseTagValue: false,
  // Numbered entities, such as vCenter writes for signs in names, count as HTML here.
  htmlEntities: true,
  // Prefixes of elements differ from server to server; those of attributes tell apart two that are called type.
  transformTagName: (name) => name.replace(/^.*:/, ''),
  isArray: (_name, path) => lists.has(String(path).split('.').slice(-2).join('.')),
});

/** A reference as XML. */
export function refXml({ type, id }: MoRef): Xml {
  return { '@type': type, '#': id };
}

/** A request to a vCenter. https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/ */
export function envelope(method: string, body: Readonly<Record<string, Xml>>): string {
  const xml = builder.build({
    'soapenv:Envelope': {
      '@xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'soapenv:Body': { [method]: { '@xmlns': 'urn:vim25', ...body } },
    },
  }) as string;
  return `<?xml version="1.0" encoding="UTF-8"?>${xml}`;
}

const Fault = z.object({
  faultstring: z.string().catch(''),
  detail: z.record(z.string(), z.unknown()).catch({}),
});

export type SoapAnswer =
  | { readonly kind: 'done'; readonly output: unknown }
  /** A fault by its type, such as InvalidLogin. */
  | { readonly kind: 'fault'; readonly type: string; readonly message: string }
  | { readonly kind: 'unreadable' };

/** Reads an answer: what stands in the response, or which fault it is. */
export function readAnswer(method: string, text: string): SoapAnswer {
  // A document type could define entities; SOAP forbids it.
  if (/<!DOCTYPE/i.test(text)) return { kind: 'unreadable' };
  // The parser takes half an answer for a whole one, with half of the privileges in it.
  if (XMLValidator.validate(text) !== true) return { kind: 'unreadable' };
  try {
    const { Envelope } = parser.parse(text) as { Envelope?: { Body?: Record<string, unknown> } };
    const { Fault: fault, [`${method}Response`]: response } = Envelope?.Body ?? {};
    if (fault !== undefined) {
      const { faultstring: message, detail } = Fault.parse(fault);
      const [name = 'Fault'] = Object.keys(detail).filter((key) => !key.startsWith('@'));
      return { kind: 'fault', type: name.replace(/Fault$/, ''), message };
    }
    return response === undefined ? { kind: 'unreadable' } : { kind: 'done', output: response };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** A reference as it stands in an answer. */
export const Ref = z
  .object({ '@type': z.string(), '#': z.string() })
  .transform((ref): MoRef => ({ type: ref['@type'], id: ref['#'] }));
