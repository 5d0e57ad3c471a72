import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const devUser = z.object({
  email: z.email(),
  name: z.string().min(1),
  password: z.string().min(8),
  roles: z.array(z.string()),
});

export type DevUser = z.output<typeof devUser>;

/** The people of the development identity provider, as `npm start` generated them. */
export class DevUsers {
  private readonly byEmail: ReadonlyMap<string, DevUser>;

  constructor(json: string) {
    const users = z.array(devUser).max(100).parse(JSON.parse(json));
    this.byEmail = new Map(users.map((user) => [user.email, user]));
  }

  find(email: string): DevUser | undefined {
    return this.byEmail.get(email);
  }

  /** The user whose e-mail and password these are; takes as long for an unknown e-mail as for a wrong password. */
  check(email: string, password: string): DevUser | undefined {
    const user = this.byEmail.get(email.trim().toLowerCase());
    const expected = sha256(user?.password ?? 'nobody has this password');
    return timingSafeEqual(sha256(password), expected) ? user : undefined;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
