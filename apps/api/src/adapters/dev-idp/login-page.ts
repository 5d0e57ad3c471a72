/** The development provider's only page. It has no script, so it works under the strictest content policy. */
export function loginPage(options: {
  readonly action: string;
  readonly email: string;
  readonly failed: boolean;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Sallyport development identity provider</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { width: min(22rem, 90vw); }
label { display: block; margin-top: 1rem; }
input, button { font: inherit; width: 100%; padding: .6rem; box-sizing: border-box; margin-top: .25rem; }
button { margin-top: 1.5rem; }
[role=alert] { border-inline-start: .3rem solid; padding: .5rem .75rem; }
</style>
</head>
<body>
<main>
<h1>Sign in</h1>
<p>Development identity provider. The demo users and their passwords are in <code>dev.json</code> in the data directory.</p>
${options.failed ? '<p role="alert">That e-mail address and password do not belong together.</p>' : ''}
<form method="post" action="${escapeHtml(options.action)}">
<label>E-mail <input type="email" name="email" autocomplete="username" required autofocus value="${escapeHtml(options.email)}"></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
