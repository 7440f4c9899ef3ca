/**
 * The key of a tunnel whose own key another tunnel has taken: it is still there, and is to be removed. No user's key looks like
 * this.
 */
export function displacedKey(key: string, tunnelId: string): string {
  return `${key} (${tunnelId})`;
}

/** The key that a tunnel had before another took it; any other key as it is. */
export function keyBeforeDisplacement(key: string): string {
  return key.split(" ", 1)[0] as string;
}

/** True if a program can have no tunnel of this key. */
export function isDisplaced(key: string): boolean {
  return keyBeforeDisplacement(key) !== key;
}
