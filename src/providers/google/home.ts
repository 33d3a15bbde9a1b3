/** The project that a service account lies in, where its address tells; those of Google’s services do not. */
export function homeOf(email: string): string | undefined {
  const domain = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  // A project of a domain is turned around here: name@project.example.com.iam… lies in example.com:project.
  const [name, ...rest] = domain?.split('.') ?? [];
  return name && rest.length > 0 ? `${rest.join('.')}:${name}` : name;
}
