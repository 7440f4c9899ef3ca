import { expect } from "chai";

/** What a call fails with, which has to be of a class. */
export async function errorOf<E extends Error>(
  promise: Promise<unknown>,
  kind: new (...given: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(kind);
  return error as E;
}
