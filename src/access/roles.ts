/** What a person may do, each with all that the ones before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether a role is another one, or has all that it has. */
export const reaches = (role: Role, wanted: Role): boolean => roles.indexOf(role) >= roles.indexOf(wanted);

/** The role that has more of two. */
export const higher = (one: Role, other: Role): Role => (reaches(one, other) ? one : other);
