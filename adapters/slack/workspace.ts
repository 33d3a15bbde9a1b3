type Origin = {
  readonly team_id?: string | null;
  readonly team?: { readonly id: string } | null;
  readonly enterprise_id?: string | null;
  readonly enterprise?: { readonly id: string } | null;
  /** The text `true` in a slash command, a boolean elsewhere. */
  readonly is_enterprise_install?: boolean | string;
};

/** The workspace that a payload belongs to: the organisation where the app is installed for all of it, else the team. */
export function workspaceIdOf(origin: Origin): string {
  const isOrganisation = String(origin.is_enterprise_install) === 'true';
  const enterprise = origin.enterprise_id ?? origin.enterprise?.id;
  const team = origin.team_id ?? origin.team?.id;
  return `slack:${(isOrganisation && enterprise) || team || 'unknown'}`;
}

/** The workspace of an event: for which installation it was sent stands beside it, not in it. */
export function workspaceOfEvent(body: Origin & { readonly authorizations?: readonly Origin[] }): string {
  const [installation = body] = body.authorizations ?? [];
  return workspaceIdOf(installation);
}
