type Origin = {
  readonly team_id?: string | null;
  readonly team?: { readonly id: string } | null;
  readonly enterprise_id?: string | null;
  readonly enterprise?: { readonly id: string } | null;
  /** The text `true` in a slash command, a boolean elsewhere. */
  readonly is_enterprise_install?: boolean | string;
};

/** The workspace that an installation is of: the organisation where it is for all of that, else the team. */
export const workspaceOf = ({
  teamId,
  enterpriseId,
  isOrganisation,
}: {
  readonly teamId?: string | undefined;
  readonly enterpriseId?: string | undefined;
  readonly isOrganisation: boolean;
}): string => `slack:${(isOrganisation && enterpriseId) || teamId || 'unknown'}`;

/** The workspace that a payload belongs to. */
export function workspaceIdOf(origin: Origin): string {
  return workspaceOf({
    isOrganisation: String(origin.is_enterprise_install) === 'true',
    enterpriseId: origin.enterprise_id ?? origin.enterprise?.id,
    teamId: origin.team_id ?? origin.team?.id,
  });
}

/** The workspace of an event: for which installation it was sent stands beside it, not in it. */
export function workspaceOfEvent(body: Origin & { readonly authorizations?: readonly Origin[] }): string {
  const [installation = body] = body.authorizations ?? [];
  return workspaceIdOf(installation);
}
