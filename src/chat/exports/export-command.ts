import type { AuditTrail } from '../../access/audit.ts';
import { askedIn } from '../audit/since.ts';
import type { DeliverFile } from '../delivery/deliver-file.ts';
import type { CommandHandler } from '../model/handlers.ts';
import { count, sentence } from '../model/message.ts';
import { replyWith } from '../model/reply.ts';
import { type ExportDependencies, type ExportKind, exported, exportKinds } from './records.ts';
import { type ExportFormat, exportFormats, writeExport } from './write-export.ts';

export type ExportCommandDependencies = ExportDependencies & {
  readonly audit: AuditTrail;
  readonly deliverFile: DeliverFile;
  readonly now: () => Date;
};

type Wanted = { readonly kind: ExportKind; readonly format: ExportFormat; readonly since: Date | undefined };

const usage =
  'Export takes what and how: “export audit csv”, “export connections jsonl” or “export verifications ocsf”, with “since 7d” behind it for what is newer.';

/** Reads `audit|connections|verifications [csv|jsonl|ocsf] [since …]`; what to say where that is something else. */
export function exportIn(argument: string, now: Date): Wanted | { readonly problem: string } {
  const asked = askedIn(argument, now);
  if ('problem' in asked) return asked;
  const [what = '', how = 'csv', ...more] = asked.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = exportKinds.find((each) => each === what);
  const format = exportFormats.find((each) => each === how);
  return kind && format && more.length === 0 ? { kind, format, since: asked.since } : { problem: usage };
}

/** Creates what brings what is kept to an admin as a file. */
export function createExportCommand(dependencies: ExportCommandDependencies): CommandHandler {
  const { audit, deliverFile, now } = dependencies;
  return async (argument, { actor }) => {
    const wanted = exportIn(argument, now());
    if ('problem' in wanted) return replyWith(sentence(wanted.problem));
    const { kind, format, since } = wanted;
    await audit.record({ actor, action: 'data.export', outcome: 'done', detail: argument.trim() });
    const { workspaceId } = actor;
    const file = await writeExport(exported(dependencies, kind, { workspaceId, since }), {
      kind,
      format,
      now: now(),
    });
    if (file.count === 0) return replyWith(sentence('There is nothing to export.'));
    const entries = count(file.count, 'line');
    const delivery = await deliverFile(actor, file);
    if (delivery === 'no-way') {
      await audit.record({ actor, action: 'data.export', outcome: 'failed', detail: argument.trim() });
      return replyWith(
        sentence(
          'This bot cannot send you files: on Slack it needs the optional scope files:write, elsewhere an address of its own (XOAP_PUBLIC_URL). Nothing left it.',
        ),
      );
    }
    const what =
      delivery === 'sent' ? `${file.name} (${entries}) is` : `A link to ${file.name} (${entries}) is`;
    return replyWith(sentence(`${what} in your chat with this bot.`));
  };
}
