import fc from "fast-check";

/** A record of which each member may be missing. */
export const optional = <T extends object>(model: { [K in keyof T]-?: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const switched = fc.record({ enabled: fc.boolean() });

/** The features of a group, each given or not. */
export const anyFeatures = optional({
  symmetricInnerMesh: switched,
  cloudSecurity: switched,
  DNSServices: fc.record({ redirectToResolver: switched }),
});
