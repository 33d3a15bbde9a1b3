import type { Action } from '../../access/actions.ts';
import type { Connection } from '../../connections/connection.ts';
import { isSignInRefused } from '../../verification/verdict.ts';
import type { Verdict } from '../../verification/verification.ts';
import { purposesOf } from '../messages/purpose-words.ts';
import { openIn } from './cells.ts';
import type { Exported } from './records.ts';

/** The version of the schema that events name, and stay at: later ones changed the meaning of fields. https://schema.ocsf.io/1.6.0 */
const version = '1.6.0';

const product = { name: 'xoap-chatops', vendor_name: 'XOAP' };

type Event = Readonly<Record<string, unknown>>;
type Head = {
  readonly classUid: number;
  readonly activityId: number;
  readonly at: Date;
  readonly severityId?: number;
};

/** What every event has: https://schema.ocsf.io/1.6.0/base_event */
function eventOf({ classUid, activityId, at, severityId = 1 }: Head, uid: string, more: Event): Event {
  return {
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    severity_id: severityId,
    time: at.getTime(),
    metadata: { version, product, uid },
    ...more,
  };
}

/** https://schema.ocsf.io/1.6.0/classes/entity_management */
const entityManagement = 3_004;
const other = 99;
const activities: Partial<Record<Action, number>> = {
  'connection.add': 1,
  'report.schedule': 1,
  'connection.list': 2,
  'connection.show': 2,
  'report.list': 2,
  'audit.read': 2,
  'data.export': 2,
  'connection.change': 3,
  'connection.accept': 3,
  'report.change': 3,
  'access.change': 3,
  'connection.remove': 4,
  'report.remove': 4,
  'person.forget': 4,
  'workspace.delete': 4,
  'workspace.erase': 4,
};

function auditEvent({ entry, name }: Extract<Exported, { kind: 'audit' }>): Event {
  const { id, at, userId, action, outcome, connectionId, scheduleId, detail } = entry;
  const activityId = activities[action] ?? other;
  const [type = ''] = action.split('.');
  return eventOf({ classUid: entityManagement, activityId, at }, id, {
    ...(activityId === other && { activity_name: action }),
    actor: { user: { uid: userId } },
    entity: {
      type,
      uid: connectionId ?? scheduleId ?? action,
      ...(name !== undefined && { name }),
    },
    status_id: outcome === 'done' ? 1 : 2,
    status_detail: outcome,
    message: action,
    ...(detail !== undefined && { comment: detail }),
  });
}

const resourceOf = ({ id, name, provider, tags }: Connection) => ({
  uid: id,
  name,
  type: 'connection',
  ...(tags.length > 0 && { labels: tags }),
  data: { provider },
});

/** https://schema.ocsf.io/1.6.0/classes/cloud_resources_inventory_info */
function connectionEvent({ connection, latest }: Extract<Exported, { kind: 'connections' }>): Event {
  const { id, addedAt, changedAt = addedAt, provider, target } = connection;
  const collect = 2;
  return eventOf({ classUid: 5_023, activityId: collect, at: new Date(changedAt) }, id, {
    cloud: { provider },
    ...(target.region && { region: target.region }),
    resources: [
      { ...resourceOf(connection), data: { provider, target, verdict: latest?.verdict ?? 'unknown' } },
    ],
  });
}

/** Unknown, pass, warning, fail: https://schema.ocsf.io/1.6.0/objects/compliance. What was not reached is not known. */
const statuses: Record<Verdict, number> = { failed: 0, ready: 1, unproven: 2, missing: 3 };
const refused = 3;

/** https://schema.ocsf.io/1.6.0/classes/compliance_finding */
function verificationEvent({
  connection,
  verification,
}: Extract<Exported, { kind: 'verifications' }>): Event {
  const { startedAt, verdict, target, error } = verification;
  const at = new Date(startedAt);
  const [missing, unclear] = [openIn(verification, 'missing'), openIn(verification, 'inconclusive')];
  const create = 1;
  const severityId = verdict === 'ready' ? 1 : 3;
  return eventOf({ classUid: 2_003, activityId: create, at, severityId }, `${connection.id} ${startedAt}`, {
    finding_info: {
      uid: `${connection.id} ${startedAt}`,
      title: `${connection.name}: ${verdict}`,
      created_time: at.getTime(),
    },
    compliance: {
      status_id: isSignInRefused(verification) ? refused : statuses[verdict],
      control: purposesOf(verification)
        .map(({ id }) => id)
        .join(', '),
      requirements: missing,
      ...(error && { status_details: [error.message] }),
    },
    resources: [
      { ...resourceOf(connection), data: { provider: connection.provider, target, inconclusive: unclear } },
    ],
  });
}

/** One exported thing as an event of the Open Cybersecurity Schema Framework. */
export function ocsfOf(each: Exported): Event {
  if (each.kind === 'audit') return auditEvent(each);
  return each.kind === 'connections' ? connectionEvent(each) : verificationEvent(each);
}
