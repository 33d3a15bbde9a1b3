import { z } from 'zod';
import { tryJson } from '../../json.ts';
import { type Decoded, matchesOf, type Told } from '../told.ts';
import { identityIn, onOne, placeOf } from './arns.ts';

// What AWS says of a refusal once it is decoded: by whom, what, on what, and whether a statement forbids it. It does not say
// which kind of policy decided. https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html

const action = /[a-z0-9-]{1,60}:[A-Za-z0-9]{1,128}/;

const Statement = z.looseObject({ statementId: z.string().optional() });
const Message = z.looseObject({
  allowed: z.boolean(),
  explicitDeny: z.boolean(),
  matchedStatements: z.looseObject({ items: z.array(Statement) }).optional(),
  context: z.looseObject({
    principal: z.looseObject({ arn: z.string() }).optional(),
    action: z.string().regex(new RegExp(`^${action.source}$`)),
    resource: z.string().optional(),
  }),
});

/** What decided, as far as it is told. */
type Decision = {
  readonly isForbidden: boolean;
  /** The names of the statements that forbid. */
  readonly statements: readonly string[];
  readonly principal: string | undefined;
  readonly action: string;
  readonly resource?: string | undefined;
};

function told({ isForbidden, statements, principal, action: asked, resource }: Decision): Decoded {
  const identity = identityIn(principal);
  const named = statements.length > 0 ? ` (${statements.join(', ')})` : '';
  return {
    kind: 'permission',
    requirements: [asked],
    text: isForbidden
      ? `AWS refused ${asked}: a statement of a policy${named} forbids it.`
      : `AWS refused ${asked}: no statement of a policy allows it, and none forbids it.`,
    identity,
    ...(resource && { resource }),
    denial: isForbidden ? 'explicit' : 'implicit',
    onOne: onOne(asked, undefined),
    target: placeOf(resource, identity),
  };
}

/** What a decoded message says; undefined for one that is none, or says of a call that was allowed. */
export function toldByDecoded(message: string): Decoded | undefined {
  const decoded = tryJson(message, Message);
  if (!decoded || decoded.allowed) return undefined;
  const { explicitDeny: isForbidden, matchedStatements, context } = decoded;
  const statements = (matchedStatements?.items ?? []).flatMap(({ statementId }) => statementId || []);
  return told({ ...context, isForbidden, statements, principal: context.principal?.arn });
}

/** A field of it in a log, which may have written it out in many lines or taken it apart. */
const field = (name: string, value: string) => `"${name}"\\s{0,40}:\\s{0,40}${value}`;
const start = new RegExp(`${field('allowed', 'false')}\\b`, 'g');
const fields = {
  explicitDeny: new RegExp(field('explicitDeny', '(true|false)')),
  statement: new RegExp(field('statementId', '"([\\w-]{1,128})"')),
  principal: new RegExp(field('arn', '"([^"\\s]{1,600})"')),
  action: new RegExp(field('action', `"(${action.source})"`)),
  resource: new RegExp(field('resource', '"([^"\\s]{1,1200})"')),
};
const mostOfMessage = 40_000;

/** Decoded messages in a log: people paste them, and Packer decodes them where it is told to. */
export function readDecoded(text: string): Told[] {
  return matchesOf(text, start).flatMap((match, index, all): Told[] => {
    const end = Math.min(match.index + mostOfMessage, all[index + 1]?.index ?? text.length);
    const slice = text.slice(match.index, end);
    const value = (name: keyof typeof fields) => fields[name].exec(slice)?.[1];
    const [asked, explicitDeny] = [value('action'), value('explicitDeny')];
    if (asked === undefined || explicitDeny === undefined) return [];
    const decision = {
      isForbidden: explicitDeny === 'true',
      statements: [value('statement') ?? []].flat(),
      principal: value('principal'),
      action: asked,
      resource: value('resource'),
    };
    return [
      { ...told(decision), at: match.index, end: match.index + (fields.action.exec(slice)?.index ?? 0) },
    ];
  });
}
