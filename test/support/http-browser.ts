/** Just enough of a browser: cookies and redirects. */
export class HttpBrowser {
  private readonly cookies = new Map<string, string>();

  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }

  /** Follows redirects from `url` to the page they end at, or stops before the one that begins with `until`. */
  async follow(url: URL, until?: string): Promise<{ status: number; url: URL }> {
    const answer = await this.send(url);
    const location = answer.headers.get('location');
    if (location === null) return { status: answer.status, url };
    const next = new URL(location, url);
    return until !== undefined && next.href.startsWith(until)
      ? { status: 302, url: next }
      : this.follow(next, until);
  }

  post(url: URL, form: Record<string, string>): Promise<Response> {
    return this.send(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  async postAndFollow(url: URL, form: Record<string, string>, until: string): Promise<URL> {
    const answer = await this.post(url, form);
    const next = new URL(answer.headers.get('location') ?? '', url);
    return (await this.follow(next, until)).url;
  }

  private async send(url: URL, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split('=', 2);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
